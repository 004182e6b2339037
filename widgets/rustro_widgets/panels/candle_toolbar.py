"""What is to be seen of a chart: instrument, timeframe, which part, pan or crosshair."""

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets

from rustro_kernel.domain.bars import Timeframe

HINT = (
    "read single bars: click on the chart to begin and to hold, the arrows go bar by bar; "
    "off: drag to pan, wheel to zoom"
)
MOVES = {
    "back": ("chevron-left", "earlier bars"),
    "on": ("chevron-right", "later bars"),
    "closer": ("search-plus", "fewer bars"),
    "wider": ("search-minus", "more bars"),
    "day": ("arrows-h", "all of today"),
    "now": ("step-forward", "the last bar, and go on with it"),
}


class Toolbar:
    """A row of choices and buttons.

    Args:
        changed: Called when a choice has changed; may come on any thread.
        move: Called with a key of `MOVES` for a click; may come on any thread.
    """

    def __init__(self, changed: Callable[[object], object], move: Callable[[str], object]) -> None:
        self.source = ipywidgets.Dropdown(
            options=[], layout=ipywidgets.Layout(width="auto", min_width="90px", max_width="172px")
        )
        self.timeframe = ipywidgets.ToggleButtons(
            options=[frame.value for frame in Timeframe], value="1m", style={"button_width": "40px"}
        )
        self.crosshair = ipywidgets.ToggleButton(
            description="Crosshair",
            icon="crosshairs",
            tooltip=HINT,
            layout=ipywidgets.Layout(width="auto"),
        )
        self.moves = {name: _button(name, *look) for name, look in MOVES.items()}
        self.moves["now"].description = "Now"
        for name, button in self.moves.items():
            button.on_click(lambda _, name=name: move(name))
        for choice in (self.source, self.timeframe, self.crosshair):
            choice.observe(changed, "value")
        self.source.add_class("rustro-source")
        self.timeframe.add_class("rustro-timeframe")
        self.crosshair.add_class("rustro-crosshair")
        layout = ipywidgets.Layout(align_items="center", flex_flow="row wrap")
        parts = [self.source, self.timeframe, self.crosshair, *self.moves.values()]
        self.widget = ipywidgets.HBox(parts, layout=layout)
        self.widget.add_class("rustro-toolbar")

    @property
    def frame(self) -> Timeframe:
        """The timeframe chosen."""
        return Timeframe(self.timeframe.value)

    def offer(self, names: Sequence[str]) -> None:
        """What can be chosen; a choice that is still there stays."""
        if tuple(self.source.options) == tuple(names):
            return
        kept = self.source.value
        with self.source.hold_sync():
            self.source.options = tuple(names)
            self.source.value = kept if kept in names else next(iter(names), None)


def _button(name: str, icon: str, tooltip: str) -> Any:  # noqa: ANN401 - ipywidgets is untyped
    button = ipywidgets.Button(
        icon=icon, tooltip=tooltip, layout=ipywidgets.Layout(width="auto", min_width="30px")
    )
    button.add_class(f"rustro-chart-{name}")
    return button
