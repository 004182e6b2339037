"""Where a recorded day is stopped at."""

from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_kernel.records.stops import EventIndex, Stop, StopKind
from tests.records.make import bar, story

BARS = Stop(StopKind.EVENT, "BarReady")
VOLUME = Stop(StopKind.FIRST_NO, "volume")
ALIGNED = Stop(StopKind.PASSES, "aligned")


def minute(first_no: str | None, underlying: str = "NIFTY", *, aligned: bool | None = True):
    gates = (Gate("aligned", "yes", "yes", aligned), Gate("volume", 1.1, 1.2, first_no is None))
    return EntryEvaluated(underlying, 0, 1, "CE", None, None, first_no, gates, ())


def index(*payloads) -> EventIndex:
    found = EventIndex()
    found.extend(story(*payloads))
    return found


def hits(day: EventIndex, stop: Stop) -> list[int]:
    return [event.seq for event in day.hits(stop)]


def test_every_event_of_a_type_is_a_hit():
    assert hits(index(bar(), minute(None), bar()), BARS) == [1, 3]


def test_a_type_that_never_came_has_no_hit_and_leaves_no_trace():
    day = index(bar())
    assert hits(day, Stop(StopKind.EVENT, "VixSpike")) == []
    assert list(day.by_type) == ["BarReady"]


def test_a_gate_is_hit_at_the_first_minute_of_each_stretch():
    day = index(*(minute(no) for no in ("volume", "volume", "trigger", None, "volume")))
    assert hits(day, VOLUME) == [1, 5]


def test_a_gate_that_was_not_evaluated_does_not_pass():
    day = index(*(minute(None, aligned=ok) for ok in (None, False, True, True, None, True)))
    assert hits(day, ALIGNED) == [3, 6]


def test_stretches_of_two_underlyings_are_told_apart():
    day = index(minute("volume"), minute("volume", "BANKNIFTY"), minute("volume"))
    assert hits(day, VOLUME) == [1, 2]


def test_the_nearest_of_several_stops_wins_in_either_direction():
    day = index(bar(), minute("trigger"), bar(), minute("volume"), bar())
    assert _found(day.next_hit([BARS, VOLUME], after=3)) == (4, "volume is the first no")
    assert _found(day.last_hit([BARS, VOLUME], before=4)) == (3, "BarReady")
    assert day.next_hit([VOLUME], after=4) is None
    assert day.last_hit([BARS], before=1) is None
    assert day.next_hit([], after=0) is None


def test_gates_are_listed_in_the_order_they_are_asked():
    assert index(bar(), minute(None)).gates() == ["aligned", "volume"]
    assert str(ALIGNED) == "aligned says yes"


def _found(hit):
    return hit[0].seq, str(hit[1])
