"""Words that change with every tick, from all over a page in one message.

It is messages that cost, not words. So there is one text, which every place shows; and every place
hides all of it but its own part, by the style sheet.
"""

from typing import Any

import ipywidgets

PLACES = ("head", "held", "price")
CSS = "".join(f".rustro-part-{name} .of-{name} {{ display: block; }}\n" for name in PLACES)


class LiveText:
    """The text. On the notebook's loop only."""

    def __init__(self) -> None:
        self._parts: dict[str, str] = {}
        self._said = ""
        self.widget = ipywidgets.HTML()

    def place(self, name: str) -> Any:  # noqa: ANN401 - ipywidgets is untyped
        """A box that shows one part of it, one of `PLACES`."""
        made = ipywidgets.Box([self.widget])
        for css in ("rustro-part", f"rustro-part-{name}"):
            made.add_class(css)
        return made

    def put(self, name: str, html: str) -> None:
        """Say this at a place from the next sending on; every string from outside is escaped."""
        self._parts[name] = html

    def send(self) -> None:
        """Send it, if it reads differently."""
        parts = (f'<div class="of-{name}">{html}</div>' for name, html in self._parts.items())
        said = "".join(parts)
        if said != self._said:
            self._said = self.widget.value = said
