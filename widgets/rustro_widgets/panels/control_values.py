"""What the buttons show: those that make sense now, and what became of the last click. Pure."""

from typing import NamedTuple

from rustro_kernel.engine.view import View
from rustro_widgets.panels.clicks import Answer, Clicks
from rustro_widgets.panels.resuming import Resuming, is_reason_enough, resuming
from rustro_widgets.panels.words import escape

RUNNING = ("READY", "WAITING", "TRADING")
PAUSED = "PAUSED"


class ButtonState(NamedTuple):
    """What one button shows."""

    text: str
    is_enabled: bool


class ControlValues(NamedTuple):
    """What all of them show."""

    start: ButtonState
    pause: ButtonState
    resume: ButtonState
    flatten: ButtonState
    arm: ButtonState
    kill: ButtonState
    resuming: Resuming | None
    answer_html: str


def control_values(
    view: View, clicks: Clicks, *, armed_s: int = 0, reason: str = ""
) -> ControlValues:
    """The buttons that make sense now.

    Args:
        view: The picture.
        clicks: What waits for an answer.
        armed_s: So long a kill may still be fired.
        reason: What was typed for a resume.
    """
    is_running = view.state in RUNNING or bool(view.session_id and view.state == "INIT")
    case = resuming(view) if is_running else None

    def state(name: str, text: str, *, makes_sense: bool) -> ButtonState:
        waits = clicks.is_pending(name)
        return ButtonState(f"{text} …" if waits else text, makes_sense and not waits)

    return ControlValues(
        state("start", "Start", makes_sense=not view.session_id),
        state("pause", "Pause", makes_sense=is_running and PAUSED not in view.overlays),
        state("resume", "Resume", makes_sense=bool(case and is_reason_enough(reason, case))),
        state("flatten", "Flatten", makes_sense=is_running),
        ButtonState(f"armed {armed_s} s" if armed_s else "arm kill", is_running),
        state("kill", "KILL", makes_sense=is_running and armed_s > 0),
        case,
        answer_html(clicks.last),
    )


def answer_html(last: Answer | None) -> str:
    """What became of the last click."""
    if last is None:
        return ""
    kind = {"accepted": "good", "refused": "bad"}.get(last.state, "wait")
    text = last.text if last.text and last.text != last.state else ""
    words = f"{last.command}: {last.state}" + (f" ({text})" if text else "")
    id = f' <span class="rustro-heading">{escape(last.id)}</span>' if last.id else ""
    return f'<span class="rustro-chip {kind}" role="status">{escape(words)}</span>{id}'
