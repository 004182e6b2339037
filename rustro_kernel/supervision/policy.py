"""What a finding leads to. Pure.

A session that is dead or stalled is restarted, so many times a day; after that it is given up: what
it holds is sold, and nothing starts before tomorrow. A refusal is not asked for twice. Market data
that do not come may be the exchange's fault: they are worth one restart a day, then only words.
"""

import datetime as dt
from enum import Enum

import msgspec

from rustro_kernel.supervision.watch import Finding, Verdict


class Act(Enum):
    """What to do with the session."""

    WAIT = "wait"
    SAY = "say"  # tell a person, and wait
    RESTART = "restart"
    GIVE_UP = "give up"  # end it, sell what it holds, tell a person
    END = "end"  # end the process; the day is over
    FINISH = "finish"  # it has ended in good order


class Day(msgspec.Struct, frozen=True):
    """What was done on a date so far."""

    date: dt.date
    restarts: int = 0
    was_blind: bool = False  # the restart for missing data is used up


CALM = {Verdict.STARTING: Act.WAIT, Verdict.HEALTHY: Act.WAIT, Verdict.DONE: Act.FINISH,
        Verdict.HANGS: Act.END, Verdict.REFUSED: Act.GIVE_UP}  # fmt: skip


def act(finding: Finding, day: Day, most: int, *, is_stopping: bool = False) -> tuple[Act, Day]:
    """What to do, and the day with that counted.

    Args:
        finding: The last look's.
        day: The day so far.
        most: Restarts a day.
        is_stopping: Whether the session was asked to end: it is not started again.
    """
    if finding.verdict in CALM:
        return CALM[finding.verdict], day
    is_blind = finding.verdict is Verdict.BLIND
    if is_blind and (day.was_blind or is_stopping or day.restarts >= most):
        return Act.SAY, day
    if is_stopping or day.restarts >= most:
        return Act.GIVE_UP, day
    return Act.RESTART, Day(day.date, day.restarts + 1, day.was_blind or is_blind)
