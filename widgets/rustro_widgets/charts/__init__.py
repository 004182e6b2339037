"""Static charts of a run folder or of research, for headless notebooks and reports.

`backtest`, `walk_forward`, `plateau` and `control` draw what research gives; `live` draws what the
cockpit of a session shows now. Every other function takes a run folder (or the `RunData` of one).
All return a matplotlib `Figure` that a notebook shows as a picture (`.png()` and `.svg()` give it
as bytes, `.save("day.svg")` writes it)::

    from rustro_widgets import charts
    charts.day("runs/2026-07-15-sim-main-1")

matplotlib is loaded when the first figure is made, never on import.
"""

from rustro_widgets.charts.adx_panes import adx
from rustro_widgets.charts.coverage_map import coverage
from rustro_widgets.charts.day_picture import day
from rustro_widgets.charts.equity_curve import equity
from rustro_widgets.charts.gate_funnel import funnel
from rustro_widgets.charts.history import hourly_bars
from rustro_widgets.charts.live_chart import live
from rustro_widgets.charts.research import backtest, control, plateau, walk_forward
from rustro_widgets.charts.run_data import RunData, load
from rustro_widgets.charts.why_not import why_strip

__all__ = [
    "RunData",
    "adx",
    "backtest",
    "control",
    "coverage",
    "day",
    "equity",
    "funnel",
    "hourly_bars",
    "live",
    "load",
    "plateau",
    "walk_forward",
    "why_strip",
]
