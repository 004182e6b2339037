"""What one input causes: the events it states and the effects it asks for."""

import msgspec

from rustro_kernel.engine.effects import Action, Effect
from rustro_kernel.engine.events.payload import Payload


class Event(msgspec.Struct, frozen=True, gc=False):
    """A fact, ready for the ledger; field order is the order of a ledger line."""

    seq: int
    input: int
    ts: int
    type: str
    cause: int | None
    key: str | None
    data: Payload


class Turn(msgspec.Struct):
    """Collects the events and effects of one input.

    Args:
        n: The input's number.
        ts: The input's receipt time, ns.
        seq: Number of the last event before this turn.
    """

    n: int
    ts: int
    seq: int
    events: list[Event] = []
    effects: list[Effect] = []

    def emit(self, data: Payload, *, cause: int | None = None, key: str | None = None) -> int:
        """State a fact; returns its seq. No cause means that the input itself is the cause."""
        self.seq += 1
        name = type(data).__name__
        self.events.append(Event(self.seq, self.n, self.ts, name, cause, key, data))
        return self.seq

    def ask(self, action: Action) -> None:
        """Ask the session to do something."""
        self.effects.append(Effect(self.n, len(self.effects), action))
