"""The bars before today from the broker's history, as the simulated market makes its own."""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple

from rustro_kernel.brokers.angelone.candle_rows import Close, never
from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.history import Candles, Span, candles, chunks
from rustro_kernel.domain.bars import Bar, Series, Timeframe
from rustro_kernel.domain.errors import (
    BadData,
    NotATradingDay,
    OutsideRules,
    UnverifiedRule,
)
from rustro_kernel.domain.instruments import Instrument, Kind
from rustro_kernel.domain.market_time import DAY, ist_date, midnight_ns
from rustro_kernel.domain.past_day import PastHours, day_bars, past_hours, within
from rustro_kernel.domain.rules import Leg
from rustro_kernel.market_rules import MarketRules

Minutes = dict[dt.date, list[Bar]]
"""1m bars of each day."""

SOURCE = "history"
BARS = 500
"""Of each intraday series; the engine looks back no further."""
FUTURE_DAYS = 90
"""Trading days of minutes that make so many hours."""
VOLUME_DAYS = 10
"""Calendar days in which a listed future has a last day."""


class PastDay(NamedTuple):
    """An earlier trading day."""

    date: dt.date
    hours: PastHours


def past_days(rules: MarketRules, date: dt.date, name: str, count: int) -> list[PastDay]:
    """The last trading days before a date, oldest first; days nobody is sure of are left out."""
    found: list[PastDay] = []
    try:
        for _ in range(count):
            date = rules.previous_trading_day(date)
            if hours := _hours(rules, date, name):
                found.append(PastDay(date, hours))
    except OutsideRules:
        pass  # the rules begin here
    return found[::-1]


def _hours(rules: MarketRules, date: dt.date, name: str) -> PastHours | None:
    try:
        return past_hours(rules.day(date, (name,)))
    except (NotATradingDay, OutsideRules, UnverifiedRule):
        return None


class PastBars:
    """Asks for minutes and makes of them what the windows want.

    Args:
        client: Asked for candles.
        anchor: "open" or "clock".
        now_ns: The market's time.
        timeout_s: For an answer, of the wall.
        note: Keeps what was odd.
    """

    def __init__(
        self,
        client: Client,
        anchor: str,
        now_ns: Callable[[], int],
        timeout_s: float,
        note: Callable[..., None],
    ) -> None:
        self._client, self._anchor, self._now_ns = client, anchor, now_ns
        self._timeout_s, self._note = timeout_s, note

    async def index(self, index: Instrument, days: Sequence[PastDay]) -> tuple[Series, ...]:
        """Days, hours and 5m of an index.

        Raises:
            BrokerError: It could not be had.
            BadData: The day before today is missing: today's decisions would rest on older ones.
        """
        made = await self._series(index, days, (Timeframe.D1, Timeframe.H1, Timeframe.M5))
        last = made[0].bars[-1].start_ns if made[0].bars else 0
        if last != midnight_ns(days[-1].date):
            raise BadData(SOURCE, f"no bars of {index.symbol} on {days[-1].date}")
        return made

    async def future(self, future: Instrument, days: Sequence[PastDay]) -> tuple[Series, ...]:
        """Hours and quarters of a future; it may not have traded all the time."""
        return await self._series(future, days[-FUTURE_DAYS:], (Timeframe.H1, Timeframe.M15))

    async def last_days(self, future: Instrument, days: Sequence[PastDay]) -> Series:
        """Daily bars of the last days: their volume tells which future is traded most."""
        to_ns = midnight_ns(days[-1].date) + DAY
        span = Span(future, Timeframe.D1, to_ns - VOLUME_DAYS * DAY, to_ns)
        return (await self.candles(span)).series

    async def candles(self, span: Span, spot_close: Close = never) -> Candles:
        """One answer of the broker's, without what made no sense.

        Raises:
            BrokerError: The broker does not answer, or not so.
            TimeoutError: It takes too long.
        """
        async with asyncio.timeout(self._timeout_s):
            got = await candles(self._client, span, now_ns=self._now_ns(), spot_close=spot_close)
        odd = sum(row.reason != "still forming" for row in got.dropped)
        if odd:
            self._note("candles dropped", instrument=span.instrument.key, rows=odd)
        return got

    async def _series(
        self, instrument: Instrument, days: Sequence[PastDay], frames: Sequence[Timeframe]
    ) -> tuple[Series, ...]:
        minutes = await self._minutes(instrument, days)
        missing = [str(day.date) for day in days if not minutes[day.date]]
        if missing:
            self._note("days without candles", instrument=instrument.key, days=", ".join(missing))
        return tuple(
            Series(instrument.key, frame, self._bars(minutes, days, frame)) for frame in frames
        )

    async def _minutes(self, instrument: Instrument, days: Sequence[PastDay]) -> Minutes:
        """1m bars inside the continuous hours. Stretch by stretch: decoding one holds the loop."""
        from_ns, to_ns = midnight_ns(days[0].date), midnight_ns(days[-1].date) + DAY
        found: Minutes = {day.date: [] for day in days}
        for stretch in chunks(Span(instrument, Timeframe.M1, from_ns, to_ns)):
            got = await self.candles(Span(instrument, Timeframe.M1, *stretch))
            for bar in got.series.bars:
                found.get(ist_date(bar.start_ns), []).append(bar)
        return {day.date: within(found[day.date], _legs(day, instrument)) for day in days}

    def _bars(self, minutes: Minutes, days: Sequence[PastDay], frame: Timeframe) -> tuple[Bar, ...]:
        """The last bars of a timeframe; all days there are."""
        built: list[Bar] = []
        for day in days:
            built += day_bars(minutes[day.date], frame, day.hours, self._anchor)
        return tuple(built if frame is Timeframe.D1 else built[-BARS:])


def _legs(day: PastDay, instrument: Instrument) -> tuple[Leg, ...]:
    return day.hours.index if instrument.kind is Kind.INDEX else day.hours.derivative
