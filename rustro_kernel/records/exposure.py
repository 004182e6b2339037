"""What a ledger says was sent and is held: folded from its orders alone, without the engine."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from rustro_kernel.engine.events import orders as o
from rustro_kernel.engine.events.positions import PositionReconciled
from rustro_kernel.engine.turn import Event


class Exposure(msgspec.Struct, frozen=True):
    """Tags that were asked for, and net units by instrument without the flat ones."""

    tags: tuple[str, ...]
    units: dict[str, int]


def exposure(events: Iterable[Event]) -> Exposure:
    """The exposure at the end of these events."""
    intents: dict[str, o.OrderPlacementRequired] = {}
    asked: dict[str, o.OrderPlacementRequired] = {}
    filled: Counter[str] = Counter()
    net: Counter[str] = Counter()
    for event in events:
        data = event.data
        if isinstance(data, o.OrderPlacementRequired):
            intents[data.intent_id] = data
        elif isinstance(data, o.OrderSubmissionRequired):
            asked[data.tag] = intents[data.intent_id]
        elif isinstance(data, o.OrderPartiallyFilled | o.OrderExecuted | o.LateFillAdopted):
            filled[data.tag] = data.filled
        elif isinstance(data, PositionReconciled):
            net[data.instrument] += data.held - data.booked
    for tag, intent in asked.items():
        net[intent.instrument] += filled[tag] if intent.side == "BUY" else -filled[tag]
    return Exposure(tuple(asked), {key: units for key, units in net.items() if units})
