"""The day's changes of parameters, each with a button that takes it back."""

from typing import Any

import ipywidgets

from rustro_kernel.engine.events.system import ParameterChanged
from rustro_kernel.engine.turn import Event
from rustro_widgets.panels.buttons import button
from rustro_widgets.panels.clicks import Clicks
from rustro_widgets.panels.controls import Fire
from rustro_widgets.panels.parameter_values import change_html, last_changes, reverted
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.rows import Rows

NONE_YET = '<div class="rustro-heading">No parameter was changed today</div>'
SOME = '<div class="rustro-heading">changes of today, the newest first</div>'


class Changes:
    """The last changes, the newest first."""

    def __init__(self, clicks: Clicks, fire: Fire) -> None:
        self.head = ipywidgets.HTML()
        self.rows = Rows[Event](lambda key: ChangeRow(key, clicks, fire))
        self.widget = ipywidgets.VBox([self.head, self.rows.widget])

    def show(self, reading: Reading) -> None:
        """Assign what differs."""
        found = last_changes(reading.day.listed[ParameterChanged])
        self.head.value = SOME if found else NONE_YET
        self.rows.show({str(event.seq): event for event in found})


class ChangeRow:
    """One change; taking it back is a change too."""

    def __init__(self, seq: str, clicks: Clicks, fire: Fire) -> None:
        self._clicks, self._name, self._fire = clicks, f"revert {seq}", fire
        self._event: Event | None = None
        self.button = button("revert", "Revert", "", "undo", "set it back to what it was")
        self.button.on_click(lambda _: self.press())
        self._text = ipywidgets.HTML()
        self.widget: Any = ipywidgets.HBox([self._text, self.button])
        self.widget.add_class("rustro-row")

    def show(self, item: Event) -> None:
        """Assign what differs."""
        self._event = item
        self._text.value = change_html(item)
        self.button.disabled = self._clicks.is_pending(self._name)

    def press(self) -> bool:
        """Set it back; false if the click was ignored. From any thread."""
        if self._event is None:
            return False
        back = reverted(self._event)
        return self._fire("set", button=self._name, key=back.key, value=back.text)
