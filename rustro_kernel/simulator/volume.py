"""The future's traded quantity, minute by minute: invented, and the same however it is asked for.

A minute's volume depends on the seed, the date, the clock and the size of the index's move in
that minute only, so a day has the same volume as today and as a day of history.
"""

import datetime as dt

import numpy as np

from rustro_kernel.domain.market_time import DAY, HOUR, IST_OFFSET, MINUTE, clock_ns
from rustro_kernel.simulator.minute_bars import Floats, Ints, MinuteBars
from rustro_kernel.simulator.seeding import Purpose, generator

MEAN_HOUR_UNITS = 1_200_000
"""About what the NIFTY near future trades in an hour."""
HOUR_SHARES = (1.7, 1.05, 0.65, 0.85, 0.8, 1.25)
LAST_QUARTER_SHARE = 0.55
TYPICAL_MOVE_BPS = (3.9, 2.6, 2.3, 2.4, 2.8, 3.1, 2.3)
"""Mean |close - open| of a minute of the index, by hour from 09:15."""
SIGMA = 0.25
OPEN = clock_ns("09:15")
MINUTES_A_DAY = 1440
UNIT = 25
"""Volumes are multiples of this; units, because the lot changes over the years and they do not."""


def minute_volumes(seed: int, date: dt.date, minutes: Ints, bars: MinuteBars) -> Ints:
    """Units traded in each of these minutes of a date; `bars` are the index's, where it has any."""
    clock = (minutes + IST_OFFSET) % DAY
    hour = (clock - OPEN) // HOUR
    mean = MEAN_HOUR_UNITS * _share_a_minute(clock, hour)
    volume = mean * _noise(seed, date, clock, hour) * _move(minutes, hour, bars)
    return np.maximum(1, np.rint(volume / UNIT)).astype(np.int64) * UNIT


def _share_a_minute(clock: Ints, hour: Ints) -> Floats:
    """Part of the mean hour that a minute trades; outside the ordinary hours a plain sixtieth."""
    shares = np.array([*HOUR_SHARES, 4 * LAST_QUARTER_SHARE, 1.0]) / 60
    ordinary = (clock >= OPEN) & (clock < clock_ns("15:40"))
    share: Floats = shares[np.where(ordinary, hour, len(shares) - 1)]
    return share


def _noise(seed: int, date: dt.date, clock: Ints, hour: Ints) -> Floats:
    """Log-normal with mean 1: once an hour, and again every minute."""
    normal = generator(seed, date, Purpose.VOLUME).standard_normal(24 + MINUTES_A_DAY)
    by_hour, by_minute = normal[:24], normal[24:]
    exponent = SIGMA * (by_hour[hour % 24] + by_minute[clock // MINUTE]) - SIGMA**2
    noise: Floats = np.exp(exponent)
    return noise


def _move(minutes: Ints, hour: Ints, bars: MinuteBars) -> Floats:
    """More volume in minutes that move more than that hour usually does; 1 where unknown."""
    factor = np.ones(len(minutes))
    typical = np.array(TYPICAL_MOVE_BPS)[np.clip(hour, 0, len(TYPICAL_MOVE_BPS) - 1)]
    known, row = _rows(minutes, bars)
    move_bps = 1e4 * np.abs(bars.close - bars.open)[row] / bars.open[row]
    factor[known] = 0.7 + 0.3 * np.minimum(move_bps / typical[known], 4.0)
    return factor


def _rows(minutes: Ints, bars: MinuteBars) -> tuple[Ints, Ints]:
    """Which minutes have a bar, and its row."""
    _, known, row = np.intersect1d(minutes, bars.start_ns, assume_unique=True, return_indices=True)
    return known, row
