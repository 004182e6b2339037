"""India VIX second by second: up when the index falls, with noise of its own."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rustro_kernel.simulator.minute_bars import Floats, Ints
from rustro_kernel.simulator.scene import PastDay
from rustro_kernel.simulator.vix_file import VixDay

BETA = 4.0
"""Percent that the VIX rises when the index falls by one percent."""
LOWEST, HIGHEST, UNKNOWN = 10.0, 40.0, 15.0
DAYS = 20
ROOT_OF_YEAR = math.sqrt(252)
SHOCK_RISE_S = 300
SHOCK_HALVES_S = 5400


def realised_level(past: Sequence[PastDay]) -> float:
    """1.1 x the volatility of the last 20 daily returns, in percent a year, within 10..40."""
    closes = np.array([day.bars.close[-1] for day in past[-DAYS - 1 :]], dtype=np.float64)
    if len(closes) < 3:
        return UNKNOWN
    level = 110 * float(np.std(np.diff(np.log(closes)), ddof=1)) * ROOT_OF_YEAR
    return min(max(level, LOWEST), HIGHEST)


@dataclass(frozen=True, slots=True)
class VixCourse:
    """How the VIX goes on one day, in percent.

    It starts from yesterday's `level`. `end` pins it to a real day's close and range; from second
    `shock_s` on it jumps by `shock` points.
    """

    level: float
    end: VixDay | None = None
    shock_s: int = -1
    shock: float = 0.0

    def along(self, spot: Floats, previous_close: int, rng: np.random.Generator) -> Floats:
        """One value for each second of the index."""
        return self.at(np.arange(len(spot)), spot, len(spot), previous_close, rng)

    def at(
        self,
        seconds: Ints,
        spot: Floats,
        of: int,
        previous_close: int,
        rng: np.random.Generator,
    ) -> Floats:
        """The values at some seconds of a day of so many, the last one among them."""
        moved = self.level * (spot / previous_close) ** -BETA * _wander(seconds, of, rng)
        if self.shock:
            moved += _jump(seconds - self.shock_s, self.shock)
        return _pinned(moved, self.end, seconds, of) if self.end else moved


def _pinned(free: Floats, end: VixDay, seconds: Ints, of: int) -> Floats:
    """Led to the close in a straight line, kept in the day's range."""
    led = free + (end.close - free[-1]) * np.linspace(0.0, 1.0, of)[seconds]
    held: Floats = np.clip(led, end.low, end.high)
    return held


def _jump(passed: Ints, points: float) -> Floats:
    """Rises within five minutes, then halves every ninety; `passed` in seconds."""
    rise = np.clip(passed / SHOCK_RISE_S, 0.0, 1.0)
    jump: Floats = points * rise * 0.5 ** (np.maximum(passed - SHOCK_RISE_S, 0) / SHOCK_HALVES_S)
    return jump


def _wander(seconds: Ints, of: int, rng: np.random.Generator) -> Floats:
    """A slow wander around 1: a step a minute, pulled back by 2 %, joined by straight lines."""
    level, levels = 0.0, []
    for step in (0.002 * rng.standard_normal(of // 60 + 2)).tolist():
        level = 0.98 * level + step
        levels.append(level)
    wander: Floats = np.exp(np.interp(seconds / 60, np.arange(len(levels)), levels))
    return wander
