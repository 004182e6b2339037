"""What the buttons of the desk do, left to right."""

from collections.abc import Callable
from typing import NamedTuple

from rustro_widgets.replaying.course import Course, Unit


class Made(NamedTuple):
    """One button."""

    text: str
    icon: str
    tooltip: str
    act: Callable[[Course], None]


def _step(unit: Unit, *, back: bool = False) -> Callable[[Course], None]:
    return lambda course: course.step(unit, back=back)


BUTTONS = {
    "begin": Made("", "fast-backward", "to the beginning", lambda course: course.go_to(0)),
    "minute_back": Made("min", "chevron-left", "one minute back", _step(Unit.MINUTE, back=True)),
    "event_back": Made("event", "chevron-left", "one event back", _step(Unit.EVENT, back=True)),
    "input_back": Made("input", "chevron-left", "one input back", _step(Unit.INPUT, back=True)),
    "play": Made("Play", "play", "let the day go on, or stand still", Course.play_or_pause),
    "input": Made("input", "chevron-right", "one input on", _step(Unit.INPUT)),
    "event": Made("event", "chevron-right", "to the next event", _step(Unit.EVENT)),
    "minute": Made(
        "min",
        "chevron-right",
        "to the end of the next minute, its bars and verdicts included",
        _step(Unit.MINUTE),
    ),
    "end": Made("", "fast-forward", "to the end", Course.to_end),
}
