"""Which pair of colours is used: a switch in a corner."""

from collections.abc import Callable

import ipywidgets

from rustro_widgets.panels.palette import BLUE_ORANGE, RED_GREEN, Palette

APART = "rustro-apart"


class Look:
    """A switch between the two pairs.

    Args:
        changed: Called when it was switched; may come on any thread.
    """

    def __init__(self, changed: Callable[[object], object]) -> None:
        self.switch = ipywidgets.ToggleButton(
            description="blue / orange",
            icon="adjust",
            tooltip="colours that every kind of colour vision keeps apart",
            layout=ipywidgets.Layout(width="auto"),
        )
        self.switch.add_class("rustro-palette")
        self.switch.add_class("rustro-button")
        self.switch.observe(changed, "value")

    @property
    def palette(self) -> Palette:
        """The pair in use."""
        return BLUE_ORANGE if self.switch.value else RED_GREEN
