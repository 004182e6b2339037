"""The minute that is looked at: the last one, or one that was chosen on the strip."""

from collections.abc import Sequence
from typing import NamedTuple

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_kernel.engine.view import UnderlyingView


class Judged(NamedTuple):
    """Every gate of one minute; of a minute that was not judged there are none."""

    underlying: str
    start_ns: int  # 0: not known which
    first_no: str | None
    gates: tuple[Gate, ...]
    is_last: bool
    close_paise: int = 0
    trigger: str = ""


def last_minute(judged: Sequence[EntryEvaluated], underlying: UnderlyingView) -> Judged:
    """The last one judged; where its event is not known (yet), as the view has it."""
    if judged:
        return _of(judged[-1], is_last=True)
    return Judged(underlying.name, 0, underlying.first_no, underlying.gates, is_last=True)


def minute_at(judged: Sequence[EntryEvaluated], start_ns: int, name: str) -> Judged:
    """The minute that began then."""
    for found in reversed(judged):
        if found.at_ns - MINUTE == start_ns:
            return _of(found, is_last=False)
    return Judged(name, start_ns, None, (), is_last=False)


def _of(found: EntryEvaluated, *, is_last: bool) -> Judged:
    kinds = (found.trigger, found.secondary)
    return Judged(
        found.underlying,
        found.at_ns - MINUTE,
        found.first_no,
        found.gates,
        is_last,
        found.close_paise,
        " and ".join(kind for kind in kinds if kind),
    )
