"""The columns that sets share, each worked out once for its own parameters."""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np

from rustro_kernel.config import Config
from rustro_kernel.engine.hours import day_hours
from rustro_kernel.research.history import History
from rustro_kernel.research.sweep import shared
from rustro_kernel.research.sweep.expressed import variant
from rustro_kernel.research.sweep.layout import (
    CLOCK,
    TREND,
    TRENDS,
    WAYS,
    Columns,
    Floats,
    Ints,
    Rows,
)
from rustro_kernel.research.sweep.market import Tables, kept, tables

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
KEPT_COLUMNS = 128


class Wanted(NamedTuple):
    """Which columns one set reads, by the parameters they are made from."""

    daily: tuple[int, int, int]  # period, bars, variant
    hourly: tuple[int, int, int]
    pullback: tuple[int, int, int, int, int]  # EMA, RSI, lookback, bars, variant
    clock: tuple[str, str, str, str | None, str]

    @classmethod
    def of(cls, cfg: Config) -> "Wanted":
        """What a configuration reads."""
        strategy, hours, which = cfg.strategy, cfg.hours, variant(cfg)
        frame = (strategy.adx_period, strategy.warmup_bars, which)
        return cls(
            frame,
            frame,
            (
                *(strategy.ema_period, strategy.rsi_period, strategy.pullback_rsi_lookback),
                *(strategy.warmup_bars, which),
            ),
            (*hours.entry_window, hours.daily_analysis, hours.eod_exit, hours.eod_exit_expiry_day),
        )


class Signals:
    """Indicators and trigger minutes of one history; safe to share between threads that read."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.tables: Tables = tables(history)
        self.days = self.tables.days
        keep = lru_cache(KEPT_COLUMNS)
        self._daily = keep(self._make_daily)
        self._hourly = keep(self._make_hourly)
        self._pullback = keep(self._make_pullback)
        self._clock = keep(self._make_clock)

    def columns(self, wanted: Sequence[Wanted]) -> tuple[Columns, list[dict[str, int]]]:
        """The columns of some sets together, and where in them each set finds its own."""
        daily, of_daily = _placed([one.daily for one in wanted], self._daily)
        hourly, of_hourly = _placed([one.hourly for one in wanted], self._hourly)
        pullback, of_pullback = _placed([one.pullback for one in wanted], self._pullback)
        clocks, of_clock = _placed([one.clock for one in wanted], self._clock)
        starts = np.cumsum([0, *(len(rows) for _, rows in pullback)])
        found = Columns(
            clocks=np.stack(clocks),
            daily=np.stack(daily),
            hourly=np.stack(hourly),
            pullback_first=np.stack(
                [first + start for (first, _), start in zip(pullback, starts, strict=False)]
            ),
            pullbacks=np.concatenate([rows for _, rows in pullback]),
        )
        places = zip(of_daily, of_hourly, of_pullback, of_clock, strict=True)
        names = ("daily_key", "hourly_key", "pullback_key", "clock_key")
        return found, [dict(zip(names, each, strict=True)) for each in places]

    @property
    def _count(self) -> int:
        return len(self.days)

    def _make_daily(self, key: tuple[int, int, int]) -> Rows:
        period, warmup, which = key
        bars, out = self.tables.daily, np.zeros(self._count, TREND)
        shared.daily_trends(
            *(bars.first, bars.high, bars.low, bars.close, kept(bars, which)),
            *(warmup, period, out),
        )
        return out

    def _make_hourly(self, key: tuple[int, int, int]) -> Rows:
        period, warmup, which = key
        bars, out = self.tables.hours, np.zeros(self._count, TRENDS)
        shared.hourly_trends(
            *(bars.first, bars.high, bars.low, bars.close, bars.stub, kept(bars, which)),
            *(which // 2, warmup, period, out),
        )
        return out

    def _make_pullback(self, key: tuple[int, int, int, int, int]) -> tuple[Ints, Floats]:
        fast, strength, lookback, warmup, which = key
        bars, first = self.tables.fives, np.empty((WAYS, self._count + 1), dtype=np.int64)
        out = np.empty((WAYS, len(bars.row), 2))
        shared.pullback_rows(
            *(bars.first, bars.row, bars.close, kept(bars, which)),
            *(warmup, fast, strength, lookback, out, first),
        )
        return _one_behind_the_other(first, out)

    def _make_clock(self, key: tuple[str, str, str, str | None, str]) -> Rows:
        start, end, daily, eod, expiry = key
        settings = Config().hours.model_copy(
            update={
                "entry_window": (start, end),
                "daily_analysis": daily,
                "eod_exit": eod,
                "eod_exit_expiry_day": expiry,
            }
        )
        made = np.zeros(self._count, dtype=CLOCK)
        for number in range(self._count):
            hours = day_hours(self._history.rules(number), settings)
            made[number] = (*hours.window, hours.daily_ns, hours.eod_ns, hours.eod_expiry_ns)
        return made


def _one_behind_the_other(first: Ints, rows: Floats) -> tuple[Ints, Floats]:
    """Candidates of both ways in one array."""
    up, down = first[:, -1]
    return first + np.array([[0], [up]]), np.concatenate((rows[0, :up], rows[1, :down]))


def _placed(keys: Sequence[K], make: Callable[[K], V]) -> tuple[list[V], list[int]]:
    """What each different key makes, in order of first use, and the place of every key's."""
    places: dict[K, int] = {}
    at = [places.setdefault(key, len(places)) for key in keys]
    return [make(key) for key in places], at
