"""Pictures of research: a backtest's days, a walk-forward, a plateau, a control group."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from rustro_widgets.charts import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rustro_widgets.charts.figure import Chart

TICKS = 10


class Result(Protocol):
    """What `rk.backtest` gives."""

    @property
    def equity(self) -> Any: ...  # noqa: ANN401, D102 - a DataFrame; pandas stays out of widgets
    @property
    def strategy(self) -> str: ...  # noqa: D102
    @property
    def closed(self) -> Sequence[object]: ...  # noqa: D102


class Control(Protocol):
    """What `Result.control` is."""

    own_rs: float
    reversed_rs: float
    percentile: float
    drawn_rs: tuple[float, ...]


class WalkForward(Protocol):
    """What `rk.walk_forward` gives."""

    @property
    def oos(self) -> Result: ...  # noqa: D102
    @property
    def table(self) -> Any: ...  # noqa: ANN401, D102 - a DataFrame
    @property
    def by(self) -> str: ...  # noqa: D102
    @property
    def params(self) -> list[str]: ...  # noqa: D102


def backtest(result: Result, title: str = "") -> "Chart":
    """Net result at each day's end, and below it how far that was under its highest.

    Args:
        result: What `rk.backtest` gives.
        title: Over the picture; empty: the figures.
    """
    from rustro_widgets.charts.figure import new_chart

    dates, earned = _earned(result)
    words = title or f"{result.strategy}: {len(result.closed)} trades"
    chart, (upper, lower) = new_chart((2.6, 1.1), f"{words}, Rs {earned[-1]:+,.0f}", "")
    _curve(upper, earned)
    highest, fall = 0.0, []
    for value in earned:
        highest = max(highest, value)
        fall.append(value - highest)
    lower.fill_between(range(len(fall)), fall, color=palette.DOWN, alpha=0.3, linewidth=0)
    lower.set_ylabel("under its highest, Rs", fontsize=8, color=palette.FAINT)
    _dates(upper, dates)
    _dates(lower, dates)
    return chart


def walk_forward(walk: WalkForward) -> "Chart":
    """The tests stitched together; a line where the next set takes over, its values beside it.

    Args:
        walk: What `rk.walk_forward` gives.
    """
    from rustro_widgets.charts.figure import label, new_chart

    dates, earned = _earned(walk.oos)
    title = f"Out of sample, chosen by {walk.by}: Rs {earned[-1]:+,.0f}"
    note = "Each stretch is traded with the set that was best before it: " + ", ".join(walk.params)
    chart, (pane,) = new_chart((2.8,), title, note)
    _curve(pane, earned)
    pane.margins(y=0.25)
    for row in walk.table.to_dict("records"):
        place = dates.index(row["test_first"].date())
        pane.axvline(place, color=palette.SKY, linewidth=1)
        values = " / ".join(f"{row[key]:g}" for key in walk.params if _is_number(row.get(key)))
        label(pane, (place, pane.get_ylim()[1]), values, palette.INK, (4, -12))
    _dates(pane, dates)
    return chart


def plateau(table: Any, across: str, up: str, by: str = "sharpe") -> "Chart":  # noqa: ANN401 - a DataFrame
    """How each set of a grid of two parameters did; the best one has a frame.

    Args:
        table: What `rk.sweep` gives.
        across: The column of one setting, left to right.
        up: The column of another one, upward.
        by: The column that is coloured.
    """
    from rustro_widgets.charts.figure import new_chart

    grid = table.pivot_table(index=up, columns=across, values=by, sort=True)
    chart, (pane,) = new_chart((0.6 + 0.5 * len(grid),), f"{by} of each set", "")
    most = max(abs(float(grid.min().min())), abs(float(grid.max().max())), 1e-9)
    pane.imshow(grid, cmap="RdBu", vmin=-most, vmax=most, origin="lower", aspect="auto")
    pane.grid(visible=False)
    for y, row in enumerate(grid.to_numpy().tolist()):
        for x, value in enumerate(row):
            colour = palette.PAPER if abs(value) > 0.6 * most else palette.INK
            pane.text(x, y, f"{value:.2f}", ha="center", va="center", fontsize=9, color=colour)
    best = table.loc[table[by].idxmax()]
    at = (list(grid.columns).index(best[across]), list(grid.index).index(best[up]))
    pane.plot(*at, "s", markersize=34, fillstyle="none", color=palette.AMBER, markeredgewidth=2.5)
    pane.set_xticks(range(len(grid.columns)), [f"{value:g}" for value in grid.columns])
    pane.set_yticks(range(len(grid.index)), [f"{value:g}" for value in grid.index])
    pane.set_xlabel(across, fontsize=8.5, color=palette.FAINT)
    pane.set_ylabel(up, fontsize=8.5, color=palette.FAINT)
    return chart


def control(group: Control) -> "Chart":
    """The backtest's own entries among draws of random ones.

    Args:
        group: The control of a `Result`.
    """
    from rustro_widgets.charts.figure import legend, new_chart

    title = f"Better than {group.percentile:.0f} % of {len(group.drawn_rs)} random draws"
    chart, (pane,) = new_chart((2.4,), title, "Net of all trades, Rs; the same days, hours, exits")
    pane.hist(group.drawn_rs, bins=30, color=palette.SKY, label="random entries")
    marks: Mapping[str, tuple[float, str]] = {
        "own entries": (group.own_rs, palette.INK),
        "the other side bought": (group.reversed_rs, palette.DOWN),
    }
    for name, (value, colour) in marks.items():
        pane.axvline(value, color=colour, linewidth=2, label=f"{name}: {value:+,.0f}")
    pane.xaxis.set_major_formatter("{x:+,.0f}")
    pane.locator_params(axis="y", integer=True)
    pane.set_ylabel("draws", fontsize=8.5, color=palette.FAINT)
    legend(pane)
    return chart


def _earned(result: Result) -> tuple[list[Any], list[float]]:
    """The days, and the net result at the end of each."""
    equity = result.equity
    return [stamp.date() for stamp in equity.index], equity["net_rs"].cumsum().tolist()


def _curve(pane: "Axes", earned: Sequence[float]) -> None:
    x = range(len(earned))
    gain, loss = [max(v, 0.0) for v in earned], [min(v, 0.0) for v in earned]
    pane.axhline(0, color=palette.FAINT, linewidth=0.8)
    pane.fill_between(x, gain, color=palette.UP, alpha=0.2, linewidth=0)
    pane.fill_between(x, loss, color=palette.DOWN, alpha=0.2, linewidth=0)
    pane.plot(x, earned, color=palette.INK, linewidth=1.3)
    pane.set_ylabel("net, Rs", fontsize=8, color=palette.FAINT)


def _dates(pane: "Axes", dates: Sequence[Any]) -> None:
    step = -(-len(dates) // TICKS) or 1
    places = range(0, len(dates), step)
    pane.set_xticks(places, [f"{dates[place]:%d %b}" for place in places])
    pane.set_xlim(-0.5, len(dates) - 0.5)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and value == value
