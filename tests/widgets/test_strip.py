"""The why-not strip: what its minutes say, what a minute costs, and which one is looked at."""

from typing import Any

import pytest

from rustro_kernel.domain.market_time import HOUR, MINUTE
from rustro_kernel.engine.turn import Event
from rustro_widgets import Cockpit
from rustro_widgets.panels import strip_cells
from rustro_widgets.panels.minute import last_minute, minute_at
from rustro_widgets.panels.reading import Follower
from rustro_widgets.panels.strip import StripPanel
from rustro_widgets.panels.tables import minute_html
from tests.widgets import views
from tests.widgets.make import OPEN, decided, reason
from tests.widgets.spying import press, size

DATE = "2026-07-15"


def judged(count: int, first: int = 0) -> list[Event]:
    """So many minutes of the hand-made day, as events from number 1 on."""
    numbers = range(first, first + count)
    return [
        Event(n + 1, n + 1, OPEN + (n + 1) * MINUTE, "EntryEvaluated", None, None, data)
        for n, data in ((n, decided(n, reason(n))) for n in numbers)
    ]


def evaluations(count: int) -> list[Any]:
    return [event.data for event in judged(count)]


def test_an_ordinary_day_has_375_minutes_from_a_quarter_past_nine():
    over = strip_cells.stretch(DATE, evaluations(3))
    assert over == (OPEN, 375)
    assert over.number(OPEN + 7 * MINUTE) == 7


def test_a_day_with_hours_of_its_own_begins_with_its_first_minute():
    late = decided(9 * 60 + 7, "trigger")
    over = strip_cells.stretch(DATE, [late])
    assert over == (OPEN + 9 * HOUR, 120)


def test_minutes_with_one_reason_are_one_run():
    found = strip_cells.reasons(evaluations(100), strip_cells.stretch(DATE, evaluations(100)))
    first, second = strip_cells.parts(found, strip_cells.Stretch(OPEN, 375))[:2]
    assert first == '<i class="g-aligned" style="flex:60"></i>'
    assert second == (
        '<i class="g-trigger" style="flex:34"></i><i class="g-signal" style="flex:1"></i>'
        '<i class="g-positions" style="flex:5"></i><i style="flex:20"></i>'
    )


def test_a_gate_of_ones_own_has_the_colour_of_the_others_and_no_markup():
    assert (
        strip_cells.part_html({0: 'x"><script>'}, 0, 1) == '<i class="g-other" style="flex:1"></i>'
    )
    assert "<script" not in strip_cells.legend_html({0: "<script>"})


def test_the_legend_counts_signals_first_then_what_stopped_most():
    found = strip_cells.reasons(evaluations(100), strip_cells.Stretch(OPEN, 375))
    assert strip_cells.counts(found) == [
        ("signal", 1),
        ("aligned", 60),
        ("trigger", 34),
        ("positions", 5),
    ]


def test_a_minute_judged_twice_counts_as_judged_last():
    twice = [decided(3, "trigger"), decided(3, None)]
    assert strip_cells.reasons(twice, strip_cells.Stretch(OPEN, 375)) == {3: "signal"}


def test_a_minute_shows_its_own_gates_and_one_that_was_not_judged_says_so():
    known = evaluations(10)
    found = minute_at(known, OPEN + 4 * MINUTE, "NIFTY")
    assert (found.start_ns, found.first_no, found.is_last) == (OPEN + 4 * MINUTE, "aligned", False)
    assert "NIFTY 09:19</b>, the chosen minute: first no: <b>aligned</b>" in minute_html(found)
    missing = minute_at(known, OPEN + 40 * MINUTE, "NIFTY")
    assert "NIFTY 09:55</b>, the chosen minute: not judged" in minute_html(missing)


def test_the_last_minute_is_the_views_where_its_event_is_not_known():
    assert last_minute([], views.underlying()).gates == views.GATES
    assert last_minute(evaluations(3), views.underlying()).start_ns == OPEN + 2 * MINUTE


class Watching:
    """A strip on a session."""

    def __init__(self, count: int) -> None:
        self.session = views.FakeSession(views.view(count))
        self.session.happen(*judged(count))
        self.follower = Follower(self.session)
        self.panel = StripPanel(lambda _: None)
        self.show()

    def show(self) -> None:
        self.panel.show(self.follower.read())

    def minute(self) -> int:
        found = self.panel.minute(self.follower.read())
        assert found is not None
        return (found.start_ns - OPEN) // MINUTE


def test_the_strip_follows_the_last_minute_until_one_is_chosen(messages: list[Any]):
    watching = Watching(100)
    assert (watching.panel.slider.value, watching.minute()) == (99, 99)
    watching.panel.slider.value = 42  # as a click or an arrow key does
    watching.session.happen(*judged(1, first=100))
    watching.show()
    assert (watching.panel.slider.value, watching.minute()) == (42, 42)
    press(watching.panel.latest)
    watching.show()
    assert (watching.panel.slider.value, watching.minute()) == (100, 100)


def test_a_new_minute_costs_a_few_hundred_bytes(messages: list[Any]):
    watching = Watching(300)
    messages.clear()
    watching.show()
    assert messages == []
    watching.session.happen(*judged(1, first=300))
    watching.show()
    assert 0 < size(messages) < 900


@pytest.mark.parametrize("count", [0, 1, 375])
def test_the_strip_can_be_shown_at_any_time_of_the_day(count: int, messages: list[Any]):
    watching = Watching(count)
    assert watching.panel.slider.value == max(count - 1, 0)


def test_with_several_underlyings_one_is_chosen(messages: list[Any]):
    watching = Watching(5)
    two = (views.underlying(5), views.underlying(5, name="BANKNIFTY", first_no="vix"))
    watching.session.view = views.view(5, underlyings=two)
    watching.show()
    assert watching.panel.names.layout.display is None
    watching.panel.names.value = "BANKNIFTY"
    watching.show()
    found = watching.panel.minute(watching.follower.read())
    assert found is not None
    assert (found.underlying, found.first_no) == ("BANKNIFTY", "vix")


def test_the_next_session_begins_without_underlyings(messages: list[Any]):
    session = views.FakeSession()
    cockpit = Cockpit(session)
    session.view = views.view(session_id="the next one", underlyings=())
    cockpit.draw()
    assert cockpit._strip.names.options == ()
    session.view = views.view(session_id="the next one")
    cockpit.draw()
    assert cockpit._strip.names.value == "NIFTY"
    cockpit.close()
