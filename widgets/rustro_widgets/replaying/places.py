"""What is typed into the field that goes somewhere."""

import datetime as dt
from collections.abc import Callable

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.domain.market_time import at, ist_date
from rustro_kernel.records.stepper import Stepper

ANY_DAY = dt.date(2026, 1, 1)
HINT = "10:15, 10:15:03, #184 (event), 5000 (input)"


def place(text: str, stepper: Stepper) -> Callable[[], int | None]:
    """Where a text points to: the picture of a minute, a moment, an event, an input.

    Raises:
        BadUsage: If it points nowhere.
    """
    words = text.strip()
    if words.startswith("#") and words[1:].isdigit():
        return lambda: stepper.at_seq(int(words[1:]))
    if words.isdigit():
        return lambda: int(words)
    return _moment(words, stepper)


def _moment(words: str, stepper: Stepper) -> Callable[[], int | None]:
    try:
        at(ANY_DAY, words)
    except ValueError as exc:
        raise BadUsage(f"{words!r} is no place in the day; go to {HINT}") from exc
    find = stepper.at_minute if words.count(":") == 1 else stepper.at

    def moment() -> int | None:
        first_ns = stepper.survey.tape.first_ts
        return find(at(ist_date(first_ns), words)) if first_ns else None  # the date is not known

    return moment
