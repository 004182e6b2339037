"""A backtest in two panes: equity, and how far below its highest it was."""

import numpy as np
import pandas as pd
from bqplot import Axis, DateScale, Figure, LinearScale, Lines


def figure(equity: pd.DataFrame) -> Figure:
    """The days' equity in rupees, with the drawdown in percent against the right axis."""
    days = equity.index.to_numpy()
    money = equity["equity_rs"].to_numpy()
    highest = np.maximum.accumulate(np.maximum(money, equity["start_rs"].iloc[0]))
    time, rupees, percent = DateScale(), LinearScale(), LinearScale(max=0.0)
    fall = Lines(
        x=days,
        y=100 * (money / highest - 1),
        scales={"x": time, "y": percent},
        colors=["#b22222"],
        fill="top",
        fill_opacities=[0.2],
        stroke_width=1,
        labels=["drawdown %"],
    )
    line = Lines(
        x=days, y=money, scales={"x": time, "y": rupees}, colors=["#1f77b4"], labels=["equity Rs"]
    )
    axes = [
        Axis(scale=time),
        Axis(scale=rupees, side="left", label="equity, Rs"),
        Axis(scale=percent, side="right", label="drawdown, %"),
    ]
    return Figure(marks=[fall, line], axes=axes, title="Equity by day", legend_location="top-left")
