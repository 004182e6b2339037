"""Bars and timeframes."""

from enum import Enum

import msgspec

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import DAY, HOUR, MINUTE


class Timeframe(Enum):
    """The five timeframes, shortest first: the order in which bars of one boundary complete."""

    __hash__ = object.__hash__  # a look-up a tick: the one of Enum hashes the name anew each time

    M1 = "1m"
    M5 = "5m"
    M15 = "15m"
    H1 = "1h"
    D1 = "1d"


SPAN_NS = {
    Timeframe.M1: MINUTE,
    Timeframe.M5: 5 * MINUTE,
    Timeframe.M15: 15 * MINUTE,
    Timeframe.H1: HOUR,
    Timeframe.D1: DAY,
}


class Bar(msgspec.Struct, frozen=True, gc=False):
    """Open, high, low, close in paise; volume in units; labelled by its start.

    `auction` marks a bar outside the continuous hours of its instrument: shown, never a signal.
    `stub` marks one cut short by the close (the last hour); `special` one of a special day.
    """

    start_ns: int
    open: int
    high: int
    low: int
    close: int
    volume: int = 0
    auction: bool = False
    corrected: bool = False
    stub: bool = False
    special: bool = False


class Series(msgspec.Struct, frozen=True):
    """Consecutive bars of one instrument and timeframe, oldest first."""

    instrument: InstrumentKey
    timeframe: Timeframe
    bars: tuple[Bar, ...]


def merge(first: Bar, second: Bar) -> Bar:
    """The bar that holds two neighbours; `first` gives the start."""
    return Bar(
        first.start_ns,
        first.open,
        max(first.high, second.high),
        min(first.low, second.low),
        second.close,
        first.volume + second.volume,
        first.auction or second.auction,
        first.corrected or second.corrected,
        first.stub or second.stub,
        first.special or second.special,
    )
