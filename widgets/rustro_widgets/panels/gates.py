"""Every gate of the minute that is looked at, the deciding one marked."""

from collections.abc import Callable

from rustro_widgets.panels.html_panel import HtmlPanel
from rustro_widgets.panels.minute import Judged
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.tables import minute_html


class GatesPanel(HtmlPanel):
    """Every gate with its value and threshold.

    Args:
        minute: Which minute is looked at.
    """

    def __init__(self, minute: Callable[[Reading], Judged | None]) -> None:
        super().__init__(lambda reading: minute_html(minute(reading)), minute, "rustro-gates")
