"""What a resume would take away now, and what it wants for it: pure."""

from typing import NamedTuple

from rustro_kernel.engine.commands import CLEARED_BY_RESUME, MIN_REASON
from rustro_kernel.engine.view import View

KILLED = "KILLED"


class Resuming(NamedTuple):
    """One resume takes all of them away."""

    lifts: tuple[str, ...]
    wanted: str  # what stands in the empty field
    is_reason_needed: bool


def resuming(view: View) -> Resuming | None:
    """The resume that is possible now; None: there is nothing of the operator's to take away."""
    if not view.can_resume:
        return None
    lifts = tuple(reason.name for reason in view.reasons if reason.name in CLEARED_BY_RESUME)
    is_needed = KILLED in view.overlays
    wanted = f"reason to resume ({MIN_REASON} letters or more)"
    return Resuming(lifts, wanted if is_needed else "reason to resume", is_needed)


def is_reason_enough(text: str, case: Resuming) -> bool:
    """Whether what was typed will do; the engine judges again."""
    return not case.is_reason_needed or len("".join(text.split())) >= MIN_REASON
