"""What the live chart shows: pure, in rupees, on an axis that counts bars.

A `Body` changes once a bar; what a tick changes is worked out from it in a few microseconds.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.engine.view import MarkerView
from rustro_widgets.panels.candle_axis import (
    fitted as fitted,
    labels,
    nice_prices as nice_prices,
    nice_step,
    roomy,
)
from rustro_widgets.panels.candle_bars import Bars, bars_of, built, number_of
from rustro_widgets.panels.candle_sources import Levels, Source, in_order
from rustro_widgets.panels.candle_studies import Columns, Studies

Ohlc = tuple[float, float, float, float]
Points = list[tuple[float, float]]
LIVE_BARS = 2
FEW_BARS = 4
"""Below so many all bars stand in the live mark: one bar alone is drawn as wide as the chart."""


class Candles(NamedTuple):
    """Positions on the axis and prices, one for each bar."""

    x: list[int]
    ohlc: list[Ohlc]


class Body(NamedTuple):
    """What a completed bar changes."""

    bars: Bars
    history: Candles
    tail: tuple[Bar, ...]  # complete bars that stand in the live mark
    volumes: Points
    study: Columns

    @property
    def first_live(self) -> int:
        """The number of the first bar of the live mark."""
        return self.bars.done - len(self.tail)


class Seen(NamedTuple):
    """A window on a body: the prices of its complete bars (none: NaN), and the labels below."""

    low: float
    high: float
    is_end: bool  # the bar being built is in it
    ticks: dict[int, str]


class Edges(NamedTuple):
    """What the price axis shows."""

    y_range: tuple[float, float]
    prices: list[float]


def body(
    source: Source, earlier: Sequence[Bar], frame: Timeframe, studies: Studies, *, is_over: bool
) -> Body:
    """The complete bars of a source, with their indicators.

    Args:
        source: What is charted.
        earlier: Its bars before today, in this timeframe.
        frame: The timeframe.
        studies: Carried on from call to call.
        is_over: Whether the market has closed.
    """
    bars = bars_of(earlier, source.minutes, frame, source.anchor_ns, is_over=is_over)
    cut = bars.done - LIVE_BARS if bars.done >= FEW_BARS else 0
    volumes = volumes_of(source, bars, is_over=is_over)
    study = studies.of(bars)
    return Body(bars, candles(bars.all[:cut], 0), bars.all[cut : bars.done], volumes, study)


def live(source: Body, partial: Bar | None) -> tuple[Candles, Bar | None]:
    """The live mark, and the bar being built."""
    building = built(source.bars, partial)
    bars = source.tail if building is None else (*source.tail, building)
    if len(bars) < LIVE_BARS:
        return Candles([], []), building
    return candles(bars, source.first_live), building


def count_of(source: Body, building: Bar | None) -> int:
    """How many bars there are."""
    return source.bars.done + (building is not None)


def candles(bars: Sequence[Bar], first: int) -> Candles:
    """Bars in rupees, counted from `first`."""
    prices = [(b.open / 100, b.high / 100, b.low / 100, b.close / 100) for b in bars]
    return Candles(list(range(first, first + len(bars))), prices)


def volumes_of(source: Source, bars: Bars, *, is_over: bool) -> Points:
    """Units by bar; of an index those of its future, which are known of today only."""
    counted = bars
    if source.volumes:
        minutes = in_order(source.volumes)
        counted = bars_of((), minutes, bars.frame, source.anchor_ns, is_over=is_over)
    known = {bar.start_ns: bar.volume for bar in counted.all[: counted.done] if bar.volume}
    first = bars.today if source.volumes else 0
    return [
        (float(number), float(known[bars.all[number].start_ns]))
        for number in range(first, bars.done)
        if bars.all[number].start_ns in known
    ]


def seen(source: Body, building: Bar | None, low: float, high: float) -> Seen:
    """What a window shows of the complete bars; a tick changes nothing of it."""
    first, last = max(math.ceil(low), 0), math.floor(high)
    every = source.bars.all[: source.bars.done]
    inside = every[first : last + 1]
    bottom = min((bar.low for bar in inside), default=math.nan) / 100
    top = max((bar.high for bar in inside), default=math.nan) / 100
    shown = every if building is None else (*every, building)
    ticks = labels(shown, low, high, source.bars.frame)
    return Seen(bottom, top, first <= len(every) <= last, ticks)


def edges(of: Seen, building: Bar | None, lines: Iterable[float] = ()) -> Edges:
    """The price axis that fits the visible bars, and prices that are to be seen with them."""
    prices = [price for price in (of.low, of.high, *lines) if price == price]
    if building is not None and of.is_end:
        prices += [building.low / 100, building.high / 100]
    if not prices:
        return Edges((0.0, 100.0), nice_prices(0.0, 100.0))
    bottom, top = outward(*roomy(min(prices), max(prices)))
    return Edges((bottom, top), nice_prices(bottom, top))


def outward(low: float, high: float) -> tuple[float, float]:
    """The range up to the next round steps, so that not every new high moves the axis."""
    step = nice_step(high - low, 25)
    return round(math.floor(low / step) * step, 2), round(math.ceil(high / step) * step, 2)


def placed(markers: Sequence[MarkerView], bars: Sequence[Bar], today: int = 0) -> dict[str, Points]:
    """Markers by kind, at the bar of their moment; those before today's first bar are left out."""
    found: dict[str, Points] = {}
    for marker in markers:
        number = number_of(bars, marker.ts_ns)
        if number >= today:
            point = (float(number), marker.underlying_paise / 100)
            found.setdefault(marker.kind, []).append(point)
    return found


class Line(NamedTuple):
    """A line of prices across the chart, with what it says at its end."""

    points: Points
    text: str


def lines_of(levels: Levels, bars: Sequence[Bar]) -> dict[str, Line]:
    """Entry, stop and target of a position as lines, by their names."""
    start = number_of(bars, levels.entry_ns)
    if start < 0:
        return {}
    end = max(number_of(bars, levels.exit_ns) if levels.exit_ns else len(bars) - 1, start) + 0.5
    found = {"entry": _level(start, end, levels.entry_paise, "entry")}
    if levels.stop_paise:
        found["stop"] = _steps(levels, bars, end)
    if levels.target_paise is not None:
        found["target"] = _level(start, end, levels.target_paise, "target")
    return found


def _level(start: float, end: float, paise: float, name: str) -> Line:
    rupees = paise / 100
    return Line([(float(start), rupees), (end, rupees)], f"{name} {rupees:,.2f}")


def _steps(levels: Levels, bars: Sequence[Bar], end: float) -> Line:
    moves = [(float(number_of(bars, ts)), paise / 100) for ts, paise in levels.stop_paise]
    last = moves[-1][1]
    name = "trail" if levels.is_trailing else "stop"
    return Line([*moves, (end, last)], f"{name} {last:,.2f}")


def visible_lines(lines: Iterable[Line], low: float, high: float) -> list[float]:
    """The prices of lines that have a part in the window."""
    return [
        price
        for line in lines
        if line.points[0][0] <= high and line.points[-1][0] >= low
        for _, price in line.points
    ]
