"""The row of buttons. A click only fires; what the buttons show follows from the view."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import ipywidgets

from rustro_kernel.engine.view import View
from rustro_widgets.panels.clicks import Answer, Clicks
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.words import escape

HINT = "Jupyter's stop button does not stop trading; Flatten and KILL do"
RUNNING = ("READY", "WAITING", "TRADING")


class Fire(Protocol):
    """Sends a command for a click; false if the click was ignored. From any thread."""

    def __call__(self, command: str, button: str = "", **args: str) -> bool:
        """See `Cockpit.fire`."""


class ButtonState(NamedTuple):
    """What one button shows."""

    text: str
    is_enabled: bool


class ControlValues(NamedTuple):
    """What all of them show."""

    start: ButtonState
    pause: ButtonState
    flatten: ButtonState
    kill: ButtonState
    answer_html: str


def control_values(view: View, clicks: Clicks, *, is_armed: bool) -> ControlValues:
    """The buttons that make sense now."""
    is_running = view.state in RUNNING or bool(view.session_id and view.state == "INIT")

    def state(button: str, text: str, *, makes_sense: bool) -> ButtonState:
        waits = clicks.is_pending(button)
        return ButtonState(f"{text} …" if waits else text, makes_sense and not waits)

    return ControlValues(
        state("start", "Start", makes_sense=not view.session_id),
        state("pause", "Resume" if view.can_resume else "Pause", makes_sense=is_running),
        state("flatten", "Flatten", makes_sense=is_running),
        state("kill", "KILL", makes_sense=is_running and is_armed),
        answer_html(clicks.last),
    )


def answer_html(last: Answer | None) -> str:
    """What became of the last click."""
    if last is None:
        return f'<span class="rustro-heading">{HINT}</span>'
    kind = {"accepted": "good", "refused": "bad"}.get(last.state, "")
    text = last.text if last.text and last.text != last.state else ""
    words = f"{last.command}: {last.state}" + (f" ({text})" if text else "")
    return f'<span class="rustro-chip {kind}">{escape(words)}</span>'


class Controls:
    """Start, Pause or Resume, Flatten, and Kill behind its safety catch.

    Args:
        clicks: The answers.
        fire: Sends a command for a button.
        start: Begins to trade; None where the session runs already.
        changed: Called when a choice has changed; may come on any thread.
    """

    def __init__(
        self,
        clicks: Clicks,
        fire: Fire,
        start: Callable[[], bool] | None,
        changed: Callable[[object], object],
    ) -> None:
        self._clicks, self._fire, self._start = clicks, fire, start
        self._view = View()
        self._buttons = {
            "start": _button("Start", "success", "play"),
            "pause": _button("Pause", "warning", "pause"),
            "flatten": _button("Flatten", "danger", "level-down"),
            "kill": _button("KILL", "danger", "bolt"),
        }
        for name, button in self._buttons.items():
            button.on_click(lambda _, name=name: self.press(name))
        self.arm = ipywidgets.Checkbox(
            description="arm kill", indent=False, layout=ipywidgets.Layout(width="auto")
        )
        self.reason = ipywidgets.Text(
            placeholder="reason to resume", layout=ipywidgets.Layout(width="180px")
        )
        self.arm.observe(changed, "value")
        self._answer = ipywidgets.HTML()
        first = [self._buttons[name] for name in ("start", "pause")]
        if start is None:
            del first[0]
        last = [self._buttons["flatten"], self.arm, self._buttons["kill"], self._answer]
        layout = ipywidgets.Layout(align_items="center", flex_flow="row wrap")
        self.widget = ipywidgets.HBox([*first, self.reason, *last], layout=layout)

    def show(self, reading: Reading) -> None:
        """Assign what differs."""
        self._view = reading.view
        values = control_values(reading.view, self._clicks, is_armed=self.arm.value)
        states = (values.start, values.pause, values.flatten, values.kill)
        for button, state in zip(self._buttons.values(), states, strict=True):
            with button.hold_sync():
                button.description = state.text
                button.disabled = not state.is_enabled
        self.reason.layout.display = None if values.pause.text.startswith("Resume") else "none"
        self._answer.value = values.answer_html

    def press(self, button: str) -> bool:
        """What a click on a button does; false if it was ignored. From any thread."""
        commands: dict[str, Callable[[], bool]] = {
            "start": self._start or (lambda: False),
            "pause": self._pause_or_resume,
            "flatten": lambda: self._fire("flatten"),
            "kill": self._kill,
        }
        return commands[button]()

    def _pause_or_resume(self) -> bool:
        if self._view.can_resume:
            return self._fire("resume", "pause", reason=self.reason.value)
        return self._fire("pause")

    def _kill(self) -> bool:
        """Nothing happens unless it was armed; afterwards it is not armed any more."""
        if not self.arm.value:
            return False
        self.arm.value = False
        return self._fire("kill")

    def button(self, name: str) -> Any:  # noqa: ANN401 - ipywidgets is untyped
        """One of the buttons."""
        return self._buttons[name]


def _button(text: str, style: str, icon: str) -> Any:  # noqa: ANN401 - ipywidgets is untyped
    layout = ipywidgets.Layout(width="auto", min_width="88px")
    return ipywidgets.Button(description=text, button_style=style, icon=icon, layout=layout)
