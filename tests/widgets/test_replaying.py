"""A day of the generated market, walked through by the parts of the replay desk."""

import asyncio
import threading
from itertools import pairwise
from pathlib import Path

import pytest

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_kernel.engine.view import View
from rustro_kernel.records.input_log import read_inputs
from rustro_kernel.records.stepper import Stepper
from rustro_kernel.records.stops import Stop, StopKind
from rustro_kernel.session.recorded import replay, stepper
from rustro_widgets.replaying.course import AS_FAST_AS_IT_GOES, Course, Unit
from rustro_widgets.replaying.event_list import because, chain, events_html, latest, says
from rustro_widgets.replaying.head import head_html, progress, refusal_html
from rustro_widgets.replaying.places import place
from rustro_widgets.replaying.running_to import event_names
from rustro_widgets.replaying.slices import Slices
from tests.session.waiting import until

SIGNAL = Stop(StopKind.EVENT, "SignalGenerated")
BY_TRIGGER = Stop(StopKind.FIRST_NO, "trigger")


@pytest.fixture
def course(surveyed: Stepper) -> Course:
    """At the beginning of the day."""
    surveyed.aim(0)
    return Course(surveyed)


def settle(course: Course) -> Stepper:
    while course.work(5_000):
        pass
    return course.stepper


def clock(course: Course) -> str:
    return show_clock(course.stepper.now_ns)


def go(course: Course, text: str) -> Stepper:
    course.go_by(lambda: place(text, course.stepper))
    return settle(course)


def test_the_survey_of_a_day_says_what_replay_says(surveyed: Stepper, generated_day: Path):
    assert surveyed.survey.verdict == str(replay(generated_day))
    assert surveyed.survey.verdict.startswith("identical: ")


def test_every_moment_is_that_of_an_engine_fed_straight(surveyed: Stepper, generated_day: Path):
    wanted = {1, 6, 40_000, surveyed.survey.marks[2].n, surveyed.last}
    engine = Engine()
    straight: dict[int, View] = {}
    for given in read_inputs(generated_day):
        engine.apply(given)
        if given.n in wanted:
            straight[given.n] = engine.view()
    for n in (40_000, surveyed.last, 6, surveyed.survey.marks[2].n, 1):
        surveyed.aim(n)
        surveyed.go_on(n)
        assert surveyed.view() == straight[n]


def test_a_minute_on_shows_the_verdict_on_the_minute_that_ended(course: Course):
    go(course, "11:00:00")
    course.step(Unit.MINUTE)
    stood = settle(course)
    assert clock(course) in ("11:00:03", "11:00:04", "11:00:05")
    last = stood.survey.events.by_type["EntryEvaluated"]
    judged = [e.data for e in last if e.input <= stood.n][-1]
    assert isinstance(judged, EntryEvaluated)
    assert show_clock(judged.at_ns) == "11:00:00"
    assert stood.view().underlyings[0].gates == judged.gates


def test_a_step_back_undoes_a_step(course: Course):
    go(course, "11:00")
    for unit in Unit:
        before = course.stepper.n
        course.step(unit)
        assert settle(course).n > before
        course.step(unit, back=True)
        assert settle(course).n <= before
    assert clock(course)[:5] in ("10:58", "10:59", "11:00")


def test_an_input_back_is_the_input_before(course: Course):
    go(course, "11:00")
    before = course.stepper.n
    course.step(Unit.INPUT, back=True)
    assert settle(course).n == before - 1
    course.step(Unit.INPUT)
    assert settle(course).n == before


def test_it_runs_to_every_signal_of_the_day_and_back(course: Course):
    wanted = [e.input for e in course.stepper.survey.events.by_type["SignalGenerated"]]
    found = []
    for _ in wanted:
        course.run_to(SIGNAL)
        found.append(settle(course).n)
    assert found == wanted
    assert course.note == "at SignalGenerated"
    course.run_to(SIGNAL)
    assert settle(course).n == wanted[-1]
    assert course.note == "no later place where SignalGenerated"
    course.run_to(SIGNAL, back=True)
    assert settle(course).n == wanted[-2]


