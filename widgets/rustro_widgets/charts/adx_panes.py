"""ADX with +DI and -DI, daily and hourly: what the day's direction and its alignment rest on."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rustro_kernel.domain.bars import SPAN_NS, Timeframe
from rustro_widgets.charts import adx_points, captions, palette
from rustro_widgets.charts.axis import SessionAxis
from rustro_widgets.charts.history import Strength, seen
from rustro_widgets.charts.run_data import Source, load

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rustro_widgets.charts.figure import Chart

DAYS_SHOWN = 60
HOURS_SHOWN = 42


def adx(source: Source, *, underlying: str | None = None) -> "Chart":
    """Two panes: the daily bars before today, and the hours up to today's last verdict.

    What lies before today is computed from the recorded history; today's hours are the figures
    the engine stated, with a dot where the hour was aligned.

    Args:
        source: A run folder, or its data.
        underlying: Which one, if the run has several; the first by default.

    Raises:
        FileNotFoundError: If there is no such folder.
        KeyError: If the run has no such underlying.
    """
    from rustro_widgets.charts.figure import head, new_chart

    run = load(source)
    name = captions.first_underlying(run, underlying)
    found = seen(run.folder)
    title = captions.title(run, f"{name} daily: {adx_points.daily_verdict(run, name)}")
    chart, panes = new_chart((1.9, 1.9), title, captions.note(run))
    head(panes[1], f"{name} hourly: {adx_points.hourly_verdict(run, name)}")
    days = adx_points.before_today(run, found, name, Timeframe.D1)[-DAYS_SHOWN:]
    before = adx_points.before_today(run, found, name, Timeframe.H1)
    hours = (before + adx_points.of_today(run, name))[-HOURS_SHOWN:]
    daily = adx_points.gate(adx_points.daily_gates(run, name), "daily_adx")
    hourly = adx_points.gate(adx_points.hourly_gates(run, name), "hourly_adx")
    _draw(panes[0], days, Timeframe.D1, adx_points.number(daily.threshold))
    axis = _draw(panes[1], hours, Timeframe.H1, adx_points.number(hourly.threshold))
    _mark_today(panes[1], axis, hours, adx_points.aligned_hours(run, name), before)
    return chart


def _draw(
    pane: "Axes", points: Sequence[Strength], timeframe: Timeframe, threshold: float
) -> SessionAxis:
    from rustro_widgets.charts.figure import legend, say, use_axis

    axis = SessionAxis([point.start_ns for point in points], SPAN_NS[timeframe])
    use_axis(pane, axis)
    if not points:
        say(pane, "no figures in this run")
        return axis
    places = range(len(points))
    pane.plot(places, [p.plus for p in points], color=palette.UP, linewidth=1.1, label="+DI")
    pane.plot(places, [p.minus for p in points], color=palette.DOWN, linewidth=1.1, label="−DI")  # noqa: RUF001 - a minus sign
    pane.plot(places, [p.adx for p in points], color=palette.INK, linewidth=2.0, label="ADX")
    if not math.isnan(threshold):
        label = f"threshold {threshold:g}"
        pane.axhline(threshold, color=palette.FAINT, linewidth=1, linestyle="--", label=label)
    pane.set_ylim(0, headroom(points))
    legend(pane, 4)
    return axis


def headroom(points: Sequence[Strength], share: float = 1.3) -> float:
    """Where the pane ends, so that the legend covers no line."""
    figures = [v for p in points for v in (p.adx, p.plus, p.minus) if not math.isnan(v)]
    return share * max(figures, default=100.0)


def _mark_today(
    pane: "Axes",
    axis: SessionAxis,
    points: Sequence[Strength],
    aligned: set[int],
    before: Sequence[Strength],
) -> None:
    """Shade today, and put a dot on the ADX of each aligned hour."""
    first = axis.place(before[-1].start_ns) + 1.0 if before else -0.5
    pane.axvspan(first, axis.limits[1], color=palette.SKY, alpha=0.12, linewidth=0)
    dots = [(i, p.adx) for i, p in enumerate(points) if p.start_ns in aligned]
    pane.plot([x for x, _ in dots], [y for _, y in dots], "o", color=palette.GREEN, markersize=6)
