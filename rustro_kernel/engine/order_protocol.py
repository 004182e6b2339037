"""The life of one order as a table: which report takes it where, and which cannot be true.

Reports are skipped, repeated and late: what an order has outlived leaves it where it is. A report
that the table does not hold cannot be true: it changes nothing, is stated and is counted. Fills are
no part of the table, units that a broker reports are counted wherever the order stands.

    flowchart LR
    sent --> unknown & accepted & open & partial & withdrawing
    sent --> complete & cancelled & rejected & absent
    unknown --> accepted & open & partial & withdrawing
    unknown --> complete & cancelled & rejected & absent
    accepted --> open & partial & cancelling
    accepted --> complete & cancelled & rejected
    open --> partial & cancelling
    open --> complete & cancelled & rejected
    partial --> cancelling
    partial --> complete & cancelled & rejected
    withdrawing --> unknown & cancelling
    withdrawing --> complete & cancelled & rejected & absent
    cancelling --> open
    cancelling --> complete & cancelled & rejected
    cancelled --> complete
    absent --> cancelled & rejected
"""

from collections.abc import Mapping
from enum import Enum

from rustro_kernel.domain.orders import OrderStatus as Said


class OrderState(Enum):
    """Where an order stands as far as we know."""

    SENT = "sent"
    UNKNOWN = "unknown"  # sent, and nobody knows what became of it
    ACCEPTED = "accepted"
    OPEN = "open"
    PARTIAL = "partial"
    WITHDRAWING = "withdrawing"  # a cancellation is wanted of an order nobody has seen yet
    CANCELLING = "cancelling"  # a cancellation is wanted of an order that is there
    COMPLETE = "complete"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    ABSENT = "absent"  # it never got there


FINALS = frozenset(
    {OrderState.COMPLETE, OrderState.CANCELLED, OrderState.REJECTED, OrderState.ABSENT}
)
"""An order in one of these is over, and its intent may send the next."""

UNSEEN = frozenset({OrderState.SENT, OrderState.UNKNOWN, OrderState.WITHDRAWING})
"""Nobody has said yet that the order is there."""

_S = OrderState
_SEEN = {Said.ACCEPTED: _S.ACCEPTED, Said.OPEN: _S.OPEN, Said.PARTIAL: _S.PARTIAL}
_ENDS = {Said.COMPLETE: _S.COMPLETE, Said.CANCELLED: _S.CANCELLED, Said.REJECTED: _S.REJECTED}
_REFUSED = (Said.CANCEL_REJECTED, Said.MODIFY_REJECTED)
_LATE = (*_SEEN, Said.UNKNOWN, *_REFUSED)


def _stays(state: OrderState, *said: Said) -> dict[Said, OrderState]:
    return dict.fromkeys(said, state)


_FIRST = {**_SEEN, **_ENDS, Said.UNKNOWN: _S.UNKNOWN, Said.ABSENT: _S.ABSENT}
_KNOWN = (Said.UNKNOWN, *_REFUSED)  # late news of an order that is there

REPORTS: dict[OrderState, Mapping[Said, OrderState]] = {
    _S.SENT: _FIRST,
    _S.UNKNOWN: {**_FIRST, **_stays(_S.UNKNOWN, *_REFUSED)},
    _S.ACCEPTED: {**_SEEN, **_ENDS, **_stays(_S.ACCEPTED, *_KNOWN)},
    _S.OPEN: {**_SEEN, **_ENDS, **_stays(_S.OPEN, Said.ACCEPTED, *_KNOWN)},
    _S.PARTIAL: {**_ENDS, **_stays(_S.PARTIAL, *_SEEN, *_KNOWN)},
    _S.WITHDRAWING: {
        **_stays(_S.CANCELLING, *_SEEN),
        **_ENDS,
        **_stays(_S.WITHDRAWING, Said.UNKNOWN, Said.MODIFY_REJECTED),
        Said.ABSENT: _S.ABSENT,
        Said.CANCEL_REJECTED: _S.UNKNOWN,
    },
    _S.CANCELLING: {
        **_stays(_S.CANCELLING, *_SEEN, Said.UNKNOWN, Said.MODIFY_REJECTED),
        **_ENDS,
        Said.CANCEL_REJECTED: _S.OPEN,
    },
    _S.COMPLETE: _stays(_S.COMPLETE, Said.COMPLETE, *_LATE),
    _S.CANCELLED: {
        **_stays(_S.CANCELLED, Said.CANCELLED, *_LATE),
        Said.COMPLETE: _S.COMPLETE,  # the last fill was faster than the cancellation
    },
    _S.REJECTED: _stays(_S.REJECTED, Said.REJECTED, *_LATE),
    _S.ABSENT: {
        **_stays(_S.ABSENT, Said.ABSENT, Said.UNKNOWN, *_REFUSED),
        Said.CANCELLED: _S.CANCELLED,
        Said.REJECTED: _S.REJECTED,
    },
}
"""state -> report -> state; what is missing cannot be true."""

CANCELS: dict[OrderState, OrderState] = {
    _S.SENT: _S.WITHDRAWING,
    _S.UNKNOWN: _S.WITHDRAWING,
    _S.ACCEPTED: _S.CANCELLING,
    _S.OPEN: _S.CANCELLING,
    _S.PARTIAL: _S.CANCELLING,
}
"""state -> state when we ask for its cancellation; where it is missing there is nothing to ask."""


def diagram() -> str:
    """The table as a mermaid flowchart: every state with what can follow it, ends apart."""
    return "\n".join(["flowchart LR", *(line for state in OrderState for line in _lines(state))])


def _lines(state: OrderState) -> list[str]:
    follow = {*REPORTS[state].values(), CANCELS.get(state, state)}
    groups = (
        [s.value for s in OrderState if s in follow - {state} and (s in FINALS) is is_end]
        for is_end in (False, True)
    )
    return [f"{state.value} --> {' & '.join(group)}" for group in groups if group]
