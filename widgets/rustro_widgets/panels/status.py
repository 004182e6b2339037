"""What the session is and whether it accepts entries: the head of the cockpit."""

import ipywidgets

from rustro_widgets.panels.html_panel import HtmlPanel
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.state_strip import head_html, state_html


class StatusPanel:
    """Two lines: what changes with every tick, and what rarely does."""

    def __init__(self) -> None:
        self.head = HtmlPanel(lambda reading: head_html(reading.view))
        self.state = HtmlPanel(lambda reading: state_html(reading.view))
        self.widget = ipywidgets.VBox([self.head.widget, self.state.widget])

    def show(self, reading: Reading) -> None:
        """Assign what differs."""
        self.head.show(reading)
        self.state.show(reading)
