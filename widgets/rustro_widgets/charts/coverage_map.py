"""A calendar of stored days: a row a week, a column a weekday, the colour how much is there."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rustro_widgets.charts import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rustro_widgets.charts.figure import Chart

WORKDAYS = 5
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SHADES = ((0.0, palette.DOWN), (0.5, palette.AMBER), (0.95, palette.SKY), (1.0, palette.UP))
"""The colour of the largest bound that a share reaches."""

ROW_IN = 0.24


def coverage(shares: Mapping[dt.date, float], title: str = "What is stored") -> "Chart":
    """The calendar.

    Args:
        shares: How much of each trading day is there, 0 to 1; other dates stay white.
        title: Above it.
    """
    from rustro_widgets.charts.figure import new_chart, say

    weeks = weeks_of(shares)
    note = (
        "blue: complete, light: 95 % or more, yellow: half or more, red: less; "
        "white: not traded, or not asked about"
    )
    chart, (pane,) = new_chart((max(1.2, ROW_IN * len(weeks) + 0.4),), title, note)
    if not weeks:
        say(pane, "no trading day")
        return chart
    _draw(pane, weeks, shares)
    return chart


def weeks_of(dates: Iterable[dt.date]) -> list[dt.date]:
    """The Mondays of all weeks from the first date to the last."""
    found = sorted(dates)
    if not found:
        return []
    first, last = (day - dt.timedelta(day.weekday()) for day in (found[0], found[-1]))
    return [first + dt.timedelta(7 * n) for n in range((last - first).days // 7 + 1)]


def shade(share: float) -> str:
    """The colour of a day."""
    return next(colour for bound, colour in reversed(SHADES) if share >= bound)


def percent(share: float) -> int:
    """A share in whole percent: 100 only where nothing is missing, 0 only where all is."""
    return min(max(int(share * 100), int(share > 0)), 99 + int(share >= 1))


def columns(dates: Iterable[dt.date]) -> int:
    """How many weekdays are shown: those of the week, and of its end only what was traded."""
    return max(WORKDAYS, *(day.weekday() + 1 for day in dates))


def _draw(pane: "Axes", weeks: list[dt.date], shares: Mapping[dt.date, float]) -> None:
    width = columns(shares)
    rows = {week: row for row, week in enumerate(weeks)}
    for day, share in shares.items():
        row = rows[day - dt.timedelta(day.weekday())]
        pane.barh(row, 0.9, left=day.weekday() + 0.05, height=0.86, color=shade(share))
        text = f"{day.day}" if share >= 1 else f"{day.day}: {percent(share)}%"
        ink = palette.PAPER if share >= 1 or share < 0.5 else palette.INK
        pane.text(day.weekday() + 0.5, row, text, ha="center", va="center", fontsize=7, color=ink)
    pane.set_xlim(0, width)
    pane.set_xticks([n + 0.5 for n in range(width)], WEEKDAYS[:width])
    pane.set_yticks(list(rows.values()), [f"{week:%d %b %Y}" for week in weeks])
    pane.yaxis.tick_left()
    pane.invert_yaxis()
    pane.grid(visible=False)
