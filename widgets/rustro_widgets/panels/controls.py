"""The row of buttons. A click only fires; what the buttons show follows from the view."""

from collections.abc import Callable
from typing import Any, Protocol

import ipywidgets

from rustro_widgets.panels.arming import Arming
from rustro_widgets.panels.buttons import button
from rustro_widgets.panels.clicks import Clicks
from rustro_widgets.panels.control_values import ButtonState, ControlValues, control_values
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.resuming import Resuming
from rustro_widgets.panels.words import escape

NOT_ARMED = "it is not armed, or not any more"


class Fire(Protocol):
    """Sends a command for a click; false if the click was ignored. From any thread."""

    def __call__(self, command: str, button: str = "", **args: str) -> bool:
        """See `Cockpit.fire`."""


class Controls:
    """Start, Pause, Resume, Flatten, and Kill behind its safety catch.

    Args:
        clicks: The answers.
        fire: Sends a command for a button.
        start: Begins to trade; None where the session runs already.
        changed: Called when a choice has changed; may come on any thread.
        arming: The safety catch.

    Attributes:
        widget: The row.
        answer: What became of the last click; stands where it moves no button.
    """

    def __init__(
        self,
        clicks: Clicks,
        fire: Fire,
        start: Callable[[], bool] | None,
        changed: Callable[[object], object],
        arming: Arming | None = None,
    ) -> None:
        self._clicks, self._fire, self._start, self._changed = clicks, fire, start, changed
        self.arming = arming or Arming()
        self._armed_s = 0
        self._shown: ControlValues | None = None
        self._buttons = _buttons()
        for name, made in self._buttons.items():
            made.on_click(lambda _, name=name: self.press(name))
        self.reason = ipywidgets.Text(
            continuous_update=True, layout=ipywidgets.Layout(width="240px", display="none")
        )
        self.reason.add_class("rustro-reason")
        self.reason.observe(changed, "value")
        self._lifts, self.answer = ipywidgets.HTML(), ipywidgets.HTML()
        self.answer.add_class("rustro-answer")
        self.widget = self._laid_out(has_start=start is not None)

    @property
    def is_moving(self) -> bool:
        """Whether the safety catch has a countdown to show, or to end."""
        return self._armed_s != self.arming.left_s

    def show(self, reading: Reading) -> None:
        """Assign what differs."""
        self._armed_s = self.arming.left_s
        values = control_values(
            reading.view, self._clicks, armed_s=self._armed_s, reason=self.reason.value
        )
        if values == self._shown:
            return
        self._shown = values
        for name, made in self._buttons.items():
            state: ButtonState = getattr(values, name)
            with made.hold_sync():
                made.description = state.text
                made.disabled = not state.is_enabled
        self._show_case(values.resuming)
        self.answer.value = values.answer_html

    def press(self, name: str) -> bool:
        """What a click on a button does; false if it was ignored. From any thread."""
        commands: dict[str, Callable[[], bool]] = {
            "start": self._start or (lambda: False),
            "pause": lambda: self._fire("pause"),
            "resume": lambda: self._fire("resume", reason=self.reason.value.strip()),
            "flatten": lambda: self._fire("flatten"),
            "arm": self._arm,
            "kill": self._kill,
        }
        return commands[name]()

    def button(self, name: str) -> Any:  # noqa: ANN401 - ipywidgets is untyped
        """One of the buttons."""
        return self._buttons[name]

    def _arm(self) -> bool:
        """The second click puts the safety catch on again."""
        is_switched = self.arming.switch()
        self._changed(None)
        return is_switched

    def _kill(self) -> bool:
        """Nothing is sent unless it was armed; afterwards it is not armed any more."""
        if not self.arming.is_armed:
            self._clicks.refuse("kill", NOT_ARMED)
            return False
        self.arming.disarm()
        return self._fire("kill")

    def _show_case(self, case: Resuming | None) -> None:
        display = None if case else "none"
        self._buttons["resume"].layout.display = display
        self.reason.layout.display = display
        if case:
            self.reason.placeholder = case.wanted
        else:
            self.reason.value = ""  # what was typed for one resume is no reason for the next
        lifts = f"ends {', '.join(case.lifts)}" if case and case.lifts else ""
        self._lifts.value = f'<span class="rustro-heading">{escape(lifts)}</span>' if lifts else ""

    def _laid_out(self, *, has_start: bool) -> Any:  # noqa: ANN401 - ipywidgets is untyped
        # what comes and goes stands behind: Flatten and KILL never move under a hand
        names = ("start", "pause", "flatten") if has_start else ("pause", "flatten")
        first = [self._buttons[name] for name in names]
        gap = ipywidgets.HTML(layout=ipywidgets.Layout(width="24px"))
        kill = [gap, self._buttons["arm"], self._buttons["kill"]]
        resume = [self.reason, self._buttons["resume"], self._lifts]
        made = ipywidgets.HBox([*first, *kill, *resume])
        made.add_class("rustro-controls")
        return made


def _buttons() -> dict[str, Any]:
    return {
        "start": button("start", "Start", "success", "play", "begin to trade"),
        "pause": button("pause", "Pause", "warning", "pause", "no entries; exits go on"),
        "resume": button("resume", "Resume", "success", "play", "allow entries again"),
        "flatten": button(
            "flatten", "Flatten", "danger", "level-down", "pause, and close every position in turn"
        ),
        "arm": button("arm", "arm kill", "", "unlock-alt", "for ten seconds"),
        "kill": button(
            "kill", "KILL", "danger", "bolt", "no new orders; cancel and close everything at once"
        ),
    }
