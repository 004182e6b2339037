"""orders.jsonl: one line an order, in the order of sending, with what became of it."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from rustro_kernel.engine.events import orders as o
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.turn import Event

Change = dict[str, object]
Filled = o.OrderPartiallyFilled | o.OrderExecuted | o.OrderCancelled | o.LateFillAdopted


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
    trigger_paise: int = 0  # of a stop that rests at the broker


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
        elif (change := _CHANGES.get(type(data))) and (tag := getattr(data, "tag", None)) in rows:
            rows[tag] = msgspec.structs.replace(rows[tag], **change(data), updated_ns=event.ts)
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
        trigger_paise=sent.trigger_paise,
    )


def _modified(data: o.OrderModificationRequired) -> Change:
    return {
        "units": data.units,
        "limit_paise": data.limit_paise,
        "trigger_paise": data.trigger_paise,
    }


def _filled(data: Filled) -> Change:
    return {"filled": data.filled, "value_paise": data.value_paise}


def _late(data: o.LateFillAdopted) -> Change:
    """A fill after the end: the order ended as it did, unless all of it has traded now."""
    ended: Change = {"state": "executed"} if data.filled >= data.units else {}
    return {**ended, **_filled(data)}


_CHANGES: dict[type[Payload], Callable[[Any], Change]] = {
    o.OrderModificationRequired: _modified,
    o.OrderSubmitted: lambda d: {"state": "submitted", "broker_id": d.broker_id},
    o.OrderAcknowledged: lambda _: {"state": "acknowledged"},
    o.OrderPartiallyFilled: lambda d: {"state": "partial", **_filled(d)},
    o.OrderExecuted: lambda d: {"state": "executed", **_filled(d)},
    o.OrderCancelled: lambda d: {"state": "cancelled", **_filled(d)},
    o.OrderOutcomeUnknown: lambda d: {"state": "unknown", "message": d.message},
    o.OrderAbsent: lambda _: {"state": "absent"},
    o.LateFillAdopted: _late,
    o.FillRevalued: lambda d: {"value_paise": d.value_paise},
    o.OrderRejected: lambda d: {"state": "rejected", "code": d.code, "message": d.message},
}
"""What an event changes in its order's row."""
