"""The typed word that live trading wants before it may start."""

from collections.abc import Callable

import ipywidgets

from rustro_kernel.domain.errors import LiveRefused
from rustro_widgets.panels.words import escape


class Confirm:
    """A field and a button, there only while a confirmation is wanted.

    Args:
        give: Takes what was typed; raises LiveRefused if it is something else.
        changed: Asks for a new drawing. A click may come on any thread, only a drawing shows.
    """

    def __init__(self, give: Callable[[str], None], changed: Callable[[], None]) -> None:
        self._give, self._changed = give, changed
        self._problem = ""
        self._said: tuple[str, str] | None = None
        self.typed = ipywidgets.Text(layout=ipywidgets.Layout(width="220px"))
        self.button = ipywidgets.Button(
            description="Confirm live", button_style="danger", icon="unlock"
        )
        self._text = ipywidgets.HTML()
        self.button.on_click(lambda _: self.press())
        layout = ipywidgets.Layout(align_items="center", display="none")
        self.widget = ipywidgets.HBox([self._text, self.typed, self.button], layout=layout)

    def press(self) -> None:
        """Hand over what was typed."""
        try:
            self._give(self.typed.value)
            self._problem = ""
        except LiveRefused as exc:
            self._problem = exc.reason
        self._changed()

    def show(self, wanted: str) -> None:
        """The words that are wanted; nothing is shown where none are."""
        if self._said == (wanted, self._problem):
            return
        self._said = (wanted, self._problem)
        self.widget.layout.display = None if wanted else "none"
        self.typed.placeholder = f"type: {wanted}" if wanted else ""
        self._text.value = confirm_html(self._problem)


def confirm_html(problem: str) -> str:
    """What the field is for, or why it was not taken."""
    words = problem or "REAL MONEY: start only after you have typed the words"
    return f'<span class="rustro-chip bad">{escape(words)}</span>'
