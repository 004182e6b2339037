"""getCandleData and getOIData: bars of the days before and of today so far."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from rustro_kernel.domain.bars import Bar, merge
from rustro_kernel.domain.instruments import Kind
from rustro_kernel.domain.market_time import DAY, IST, MINUTE, SECOND, at, ist_date, midnight_ns
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.simulator.exchange.formats import iso
from rustro_kernel.simulator.exchange.listing import Listed, Listing
from rustro_kernel.simulator.exchange.replies import JSON, Refusal, Reply, answer, success
from rustro_kernel.simulator.exchange.ticker import Ticker
from rustro_kernel.simulator.market import SimMarket

INTERVALS = {  # minutes, most days in one request
    "ONE_MINUTE": (1, 30),
    "THREE_MINUTE": (3, 60),
    "FIVE_MINUTE": (5, 100),
    "TEN_MINUTE": (10, 100),
    "FIFTEEN_MINUTE": (15, 200),
    "THIRTY_MINUTE": (30, 200),
    "ONE_HOUR": (60, 400),
    "ONE_DAY": (1440, 2000),
}
ANCHOR = "09:15"
WRONG = Refusal("AB1004", "Something Went Wrong, Please Try After Sometime")
Body = Mapping[str, object]


class Candles:
    """The broker's history of the instruments of one day."""

    def __init__(
        self, market: SimMarket, listing: Listing, ticker: Callable[[Listed, int], Ticker]
    ) -> None:
        self._market, self._listing, self._ticker = market, listing, ticker

    def candles(self, body: Body, now_ns: int) -> Reply:
        """Rows of time, open, high, low, close, volume; an unknown interval is 400 and nothing."""
        interval = INTERVALS.get(str(body.get("interval")))
        if interval is None:
            return Reply(status=400, content_type=JSON)
        minutes, most_days = interval
        span = _span(body, most_days)
        if span is None:
            return answer(WRONG)
        from_ns, to_ns = span
        start_ns = midnight_ns(ist_date(from_ns))
        bars = self._minutes(body, start_ns, min(now_ns, to_ns + minutes * MINUTE), now_ns)
        rows = [b for b in grouped(bars, minutes) if from_ns <= b.start_ns <= to_ns]
        return success([_row(bar) for bar in rows])

    def interest(self, body: Body, now_ns: int) -> Reply:
        """Rows of time and open interest, of today's minutes."""
        span = _span(body, INTERVALS["ONE_MINUTE"][1])
        listed = self._listing.find(body.get("exchange"), body.get("symboltoken"))
        if span is None:
            return answer(WRONG)
        if listed is None:
            return success([])
        minutes = self._ticker(listed, now_ns).minutes
        pairs = zip(minutes.bars, minutes.oi, strict=True)
        return success(
            [
                {"time": iso(b.start_ns), "oi": oi}
                for b, oi in pairs
                if span[0] <= b.start_ns <= span[1]
            ]
        )

    def _minutes(self, body: Body, from_ns: int, to_ns: int, now_ns: int) -> list[Bar]:
        """1m bars; none, and no error, of a token at the wrong exchange."""
        listed = self._listing.find(body.get("exchange"), body.get("symboltoken"))
        if listed is None:
            return []
        past = self._market.past_minutes(listed.instrument.key, from_ns, to_ns)
        today = self._ticker(listed, now_ns).minutes.bars
        if listed.instrument.kind is Kind.INDEX:
            today = [*through_auction(today, self._market.rules, now_ns)]
        return [*past, *(bar for bar in today if from_ns <= bar.start_ns <= to_ns)]


def grouped(bars: Iterable[Bar], minutes: int) -> list[Bar]:
    """Longer bars, counted from 09:15 of their day; days from midnight."""
    built: list[Bar] = []
    for bar in bars:
        date = ist_date(bar.start_ns)
        anchor_ns = at(date, ANCHOR) if minutes * MINUTE < DAY else midnight_ns(date)
        start_ns = bar.start_ns - (bar.start_ns - anchor_ns) % (minutes * MINUTE)
        if built and built[-1].start_ns == start_ns:
            built[-1] = merge(built[-1], bar)
        else:
            built.append(replace(bar, start_ns=start_ns))
    return built


def through_auction(bars: Iterable[Bar], rules: DayRules, now_ns: int) -> Iterable[Bar]:
    """An index's minutes; it stands still in the closing auction, bar for bar."""
    auction = rules.index_auction
    known = {bar.start_ns: bar for bar in bars}
    last: Bar | None = None
    for start_ns in sorted(known.keys() | _auction_minutes(rules, now_ns)):
        bar = known.get(start_ns)
        if bar is None and last and auction:
            bar = Bar(start_ns, last.close, last.close, last.close, last.close)
        if bar:
            last = bar
            yield bar


def _auction_minutes(rules: DayRules, now_ns: int) -> set[int]:
    leg = rules.index_auction
    return set(range(leg.open_ns, min(leg.close_ns, now_ns + 1), MINUTE)) if leg else set()


def _span(body: Body, most_days: int) -> tuple[int, int] | None:
    """The two ends asked for; None if they are no times, reversed or too far apart."""
    from_ns, to_ns = _moment(body.get("fromdate")), _moment(body.get("todate"))
    if from_ns is None or to_ns is None:
        return None
    return (from_ns, to_ns) if 0 <= to_ns - from_ns <= most_days * DAY else None


def _moment(text: object) -> int | None:
    try:
        moment = dt.datetime.strptime(str(text), "%Y-%m-%d %H:%M").replace(tzinfo=IST)
    except ValueError:
        return None
    return int(moment.timestamp()) * SECOND


def _row(bar: Bar) -> list[object]:
    prices = (bar.open, bar.high, bar.low, bar.close)
    return [iso(bar.start_ns), *(price / 100 for price in prices), bar.volume]
