"""Open positions."""

from rustro_widgets.panels.html_panel import HtmlPanel
from rustro_widgets.panels.tables import positions_html


class PositionsPanel(HtmlPanel):
    """Every open position with its stop, trail and target."""

    def __init__(self) -> None:
        super().__init__(lambda reading: positions_html(reading.view))
