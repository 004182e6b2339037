"""orders.jsonl: one line an order, in the order of sending, with what became of it."""

from collections.abc import Iterable
from functools import singledispatch

import msgspec

from rustro_kernel.engine.events import orders as o
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.turn import Event


class OrderRow(msgspec.Struct, frozen=True):
    """One order. `value_paise` is price x units over its fills; times are 0 if it never came."""

    tag: str
    intent_id: str
    position_id: str
    symbol: str
    side: str
    reason: str
    attempt: int
    units: int
    limit_paise: int
    ltp_paise: int
    state: str  # required, unknown, submitted, acknowledged, partial, and how it ended
    sent_ns: int
    broker_id: str = ""
    filled: int = 0
    value_paise: int = 0
    code: str = ""
    message: str = ""
    updated_ns: int = 0


def order_rows(events: Iterable[Event]) -> tuple[OrderRow, ...]:
    """Every order of the ledger as it stood at the end."""
    intents: dict[str, o.OrderPlacementRequired] = {}
    rows: dict[str, OrderRow] = {}
    for event in events:
        data = event.data
        if isinstance(data, o.OrderPlacementRequired):
            intents[data.intent_id] = data
        elif isinstance(data, o.OrderSubmissionRequired):
            rows[data.tag] = _born(event.ts, data, intents.get(data.intent_id))
        elif (tag := getattr(data, "tag", None)) in rows and (change := _change(data)):
            rows[tag] = msgspec.structs.replace(rows[tag], **change, updated_ns=event.ts)
    return tuple(rows.values())


def _born(
    ts: int, sent: o.OrderSubmissionRequired, intent: o.OrderPlacementRequired | None
) -> OrderRow:
    return OrderRow(
        sent.tag,
        sent.intent_id,
        intent.position_id if intent else "",
        sent.symbol,
        sent.side,
        intent.reason if intent else "",
        sent.attempt,
        sent.units,
        sent.limit_paise,
        sent.ltp_paise,
        "required",
        ts,
        updated_ns=ts,
    )


@singledispatch
def _change(data: Payload) -> dict[str, object]:
    """What an event changes in its order's row."""
    return {}


@_change.register
def _(data: o.OrderSubmitted) -> dict[str, object]:
    return {"state": "submitted", "broker_id": data.broker_id}


@_change.register
def _(data: o.OrderAcknowledged) -> dict[str, object]:
    return {"state": "acknowledged"}


@_change.register
def _(data: o.OrderPartiallyFilled) -> dict[str, object]:
    return {"state": "partial", "filled": data.filled, "value_paise": data.value_paise}


@_change.register
def _(data: o.OrderExecuted) -> dict[str, object]:
    return {"state": "executed", "filled": data.filled, "value_paise": data.value_paise}


@_change.register
def _(data: o.OrderCancelled) -> dict[str, object]:
    return {"state": "cancelled", "filled": data.filled, "value_paise": data.value_paise}


@_change.register
def _(data: o.OrderOutcomeUnknown) -> dict[str, object]:
    return {"state": "unknown", "message": data.message}


@_change.register
def _(data: o.OrderAbsent) -> dict[str, object]:
    return {"state": "absent"}


@_change.register
def _(data: o.LateFillAdopted) -> dict[str, object]:
    """A fill after the end: the order ended as it did, unless all of it has traded now."""
    fills: dict[str, object] = {"filled": data.filled, "value_paise": data.value_paise}
    return {"state": "executed", **fills} if data.filled >= data.units else fills


@_change.register
def _(data: o.FillRevalued) -> dict[str, object]:
    return {"value_paise": data.value_paise}


@_change.register
def _(data: o.OrderRejected) -> dict[str, object]:
    return {"state": "rejected", "code": data.code, "message": data.message}