def test_it_runs_to_a_gate_that_becomes_the_first_no(course: Course):
    course.run_to(BY_TRIGGER)
    assert settle(course).view().underlyings[0].first_no == "trigger"
    course.step(Unit.EVENT, back=True)
    assert settle(course).view().underlyings[0].first_no != "trigger"


@pytest.mark.parametrize(
    ("text", "stands"),
    [("10:15", "10:15:0"), ("10:15:03", "10:15:03"), ("#1", "09:00:00"), ("1", "09:00:00")],
)
def test_a_typed_place_is_found(course: Course, text: str, stands: str):
    go(course, text)
    assert clock(course).startswith(stands)


def test_a_typed_event_is_the_one_that_one_stands_at(course: Course):
    stood = go(course, "#184")
    assert 184 in [e.seq for e in stood.events() if e.input == stood.n]


@pytest.mark.parametrize("text", ["nowhere", "25:00", "#", "#x", "-5", "10:1"])
def test_what_is_no_place_is_said_and_nothing_moves(course: Course, text: str):
    go(course, "10:15")
    before = course.stepper.n
    assert go(course, text).n == before
    assert f"{text!r} is no place in the day" in course.note
    with pytest.raises(BadUsage):
        place(text, course.stepper)


def test_play_passes_as_much_of_the_day_as_its_speed_says(course: Course):
    go(course, "11:00:00")
    course.speed = 60
    course.play()
    for _ in range(10):
        course.pass_time(0.1)
        settle(course)
    assert clock(course) in ("11:00:59", "11:01:00")
    assert course.is_playing


def test_a_blocked_notebook_does_not_make_the_day_jump(course: Course):
    go(course, "11:00:00")
    course.speed = 60
    course.play()
    course.pass_time(3_600.0)
    settle(course)
    assert clock(course) in ("11:00:29", "11:00:30")


def test_play_stops_at_a_breakpoint_exactly(course: Course):
    course.add(SIGNAL)
    course.add(SIGNAL)
    course.set_speed(AS_FAST_AS_IT_GOES)
    course.play()
    assert settle(course).n == course.stepper.survey.events.by_type["SignalGenerated"][0].input
    assert (course.is_playing, course.note) == (False, "breakpoint: SignalGenerated")
    assert course.stops == (SIGNAL,)


def test_play_at_a_speed_stops_at_a_breakpoint_too(course: Course):
    first = course.stepper.survey.events.by_type["SignalGenerated"][0].input
    course.go_to(first - 5)
    settle(course)
    course.add(SIGNAL)
    course.set_speed(600)
    course.play()
    course.pass_time(0.5)
    assert settle(course).n == first
    course.play()
    course.pass_time(0.1)
    assert settle(course).n > first  # a second play goes on


def test_play_without_breakpoints_ends_with_the_day(course: Course):
    course.add(SIGNAL)
    course.remove(SIGNAL)
    course.set_speed(AS_FAST_AS_IT_GOES)
    course.play()
    assert settle(course).n == course.stepper.last
    assert (course.is_playing, course.note) == (False, "the end of the day")


def test_play_pressed_before_anything_is_fed_begins_with_the_day(generated_day: Path):
    course = Course(stepper(generated_day), speed=600)
    course.play()
    course.pass_time(0.1)
    course.work(2_000)
    course.pass_time(0.1)
    course.work(2_000)
    assert clock(course).startswith("09:0")
    assert course.is_playing


def test_a_wish_waits_for_the_survey_and_a_later_one_takes_its_place(generated_day: Path):
    course = Course(stepper(generated_day))
    course.run_to(SIGNAL)
    assert [course.is_waiting] == [True]
    course.go(lambda: course.stepper.at_seq(184))
    course.work(10)
    while course.is_waiting:
        course.work(500)
    assert 184 in [e.seq for e in course.stepper.events() if e.input == course.stepper.n]
    assert course.stepper.survey.result is None  # the survey goes on


