"""The cockpit's chart as a picture: its bars, figures, markers and levels, without a browser."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rustro_kernel.domain.bars import SPAN_NS, Bar, Timeframe
from rustro_kernel.engine.view import View
from rustro_widgets.charts import palette
from rustro_widgets.charts.axis import SessionAxis
from rustro_widgets.charts.candles import draw_candles
from rustro_widgets.panels import candle_sources, candle_values as values
from rustro_widgets.panels.candle_past import asked_of
from rustro_widgets.panels.candle_sources import Source
from rustro_widgets.panels.candle_studies import Columns, Rules, Studies
from rustro_widgets.panels.candle_values import Body, Line, Points
from rustro_widgets.panels.reading import Follower, Watched

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rustro_widgets.charts.figure import Chart

SHOWN = 120
ROOM = 0.2
"""To the right of the last bar, for what lines say at their ends."""
LOOKS = {
    "signal": ("o", palette.AMBER, 11),
    "entry": ("^", palette.SKY, 9),
    "exit": ("P", palette.PINK, 9),
}
LEVELS = {"entry": (palette.FAINT, "--"), "stop": (palette.DOWN, "-"), "target": (palette.UP, "--")}


class Picture(NamedTuple):
    """What is drawn: everything a live chart has worked out."""

    source: Source
    body: Body
    building: Bar | None
    rules: Rules
    span: tuple[float, float]  # bars, as the window has them
    title: str


def live(session: Watched, *, timeframe: str = "1m", name: str = "", bars: int = SHOWN) -> "Chart":
    """What the cockpit's chart of a session would show now.

    Args:
        session: A session, or what `rk.attach` gives.
        timeframe: "1m", "5m", "15m", "1h" or "1d".
        name: An underlying, or the symbol of an option held today; empty: the first underlying.
        bars: How many, from the last one back.
    """
    follower = Follower(session)
    reading = follower.read()
    follower.close()
    view, frame = reading.view, Timeframe(timeframe)
    source = candle_sources.source(name, view, reading.day)
    before = asked_of(session, source.underlying, frame)
    is_over = "CLOSED" in (view.phase, view.state)
    body = values.body(source, before.bars, frame, Studies(before.rules), is_over=is_over)
    building = values.live(body, source.partial)[1]
    count = values.count_of(body, building)
    span = (max(count - bars, 0) - 1.0, float(count))
    return drawn(Picture(source, body, building, before.rules, span, titled(view, source, frame)))


def titled(view: View, source: Source, frame: Timeframe) -> str:
    """What nobody may mistake."""
    return f"{source.name or 'no data'}, {frame.value}  ·  {view.date}  ·  {view.mode.upper()}"


def drawn(picture: Picture) -> "Chart":
    """The picture: price, ADX with its DIs, RSI."""
    from rustro_widgets.charts.figure import new_chart, say, use_axis

    chart, panes = new_chart((3.4, 1.0, 0.9), picture.title, "")
    body, building = picture.body, picture.building
    bars = body.bars.all[: body.bars.done] + (() if building is None else (building,))
    first = max(round(picture.span[0] + 0.5), 0)
    shown = bars[first : round(picture.span[1]) + 1]
    axis = SessionAxis([bar.start_ns for bar in shown], SPAN_NS[body.bars.frame])
    for pane in panes:
        use_axis(pane, axis)
        pane.set_xlim(-1, max(len(shown), 30) * (1 + ROOM))
    for pane in panes[:-1]:
        pane.tick_params(labelbottom=False)
    if not shown:
        say(panes[0], "no bars yet")
        return chart
    _draw_price(panes[0], shown, first, picture, bars)
    _draw_strength(panes[1:], body.study, range(first, first + len(shown)), picture)
    return chart


def _draw_price(
    pane: "Axes", shown: Sequence[Bar], first: int, picture: Picture, bars: Sequence[Bar]
) -> None:
    source, body = picture.source, picture.body
    lines = values.lines_of(source.levels[-1], bars) if source.levels else {}
    draw_candles(pane, shown)
    low, high = pane.get_ylim()
    levels = values.visible_lines(lines.values(), first, first + len(shown))
    air = 0.03 * (high - low)
    pane.set_ylim(min([low, *(y - air for y in levels)]), max([high, *(y + air for y in levels)]))
    inside = range(first, first + len(shown))
    _draw_volumes(pane, _within(body.volumes, inside))
    ema = _within(zip(body.study.at, body.study.ema, strict=True), inside)
    pane.plot([x for x, _ in ema], [y for _, y in ema], color=palette.AMBER, linewidth=1.2)
    pane.set_ylabel(f"EMA {picture.rules.ema_period}", fontsize=8, color=palette.AMBER)
    _draw_marks(pane, values.placed(source.markers, bars, body.bars.today), inside)
    _draw_levels(pane, lines, first)
    price = source.price_paise / 100
    pane.axhline(price, color=palette.FAINT, linewidth=0.8, linestyle=":")
    _say(pane, len(shown) - 0.3, price, f"{price:,.2f}", palette.INK)


def _draw_volumes(pane: "Axes", volumes: Points) -> None:
    if not volumes:
        return
    own = pane.twinx()
    own.bar([x for x, _ in volumes], [y for _, y in volumes], color=palette.GRID, width=0.8)
    own.set_ylim(0, 5 * max(y for _, y in volumes))
    own.set_axis_off()
    pane.yaxis.tick_right()  # the second axis has moved the first one to the left
    pane.yaxis.set_label_position("right")
    pane.tick_params(length=0)
    pane.set_zorder(own.get_zorder() + 1)
    pane.patch.set_visible(False)


def _draw_marks(pane: "Axes", markers: Mapping[str, Points], inside: range) -> None:
    for kind, points in markers.items():
        shape, colour, size = LOOKS[kind]
        is_ring = kind == "signal"  # the entry that follows stands in it
        seen = _within(points, inside)
        pane.plot(
            [x for x, _ in seen],
            [y for _, y in seen],
            shape,
            markersize=size,
            markerfacecolor="none" if is_ring else colour,
            markeredgecolor=colour if is_ring else palette.INK,
        )


def _draw_levels(pane: "Axes", lines: Mapping[str, Line], first: int) -> None:
    for name, line in lines.items():
        colour, dashes = LEVELS[name]
        x, y = [x - first for x, _ in line.points], [y for _, y in line.points]
        pane.step(x, y, where="post", color=colour, linewidth=1.4, linestyle=dashes)
        if 0 < x[-1] < pane.get_xlim()[1]:
            _say(pane, x[-1], y[-1], line.text, colour)


def _say(pane: "Axes", x: float, y: float, text: str, colour: str) -> None:
    from rustro_widgets.charts.figure import label

    label(pane, (x, y), text, colour, (4, -3))


def _within(points: Iterable[tuple[float, float]], inside: range) -> Points:
    """The points of the bars shown, counted from the first of them."""
    return [(x - inside.start, y) for x, y in points if inside.start <= x < inside.stop]


def _draw_strength(
    panes: "Sequence[Axes]", study: Columns, inside: range, picture: Picture
) -> None:
    rules, frame = picture.rules, picture.body.bars.frame
    columns = (
        *((0, "+DI", study.plus, palette.UP, 1.1), (0, "−DI", study.minus, palette.DOWN, 1.1)),  # noqa: RUF001 - a minus sign
        (0, f"ADX {rules.adx_period}", study.adx, palette.INK, 1.9),
        (1, f"RSI {rules.rsi_period}", study.rsi, palette.INK, 1.3),
    )
    for number, name, column, colour, width in columns:
        points = _within(zip(study.at, column, strict=True), inside)
        x, y = [x for x, _ in points], [y for _, y in points]
        panes[number].plot(x, y, color=colour, linewidth=width, label=name)
    _limit(panes[0], max(60.0, 1.25 * panes[0].get_ylim()[1]), rules.adx_threshold(frame))
    _limit(panes[1], 110.0, rules.rsi_low, rules.rsi_high)


def _limit(pane: "Axes", top: float, *levels: float) -> None:
    from rustro_widgets.charts.figure import legend

    for level in levels:
        pane.axhline(level, color=palette.FAINT, linewidth=0.9, linestyle="--")
    pane.set_ylim(0, top)
    legend(pane, 4)
