"""What the session is and whether it accepts entries: the head of the cockpit."""

import ipywidgets

from rustro_widgets.panels.banner import message_html
from rustro_widgets.panels.html_panel import HtmlPanel
from rustro_widgets.panels.live_text import LiveText
from rustro_widgets.panels.pulse import pulse_html
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.state_strip import head_html, state_html


class StatusPanel:
    """What changes with every tick, what rarely does, what does once a second; and a message.

    Args:
        live: What the head's words are sent with.

    Attributes:
        message: One line for what must not be overlooked.
        head: Mode, price, clock, result.
        line: State, and every reason for no entries; how alive the picture is.
    """

    def __init__(self, live: LiveText) -> None:
        self._live, self.head = live, live.place("head")
        self.message = HtmlPanel(message_html, css="rustro-banners")
        self.state = HtmlPanel(lambda reading: state_html(reading.view))
        self.pulse = HtmlPanel(pulse_html)
        for part in (self.message, self.state):
            part.widget.layout = ipywidgets.Layout(flex="1 1 auto", min_width="0")
        self.pulse.widget.layout = ipywidgets.Layout(flex="0 0 auto")
        self.line = ipywidgets.HBox([self.state.widget, self.pulse.widget])
        self.line.add_class("rustro-state")

    def show(self, reading: Reading) -> None:
        """Assign what differs."""
        self._live.put("head", head_html(reading.view))
        for part in (self.message, self.state, self.pulse):
            part.show(reading)
