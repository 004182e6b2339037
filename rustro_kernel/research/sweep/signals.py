"""The columns that sets share, each worked out once for its own parameters."""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from rustro_kernel.config import Config
from rustro_kernel.engine.hours import day_hours
from rustro_kernel.research.history import History
from rustro_kernel.research.sweep import shared, volumes
from rustro_kernel.research.sweep.expressed import variant
from rustro_kernel.research.sweep.layout import CLOCK, Columns, Floats, Ints
from rustro_kernel.research.sweep.market import VARIANTS, Tables, kept, tables

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
HOURS_A_DAY = 10
KEPT_COLUMNS = 128
FIVES_A_DAY = 100
VOLUME_KINDS = 2


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
        self.market = self.tables.market
        keep = lru_cache(KEPT_COLUMNS)
        self._daily = keep(self._make_daily)
        self._hourly = keep(self._make_hourly)
        self._pullback = keep(self._make_pullback)
        self._clock = keep(self._make_clock)
        self._breakout_first, self._breakouts = self._make_breakouts()
        self._volumes = self._make_volumes()

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
            breakout_first=self._breakout_first,
            breakouts=self._breakouts,
            pullback_first=np.stack(
                [first + start for (first, _), start in zip(pullback, starts, strict=False)]
            ),
            pullbacks=np.concatenate([rows for _, rows in pullback]),
            volumes=self._volumes,
        )
        places = zip(of_daily, of_hourly, of_pullback, of_clock, strict=True)
        names = ("daily_key", "hourly_key", "pullback_key", "clock_key")
        return found, [dict(zip(names, each, strict=True)) for each in places]

    @property
    def _count(self) -> int:
        return len(self.market.days)

    def _make_daily(self, key: tuple[int, int, int]) -> Floats:
        period, warmup, which = key
        bars, out = self.tables.daily, np.empty((self._count, 3))
        shared.daily_columns(
            *(bars.first, bars.high, bars.low, bars.close, kept(bars, which)),
            *(warmup, period, out),
        )
        return out

    def _make_hourly(self, key: tuple[int, int, int]) -> Floats:
        period, warmup, which = key
        bars, out = self.tables.hours, np.empty((self._count, HOURS_A_DAY, 3))
        shared.hourly_columns(
            *(bars.first, bars.high, bars.low, bars.close, bars.stub, kept(bars, which)),
            *(which // 2, warmup, period, out),
        )
        return out

    def _make_pullback(self, key: tuple[int, int, int, int, int]) -> tuple[Ints, Floats]:
        fast, strength, lookback, warmup, which = key
        bars = self.tables.fives
        out, first = np.empty((len(bars.row), 3)), np.empty(self._count + 1, dtype=np.int64)
        count = shared.pullback_rows(
            *(bars.first, bars.row, bars.close, kept(bars, which)),
            *(warmup, fast, strength, lookback, out, first),
        )
        return first, out[:count].copy()

    def _make_breakouts(self) -> tuple[Ints, Floats]:
        tables, market = self.tables, self.market
        hours, future = tables.hours, tables.future_hours
        out, first = np.empty((market.closes.size, 5)), np.empty(self._count + 1, dtype=np.int64)
        count = volumes.breakout_rows(
            *(hours.first, hours.row, hours.high, hours.low, hours.stub),
            *(future.first, future.row, future.volume),
            *(market.closes, tables.volumes, tables.offset, market.days["rows"].copy()),
            *(out, first),
        )
        return first, out[:count].copy()

    def _make_volumes(self) -> Floats:
        bars = self.tables.future_hours
        out = np.empty((VOLUME_KINDS, VARIANTS, self._count, HOURS_A_DAY, 2))
        for kind in range(VOLUME_KINDS):
            for which in range(VARIANTS):
                volumes.hour_volumes(
                    *(bars.first, bars.clock, bars.volume, bars.stub, kept(bars, which)),
                    *(which // 2, kind == 1, out[kind, which]),
                )
        return out

    def _make_clock(self, key: tuple[str, str, str, str | None, str]) -> NDArray[np.void]:
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


def _placed(keys: Sequence[K], make: Callable[[K], V]) -> tuple[list[V], list[int]]:
    """What each different key makes, in order of first use, and the place of every key's."""
    places: dict[K, int] = {}
    at = [places.setdefault(key, len(places)) for key in keys]
    return [make(key) for key in places], at
