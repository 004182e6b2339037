"""Places in a day to stop at: events of a type, and minutes at which a gate begins to decide."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum

import msgspec

from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_kernel.engine.turn import Event

EVALUATED = EntryEvaluated.__name__


class StopKind(Enum):
    """What is waited for."""

    EVENT = "event"
    FIRST_NO = "first no"
    PASSES = "passes"


class Stop(msgspec.Struct, frozen=True):
    """An event by its type, or a gate by its name.

    `FIRST_NO` stops where the gate becomes the first that says no, `PASSES` where it begins to say
    yes: at the first minute of a stretch, not at each.
    """

    kind: StopKind
    name: str

    def __str__(self) -> str:
        return self.name if self.kind is StopKind.EVENT else f"{self.name} {_WORDS[self.kind]}"


_WORDS = {StopKind.FIRST_NO: "is the first no", StopKind.PASSES: "says yes"}


class EventIndex:
    """The events so far, in order and by type."""

    def __init__(self) -> None:
        self.all: list[Event] = []
        self.by_type: defaultdict[str, list[Event]] = defaultdict(list)

    def extend(self, events: Iterable[Event]) -> None:
        """Take the next events."""
        for event in events:
            self.all.append(event)
            self.by_type[event.type].append(event)

    def gates(self) -> list[str]:
        """The names of the gates that were judged, in the order they are asked."""
        names: dict[str, None] = {}
        for event in self.by_type[EVALUATED]:
            names |= dict.fromkeys(gate.name for gate in _minute(event).gates)
        return list(names)

    def hits(self, stop: Stop) -> Sequence[Event]:
        """Every event of the day so far at which `stop` stops."""
        if stop.kind is StopKind.EVENT:
            return self.by_type.get(stop.name, ())
        return tuple(_beginnings(self.by_type[EVALUATED], _TESTS[stop.kind], stop.name))

    def next_hit(self, stops: Iterable[Stop], after: int) -> tuple[Event, Stop] | None:
        """The first event behind input `after` at which one of these stops."""
        found = (_first(self.hits(stop), after, stop) for stop in stops)
        return min(filter(None, found), key=_seq, default=None)

    def last_hit(self, stops: Iterable[Stop], before: int) -> tuple[Event, Stop] | None:
        """The last event ahead of input `before` at which one of these stops."""
        found = (_last(self.hits(stop), before, stop) for stop in stops)
        return max(filter(None, found), key=_seq, default=None)


def _first(events: Sequence[Event], after: int, stop: Stop) -> tuple[Event, Stop] | None:
    return next(((e, stop) for e in events if e.input > after), None)


def _last(events: Sequence[Event], before: int, stop: Stop) -> tuple[Event, Stop] | None:
    return next(((e, stop) for e in reversed(events) if e.input < before), None)


def _seq(found: tuple[Event, Stop]) -> int:
    return found[0].seq


def _minute(event: Event) -> EntryEvaluated:
    assert isinstance(event.data, EntryEvaluated)
    return event.data


def _beginnings(
    minutes: Iterable[Event], test: Callable[[EntryEvaluated, str], bool], name: str
) -> Iterator[Event]:
    """Of each stretch of minutes in which it is so the first one, for each underlying."""
    was: dict[str, bool] = {}
    for event in minutes:
        judged = _minute(event)
        now = test(judged, name)
        if now and not was.get(judged.underlying, False):
            yield event
        was[judged.underlying] = now


def _passes(judged: EntryEvaluated, name: str) -> bool:
    return any(gate.name == name and gate.ok is True for gate in judged.gates)


_TESTS: dict[StopKind, Callable[[EntryEvaluated, str], bool]] = {
    StopKind.FIRST_NO: lambda judged, name: judged.first_no == name,
    StopKind.PASSES: _passes,
}
