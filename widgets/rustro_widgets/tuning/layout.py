"""How the Tuner's parts stand on the page: beside one another where there is room."""

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets

KNOBS = {"flex": "0 0 340px", "max_height": "640px", "overflow": "hidden auto"}
CHARTS = {"flex": "1 1 500px", "min_width": "0"}
TABS = {"flex": "1 1 520px", "min_width": "0"}


def button(text: str, icon: str) -> Any:  # noqa: ANN401 - ipywidgets is untyped
    """A small button."""
    return ipywidgets.Button(description=text, icon=icon, layout={"flex": "0 0 92px"})


def row(first: Any, *others: Any) -> Any:  # noqa: ANN401 - ipywidgets is untyped
    """A line whose first part takes what is left."""
    first.layout.flex, first.layout.min_width = "1 1 auto", "0"
    return ipywidgets.HBox([first, *others], layout={"align_items": "flex-start"})


def body(knobs: Any, charts: Sequence[Any], panes: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Knobs, charts, and tabs; the tabs stand below where the page is narrow."""
    tabs = ipywidgets.Tab(list(panes.values()), titles=list(panes), layout=TABS)
    left = ipywidgets.VBox([knobs], layout=KNOBS)
    middle = ipywidgets.VBox(list(charts), layout=CHARTS)
    return ipywidgets.HBox(
        [left, middle, tabs], layout={"flex_flow": "row wrap", "grid_gap": "8px"}
    )