def test_the_chain_of_causes_leads_back_to_the_input(course: Course):
    events = course.stepper.survey.events.all
    filled = course.stepper.survey.events.by_type["OrderExecuted"][0]
    steps = [filled, *chain(filled, events)]
    assert all(later.cause == earlier.seq for later, earlier in pairwise(steps))
    assert steps[-1].cause is None
    said = because(filled, events)
    assert said.endswith(f"← input {_grouped(steps[-1].input)}")
    assert f"← {len(steps) - 5} more ←" in said


def test_the_list_shows_decisions_and_on_demand_every_bar(course: Course):
    events = go(course, "11:00").events()
    assert "BarReady" not in {e.type for e in latest(events, everything=False)}
    assert "BarReady" in {e.type for e in latest(events, everything=True)}
    seqs = [e.seq for e in latest(events, everything=True)]
    assert seqs == sorted(seqs, reverse=True)
    assert events_html([]) == '<div class="rustro-heading">No event yet</div>'


def test_the_events_of_the_input_one_stands_at_are_marked(course: Course):
    course.run_to(SIGNAL)
    stood = settle(course)
    marked = [e for e in latest(stood.events(), everything=False) if e.input == stood.n]
    assert marked
    assert events_html(stood.events(), at=stood.n).count('<tr class="first">') == len(marked)


def test_what_events_say_is_for_people(course: Course):
    by_type = course.stepper.survey.events.by_type
    assert "first no direction" in says(by_type["EntryEvaluated"][0])
    assert " 1m of 09:15: O " in says(by_type["BarReady"][0])
    assert says(by_type["MarketClosed"][0]) == "Market closed"
    assert "stop " in says(by_type["TrailingStopUpdated"][0])


def test_the_head_says_replay_and_never_the_colour_of_a_mode(course: Course):
    html = head_html(View(mode="live", date="2026-07-15"), course.stepper.survey)
    assert "REPLAY" in html
    assert "rustro-mode live" not in html
    assert progress(course.stepper.survey) == 100


def test_a_refusal_escapes_what_came_from_outside():
    assert "<b>" not in refusal_html("<b>", "no <b> here")


def test_the_types_most_asked_for_stand_first():
    counts = {"BarReady": 10_345, "SignalGenerated": 2, "AAA": 1}
    assert event_names(counts) == [
        ("SignalGenerated (2)", "SignalGenerated"),
        ("AAA (1)", "AAA"),
        ("BarReady (10,345)", "BarReady"),
    ]


async def test_work_is_done_in_slices_that_leave_the_loop_free():
    left, others, done = [400], [], asyncio.Event()
    now = [0.0]

    def work() -> bool:
        now[0] += 0.001  # each portion takes a millisecond
        left[0] -= 1
        return bool(left[0] > 0)

    slices = Slices(asyncio.get_running_loop(), work, done.set, lambda: now[0])
    slices.soon()
    while not done.is_set():
        others.append(left[0])
        await asyncio.sleep(0)
    assert len(others) > 20
    assert slices.longest_s < 0.02
    slices.stop()


async def test_a_click_on_another_thread_is_done_on_the_loop():
    on: list[int] = []
    slices = Slices(asyncio.get_running_loop(), lambda: False, lambda: None)
    thread = threading.Thread(target=slices.call, args=(lambda: on.append(threading.get_ident()),))
    thread.start()
    await asyncio.to_thread(thread.join)
    await until(lambda: bool(on))
    assert on == [threading.get_ident()]


async def test_nothing_is_done_after_the_end():
    done: list[int] = []
    slices = Slices(asyncio.get_running_loop(), lambda: False, lambda: done.append(1))
    slices.soon()
    slices.stop()
    slices.call(lambda: done.append(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert done == []


def _grouped(n: int) -> str:
    return f"{n:,}" if n < 100_000 else f"{n // 100_000},{n % 100_000 // 1000:02d},{n % 1000:03d}"
