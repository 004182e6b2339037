"""Candles: asked for in chunks, merged by label, never invented (facts/smartapi.md 5.3)."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from rustro_kernel.brokers.angelone.candle_rows import (
    CandleRow,
    Close,
    Rows,
    bar,
    by_label,
    never,
    problem,
    spot_close_ns,
)
from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.routes import CANDLES
from rustro_kernel.brokers.angelone.times import minute_text
from rustro_kernel.domain.bars import SPAN_NS, Series, Timeframe
from rustro_kernel.domain.instruments import Instrument, Kind
from rustro_kernel.domain.market_time import DAY

INTERVALS = {
    Timeframe.M1: ("ONE_MINUTE", 30),
    Timeframe.M5: ("FIVE_MINUTE", 100),
    Timeframe.M15: ("FIFTEEN_MINUTE", 200),
    Timeframe.H1: ("ONE_HOUR", 400),
    Timeframe.D1: ("ONE_DAY", 2000),
}
"""The broker's name of a timeframe, and the most days of one request."""

ROWS: "msgspec.json.Decoder[Rows]" = msgspec.json.Decoder(Rows)


class Span(NamedTuple):
    """Bars of one instrument and timeframe with start_ns in [from_ns, to_ns)."""

    instrument: Instrument
    timeframe: Timeframe
    from_ns: int
    to_ns: int


class Dropped(NamedTuple):
    """A candle that was not taken, and why."""

    label: str
    reason: str


class Candles(NamedTuple):
    """Closed bars, oldest first, and what was left out. A quiet minute has no bar."""

    series: Series
    dropped: tuple[Dropped, ...]


async def candles(
    client: Client, span: Span, *, now_ns: int, spot_close: Close = spot_close_ns
) -> Candles:
    """The bars of a span that are over at `now_ns`.

    Bars of an index from `spot_close` of their date on are tagged `auction`; None says that the
    date has no auction, as special days have.

    Raises:
        BrokerError: A chunk could not be had; nothing is returned in part.
    """
    latest: dict[str, CandleRow] = {}
    for from_ns, to_ns in chunks(span):
        body = request(span, from_ns, to_ns)
        latest |= await client.read(CANDLES, ROWS, by_label, body)  # the later version wins
    return taken(span, latest, now_ns, spot_close)


def chunks(span: Span) -> Iterator[tuple[int, int]]:
    """Stretches [from, to) of at most the broker's days less one, oldest first."""
    step = (INTERVALS[span.timeframe][1] - 1) * DAY
    for from_ns in range(span.from_ns, span.to_ns, step):
        yield from_ns, min(from_ns + step, span.to_ns)


def request(span: Span, from_ns: int, to_ns: int) -> dict[str, str]:
    """The body for one stretch. The broker's `todate` is inclusive, in India's clock."""
    exchange, _, token = span.instrument.key.partition(":")
    return {
        "exchange": exchange,
        "symboltoken": token,
        "interval": INTERVALS[span.timeframe][0],
        "fromdate": minute_text(from_ns),
        "todate": minute_text(max(from_ns, to_ns - 1)),
    }


def taken(span: Span, rows: dict[str, CandleRow], now_ns: int, spot_close: Close) -> Candles:
    """The rows as bars; those that are broken, outside or still forming are left out."""
    close = spot_close if span.instrument.kind is Kind.INDEX else never
    bars, dropped = [], []
    for label, row in rows.items():
        reason = problem(row) or _outside(span, bar(row, close).start_ns, now_ns)
        if reason:
            dropped.append(Dropped(label, reason))
        else:
            bars.append(bar(row, close))
    bars.sort(key=lambda each: each.start_ns)
    return Candles(Series(span.instrument.key, span.timeframe, tuple(bars)), tuple(dropped))


def _outside(span: Span, start_ns: int, now_ns: int) -> str:
    if not span.from_ns <= start_ns < span.to_ns:
        return "not asked for"
    return "still forming" if start_ns + SPAN_NS[span.timeframe] > now_ns else ""
