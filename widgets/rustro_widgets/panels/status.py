"""What the session is and whether it accepts entries: the head of the cockpit."""

import ipywidgets

from rustro_widgets.panels.banner import banner_html
from rustro_widgets.panels.html_panel import HtmlPanel
from rustro_widgets.panels.pulse import pulse_html
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.state_strip import head_html, state_html


class StatusPanel:
    """What changes with every tick, what rarely does, what does once a second; and banners."""

    def __init__(self) -> None:
        self.head = HtmlPanel(lambda reading: head_html(reading.view))
        self.state = HtmlPanel(lambda reading: state_html(reading.view))
        self.pulse = HtmlPanel(pulse_html)
        self.banner = HtmlPanel(banner_html, css="rustro-banners")
        wide = ipywidgets.Layout(flex="1 1 auto", min_width="0")
        self.state.widget.layout = wide
        self.pulse.widget.layout = ipywidgets.Layout(flex="0 0 auto")
        line = ipywidgets.HBox([self.state.widget, self.pulse.widget])
        line.add_class("rustro-state")
        self.widget = ipywidgets.VBox([self.banner.widget, self.head.widget, line])

    def show(self, reading: Reading) -> None:
        """Assign what differs."""
        for part in (self.banner, self.head, self.state, self.pulse):
            part.show(reading)
