"""The bars before today: daily, hourly and 5m of the index, hourly and 15m of the future."""

from collections.abc import Callable

import numpy as np

from rustro_kernel.domain.aggregate import bar_start
from rustro_kernel.domain.bars import SPAN_NS, Bar, Series, Timeframe
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.past_day import anchor_ns, marked
from rustro_kernel.pricing.formula import forward
from rustro_kernel.simulator.chain import master, near_future
from rustro_kernel.simulator.day_hours import minute_starts
from rustro_kernel.simulator.minute_bars import Ints, MinuteBars
from rustro_kernel.simulator.scene import PastDay, Scene
from rustro_kernel.simulator.volume import minute_volumes

Volumed = tuple[MinuteBars, Ints]
"""Minute bars and the units traded in each."""


def history(scene: Scene, bars: int, anchor: str) -> tuple[Series, ...]:
    """The last `bars` bars of each series, daily ones up to the days there are; stubs included.

    `anchor` is "open" (bars count from the open of their day's session) or "clock".
    """
    index = master(scene.contract, scene.previous_close)[0].key
    future = near_future(scene.contract).key

    def series(
        key: InstrumentKey, timeframe: Timeframe, minutes: Callable[[Scene, PastDay], Volumed]
    ) -> Series:
        wanted = bars if timeframe is not Timeframe.D1 else len(scene.past)
        found: list[Bar] = []
        for day in reversed(scene.past):
            if len(found) >= wanted:
                break
            built = bulk(*minutes(scene, day), timeframe, anchor_ns(day.hours, anchor))
            found = [marked(bar, timeframe, day.hours) for bar in built] + found
        return Series(key, timeframe, tuple(found[-wanted:]))

    return (
        series(index, Timeframe.D1, index_minutes),
        series(index, Timeframe.H1, index_minutes),
        series(index, Timeframe.M5, index_minutes),
        series(future, Timeframe.H1, future_minutes),
        series(future, Timeframe.M15, future_minutes),
    )


def index_minutes(_: Scene, day: PastDay) -> Volumed:
    """The index's own minutes; an index trades nothing."""
    return day.bars, np.zeros(len(day.bars), dtype=np.int64)


def future_minutes(scene: Scene, day: PastDay) -> Volumed:
    """The future in every minute derivatives traded, at the index's last price plus carry."""
    minutes = minute_starts(day.hours.derivative)
    bars = filled(day.bars, minutes)
    expiry = near_future(scene.contract).expiry
    years = scene.term(expiry).years(minutes)
    prices = (bars.open, bars.high, bars.low, bars.close)
    tick = scene.contract.future_tick
    carried = [
        np.rint(forward(p.astype(np.float64), years) / tick).astype(np.int64) * tick for p in prices
    ]
    return (
        MinuteBars(minutes, *carried),
        minute_volumes(scene.seed, day.date, minutes, day.bars),
    )


def filled(bars: MinuteBars, minutes: Ints) -> MinuteBars:
    """A bar for every minute: flat at the close before it where there is none."""
    row = np.searchsorted(bars.start_ns, minutes, side="right") - 1
    exact = (row >= 0) & (bars.start_ns[row] == minutes)
    row = np.maximum(row, 0)
    flat = bars.close[row]
    return MinuteBars(
        minutes,
        np.where(exact, bars.open[row], flat),
        np.where(exact, bars.high[row], flat),
        np.where(exact, bars.low[row], flat),
        flat,
    )


def bulk(bars: MinuteBars, volume: Ints, timeframe: Timeframe, anchor_ns: int) -> list[Bar]:
    """What `aggregate` makes of one day's minutes, from arrays."""
    start = _starts(bars.start_ns, timeframe, anchor_ns)
    first = np.flatnonzero(np.diff(start, prepend=start[0] - 1))
    last = np.append(first[1:], len(start)) - 1
    columns = (
        start[first],
        bars.open[first],
        np.maximum.reduceat(bars.high, first),
        np.minimum.reduceat(bars.low, first),
        bars.close[last],
        np.add.reduceat(volume, first),
    )
    return [Bar(*row) for row in zip(*(c.tolist() for c in columns), strict=True)]


def _starts(ts_ns: Ints, timeframe: Timeframe, anchor_ns: int) -> Ints:
    if timeframe is Timeframe.D1:
        return np.full(len(ts_ns), bar_start(int(ts_ns[0]), timeframe, anchor_ns))
    starts: Ints = ts_ns - (ts_ns - anchor_ns) % SPAN_NS[timeframe]
    return starts
