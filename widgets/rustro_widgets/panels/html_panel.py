"""A panel that is text: drawn from a reading, sent only when it reads differently."""

from collections.abc import Callable

import ipywidgets

from rustro_widgets.panels.reading import Reading

NOTHING = object()


class HtmlPanel:
    """Shows what a pure renderer makes of a reading.

    Args:
        render: HTML of a reading; every string from outside is escaped there.
        of: What of a reading it is made of: drawn again only when that has changed. None: anything.
        css: A class of the style sheet.
    """

    def __init__(
        self,
        render: Callable[[Reading], str],
        of: Callable[[Reading], object] | None = None,
        css: str = "",
    ) -> None:
        self._render, self._of = render, of
        self._seen: object = NOTHING
        self._said = ""
        self.widget = ipywidgets.HTML()
        if css:
            self.widget.add_class(css)

    def show(self, reading: Reading) -> None:
        """Assign what differs."""
        if self._of is not None:
            seen = self._of(reading)
            if seen == self._seen:
                return
            self._seen = seen
        said = self._render(reading)
        if said != self._said:  # an assignment costs as much as the rendering
            self._said = self.widget.value = said
