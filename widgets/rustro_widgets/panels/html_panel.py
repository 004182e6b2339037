"""A panel that is text: drawn from a reading, sent only when it reads differently."""

from collections.abc import Callable

import ipywidgets

from rustro_widgets.panels.reading import Reading


class HtmlPanel:
    """Shows what a pure renderer makes of a reading.

    Args:
        render: HTML of a reading; every string from outside is escaped there.
    """

    def __init__(self, render: Callable[[Reading], str]) -> None:
        self._render = render
        self.widget = ipywidgets.HTML()

    def show(self, reading: Reading) -> None:
        """Assign what differs."""
        self.widget.value = self._render(reading)
