"""Every longer bar of a history, made once: each day's windows are cuts of it.

The bars and their order are those of `simulator.history`; of the future only the volume counts.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.past_day import anchor_ns, marked
from rustro_kernel.simulator.day_hours import minute_starts
from rustro_kernel.simulator.history import bulk, filled
from rustro_kernel.simulator.minute_bars import Ints, MinuteBars
from rustro_kernel.simulator.scene import PastDay
from rustro_kernel.simulator.volume import minute_volumes

FRAMES = (
    ("index", Timeframe.D1),
    ("index", Timeframe.H1),
    ("index", Timeframe.M5),
    ("future", Timeframe.H1),
    ("future", Timeframe.M15),
)


class PastBars:
    """One list of bars for each of `FRAMES`, with the place where each day begins."""

    def __init__(self, days: Sequence[PastDay], seed: int, anchor: str) -> None:
        self._bars: list[list[Bar]] = [[] for _ in FRAMES]
        self._first: list[list[int]] = [[] for _ in FRAMES]
        for day in days:
            self._add(day, seed, anchor)

    def before(self, number: int, frame: int, most: int) -> tuple[Bar, ...]:
        """At most so many bars of a frame before a day, oldest first."""
        end = self._first[frame][number]
        return tuple(self._bars[frame][max(0, end - most) : end])

    def all(self, frame: int) -> tuple[list[Bar], list[int]]:
        """Every bar of a frame; where each day's begin, and the end."""
        return self._bars[frame], [*self._first[frame], len(self._bars[frame])]

    def _add(self, day: PastDay, seed: int, anchor: str) -> None:
        sides = {"index": _index(day), "future": _future(day, seed)}
        start_ns = anchor_ns(day.hours, anchor)
        for at, (side, frame) in enumerate(FRAMES):
            self._first[at].append(len(self._bars[at]))
            built = bulk(*sides[side], frame, start_ns)
            self._bars[at] += (marked(bar, frame, day.hours) for bar in built)


def _index(day: PastDay) -> tuple[MinuteBars, Ints]:
    return day.bars, np.zeros(len(day.bars), dtype=np.int64)


def _future(day: PastDay, seed: int) -> tuple[MinuteBars, Ints]:
    """Every minute derivatives traded, at the index's last price."""
    minutes = minute_starts(day.hours.derivative)
    volumes = minute_volumes(seed, day.date, minutes, day.bars)
    return filled(day.bars, minutes), volumes


def minutes_frame(past: Sequence[PastDay]) -> pd.DataFrame:
    """Every minute of days: `ts` in India, open, high, low, close in rupees."""
    every = [day.bars for day in past]
    ns = np.concatenate([bars.start_ns for bars in every])
    prices = {
        name: np.concatenate([getattr(bars, name) for bars in every]) / 100
        for name in ("open", "high", "low", "close")
    }
    stamps = pd.to_datetime(pd.Series(ns), utc=True).dt.tz_convert("Asia/Kolkata")
    return pd.DataFrame({"ts": stamps, **prices})
