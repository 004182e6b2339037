"""The gates of the last minute, the deciding one marked."""

from rustro_widgets.panels.html_panel import HtmlPanel
from rustro_widgets.panels.tables import gates_html


class GatesPanel(HtmlPanel):
    """Every gate with its value and threshold."""

    def __init__(self) -> None:
        super().__init__(lambda reading: gates_html(reading.view))
