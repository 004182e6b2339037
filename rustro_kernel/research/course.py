"""What a day's minutes hold: prices, the future's volume, the VIX, and the four moments of each.

The rows are all minutes from the first open of the derivatives to their last close, halts and
pauses included; where the index has no bar its prices are 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.simulator.day_hours import minute_starts
from rustro_kernel.simulator.minute_bars import Floats, Ints, inside
from rustro_kernel.simulator.scene import PastDay
from rustro_kernel.simulator.seeding import Purpose, generator
from rustro_kernel.simulator.vix import DAYS, VixCourse, realised_level
from rustro_kernel.simulator.vix_file import VixDay
from rustro_kernel.simulator.volume import minute_volumes

Column = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """Columns have one value a minute: paise, units, hundredths of VIX.

    `spots` are the prices of the four moments; `felt_vix` the VIX in percent, unrounded, with
    one value more: that of the day's first second comes first.
    """

    first_ns: int
    opens: Column
    highs: Column
    lows: Column
    closes: Column
    volumes: Column
    vix: Column
    spots: Ints
    felt_vix: Floats

    def __len__(self) -> int:
        return len(self.closes)


def course(
    day: PastDay, before: Sequence[PastDay], stored: VixDay | None, previous_close: int, seed: int
) -> Course:
    """The minutes of a day, given the days before it and its VIX where a file has it."""
    legs, bars = day.hours.derivative, day.bars
    rows = np.arange(legs[0].open_ns, legs[-1].close_ns, MINUTE, dtype=np.int64)
    traded = minute_starts(legs)
    volumes = np.zeros(len(rows), dtype=np.int64)
    volumes[np.searchsorted(rows, traded)] = minute_volumes(seed, day.date, traded, bars)
    prices = np.zeros((4, len(rows)), dtype=np.int64)
    kept = (bars.start_ns >= rows[0]) & (bars.start_ns <= rows[-1])
    at = np.searchsorted(rows, bars.start_ns[kept])
    for column, values in enumerate((bars.open, bars.high, bars.low, bars.close)):
        prices[column, at] = values[kept]
    felt = _felt_vix(day, before, stored, previous_close, (rows, prices[3]), seed)
    heard = inside(rows, legs) & ~inside(rows, day.hours.stuck)
    vix = np.where(heard, np.rint(felt[1:] * 100).astype(np.int64), 0)
    opens, highs, lows, closes, units, heard_vix = (
        tuple(values.tolist()) for values in (*prices, volumes, vix)
    )
    return Course(
        int(rows[0]), opens, highs, lows, closes, units, heard_vix, _moments(prices), felt
    )


def _moments(prices: Ints) -> Ints:
    """The extreme nearer to the open comes first; at the same distance the low does."""
    opens, highs, lows, closes = prices
    is_low_first = opens - lows <= highs - opens
    first, second = np.where(is_low_first, lows, highs), np.where(is_low_first, highs, lows)
    return np.column_stack((opens, first, second, closes))


def _felt_vix(
    day: PastDay,
    before: Sequence[PastDay],
    stored: VixDay | None,
    previous_close: int,
    closes: tuple[Ints, Ints],
    seed: int,
) -> Floats:
    """The VIX of the simulated day at its first second and at the last second of each minute.

    Where the index is not known the last price stands in.
    """
    rows, paise = closes
    going = VixCourse(stored.previous, end=stored) if stored else None
    going = going or VixCourse(realised_level(before[-DAYS - 1 :]))
    minutes, n = day.hours.minutes, 60 * len(day.hours.minutes)
    last = np.maximum.accumulate(np.where(paise > 0, np.arange(len(rows)), -1))
    known = np.where(last >= 0, paise[np.maximum(last, 0)], day.bars.open[0])
    at = np.searchsorted(minutes, rows, side="right") * 60 - 1
    seconds = np.concatenate(([0], at, [n - 1]))
    spot = np.concatenate(([day.bars.open[0]], known, known[-1:])).astype(np.float64)
    rng = generator(seed, day.date, Purpose.VIX)
    felt: Floats = going.at(np.maximum(seconds, 0), spot, n, previous_close, rng)[:-1]
    return felt
