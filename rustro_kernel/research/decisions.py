"""What was decided when, in one form for every source, so that two sources can be compared.

A decision belongs to the minute's end it was made for, not to the moment it arrived: a live hour is
known two seconds late and is the same hour.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from rustro_kernel.domain.market_time import MINUTE, show_time
from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.events.strategy import (
    DailyDirectionDetermined,
    EntryEvaluated,
    ExitSignalGenerated,
    HourlyAlignmentDetermined,
    MinutesPassed,
)
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.words import value

SIGNAL = "signal"
Key = tuple[int, str, str]


class Decision(msgspec.Struct, frozen=True):
    """One decision: at which minute's end, about what, and the answer.

    Attributes:
        kind: direction, hour, minute or exit.
        about: The underlying; of an exit, the position.
        answer: CE, PE, NO_TRADE; aligned or not; the gate that said no, or signal; the reason.
        gates: The figures behind it, where they were stated.
    """

    at_ns: int
    kind: str
    about: str
    answer: str
    gates: tuple[Gate, ...] = ()

    def __str__(self) -> str:
        return f"{show_time(self.at_ns)[:16]} {self.kind} of {self.about}: {self.answer}"


class Parting(msgspec.Struct, frozen=True):
    """The first decision on which two sides differ; None: that side made none there."""

    first: Decision | None
    second: Decision | None

    def __str__(self) -> str:
        known = self.first or self.second
        assert known is not None
        where = f"{show_time(known.at_ns)[:16]}, {known.kind} of {known.about}"
        answers = [one.answer if one else "nothing" for one in (self.first, self.second)]
        told = f"{where}: {answers[0]} against {answers[1]}"
        if self.gate is None:
            return told
        ours, theirs = self.gate
        return f"{told} ({ours.name}: {_figures(ours)}; {_figures(theirs)})"

    @property
    def gate(self) -> tuple[Gate, Gate] | None:
        """The first gate whose verdict differs, where both sides stated theirs."""
        if self.first is None or self.second is None:
            return None
        theirs = {gate.name: gate for gate in self.second.gates}
        pairs = ((gate, theirs[gate.name]) for gate in self.first.gates if gate.name in theirs)
        return next((pair for pair in pairs if pair[0].ok is not pair[1].ok), None)


def decisions(events: Iterable[Event]) -> list[Decision]:
    """Every decision, in order."""
    return [one for event in events for one in _decided(event)]


def parting(first: Sequence[Decision], second: Sequence[Decision]) -> Parting | None:
    """Where two sides part: the earliest decision that only one made, or made otherwise."""
    ours, theirs = _by_key(first), _by_key(second)
    for key in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(key), theirs.get(key)
        if one is None or other is None or one.answer != other.answer:
            return Parting(one, other)
    return None


def agreement(first: Sequence[Decision], second: Sequence[Decision]) -> tuple[int, int]:
    """How many minutes both sides evaluated, and how many of them with the same answer."""
    ours, theirs = _by_key(first), _by_key(second)
    both = [key for key in ours.keys() & theirs.keys() if key[1] == "minute"]
    return len(both), sum(ours[key].answer == theirs[key].answer for key in both)


def _figures(gate: Gate) -> str:
    return f"{value(gate.value, gate.name)} against {value(gate.threshold, gate.name)}"


def _by_key(found: Iterable[Decision]) -> dict[Key, Decision]:
    return {(one.at_ns, one.kind, one.about): one for one in found}


def _decided(event: Event) -> Iterator[Decision]:
    at_ns = event.ts // MINUTE * MINUTE
    match event.data:
        case DailyDirectionDetermined(underlying=name, direction=direction, gates=gates):
            yield Decision(at_ns, "direction", name, direction, gates)
        case HourlyAlignmentDetermined(underlying=name, aligned=aligned, gates=gates):
            yield Decision(at_ns, "hour", name, "aligned" if aligned else "not aligned", gates)
        case EntryEvaluated(at_ns=end_ns, underlying=name, first_no=no, gates=gates):
            yield Decision(end_ns, "minute", name, no or SIGNAL, gates)
        case ExitSignalGenerated(position_id=id_, reason=reason):
            yield Decision(at_ns, "exit", id_, reason)
        case MinutesPassed(underlying=name, first_ns=first_ns, count=count, first_no=no):
            for number in range(count):
                yield Decision(first_ns + number * MINUTE, "minute", name, no)
        case _:
            return
