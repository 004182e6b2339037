"""How a cockpit follows a session: a fold of its events that mends itself."""

from ipywidgets.widgets import widget

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.events.positions import TrailingStopUpdated
from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_kernel.engine.events.system import Alerted
from rustro_kernel.engine.turn import Event
from rustro_widgets import Cockpit
from rustro_widgets.panels.reading import Follower
from tests.widgets import views
from tests.widgets.make import OPEN, decided


def event(seq: int, data: Payload) -> Event:
    return Event(seq, seq, OPEN + seq * MINUTE, type(data).__name__, None, None, data)


def judged(*seqs: int) -> list[Event]:
    return [event(seq, decided(seq, "trigger")) for seq in seqs]


def minutes(follower: Follower) -> list[int]:
    evaluations: list[EntryEvaluated] = follower.read().day.evaluations["NIFTY"]
    return [(e.at_ns - OPEN) // MINUTE - 1 for e in evaluations]


def test_a_cockpit_opened_late_knows_the_day_from_its_beginning():
    session = views.FakeSession()
    session.happen(*judged(1, 2, 3))
    follower = Follower(session)
    session.happen(*judged(4))
    assert minutes(follower) == [1, 2, 3, 4]


def test_events_that_come_by_both_ways_count_once():
    session = views.FakeSession()
    session.happen(*judged(1, 2))
    follower = Follower(session)
    for told in session.events:
        session.subscribers[0](told)
    day = follower.read().day
    assert (minutes(follower), day.seq) == ([1, 2], 2)


def test_events_missed_are_read_again_from_what_the_session_has():
    session = views.FakeSession()
    follower = Follower(session)
    session.events.extend(judged(1, 2))  # nobody was told: the bus had no room
    session.happen(*judged(3))
    assert minutes(follower) == [1, 2, 3]


def test_another_process_numbers_the_same_events_otherwise_and_is_believed():
    session = views.FakeSession()
    session.happen(*judged(1, 2, 3))
    follower = Follower(session)
    session.events.clear()
    session.happen(*judged(1), event(2, Alerted("info", "started again")))
    assert minutes(follower) == [1]
    assert [e.seq for e in follower.read().day.listed[Alerted]] == [2]


def test_a_trailing_stop_leaves_its_path():
    session = views.FakeSession()
    session.happen(event(1, TrailingStopUpdated("P1", 11_000, 12_000)))
    assert Follower(session).read().day.trails == {"P1": [(OPEN + MINUTE, 11_000)]}


def test_a_follower_that_is_closed_hears_nothing():
    session = views.FakeSession()
    Follower(session).close()
    assert session.subscribers == []


def test_a_cockpit_that_is_closed_leaves_no_widget_behind():
    session = views.FakeSession()
    Cockpit(session).close()  # whatever is made once for all cockpits is there now
    before = set(widget._instances)
    cockpits = [Cockpit(session) for _ in range(3)]
    assert len(widget._instances) > len(before) + 300
    for cockpit in cockpits:
        cockpit.close()
    left = {type(widget._instances[key]).__name__ for key in set(widget._instances) - before}
    assert left <= {"Layout"}  # bqplot makes one for each figure and lets go of it itself
    assert session.subscribers == []
