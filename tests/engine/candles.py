"""A bench whose source keeps every trade, heard or not, and answers for missing minutes."""

from collections import Counter
from typing import Any

from rustro_kernel.domain.bars import Bar, Series, Timeframe
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.money import paise
from rustro_kernel.engine import effects
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import Backfilled, Body
from tests.make import Bench

Trades = dict[InstrumentKey, list[tuple[int, int, int]]]
"""(time, paise, the day's volume with it) of each instrument."""


def candles(trades: Trades, key: InstrumentKey, from_ns: int, to_ns: int) -> tuple[Bar, ...]:
    """The minutes of a stretch, made of its trades in one go."""
    minutes: dict[int, list[int]] = {}
    volumes, before = Counter[int](), 0
    for ts, price, volume in trades.get(key, []):
        start = ts - ts % MINUTE
        minutes.setdefault(start, []).append(price)
        volumes[start] += volume - before
        before = volume
    return tuple(
        Bar(start, p[0], max(p), min(p), p[-1], volumes[start])
        for start, p in minutes.items()
        if from_ns <= start < to_ns
    )


class Sourced(Bench):
    """Answers each Backfill from the trades; `refusals` holds problems it answers first."""

    def __init__(self, trades: Trades | None = None, **fields: Any) -> None:
        self.trades: Trades = {} if trades is None else trades
        self.refusals: list[str] = []
        self.is_mute = False
        super().__init__(**fields)

    def trade(self, key: InstrumentKey, price: float, volume: int = 0, *, heard: bool = True):
        """A trade now; the stream may have lost it."""
        self.trades.setdefault(key, []).append((self.now, paise(price), volume))
        if heard:
            self.tick(key, price, volume=volume)

    def restart(self) -> None:
        """Go on from a snapshot."""
        self.engine = Engine.restore(self.engine.snapshot(), self.registry)

    def _answer(self, action: effects.Action) -> list[Body]:
        if not isinstance(action, effects.Backfill):
            return super()._answer(action)
        key, stretch = action.instrument, (action.from_ns, action.to_ns)
        if self.is_mute:
            return []
        problem = self.refusals.pop(0) if self.refusals else ""
        bars = () if problem else candles(self.trades, key, *stretch)
        return [Backfilled(Series(key, Timeframe.M1, bars), *stretch, problem)]


def standing(bench: Bench, key: InstrumentKey, frame: Timeframe) -> list[Bar]:
    """The bars of a series as the record leaves them: a correction replaces what was stated."""
    found = {
        b.start_ns: Bar(
            b.start_ns, b.open_paise, b.high_paise, b.low_paise, b.close_paise, b.volume
        )
        for b in bench.said("BarReady", "BarCorrected")
        if (b.instrument, b.timeframe) == (key, frame.value)
    }
    return [found[start] for start in sorted(found)]
