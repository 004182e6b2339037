"""A recorded day forward and back: wherever one goes, the engine is as it was there."""

import json
from pathlib import Path

import pytest
from hypothesis import given as law, settings, strategies as some

from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.engine.asked import AtHand
from rustro_kernel.engine.inputs import Input
from rustro_kernel.engine.turn import Turn
from rustro_kernel.engine.view import View
from rustro_kernel.records import layout, survey as surveys
from rustro_kernel.records.run_folder import run_folder
from rustro_kernel.records.stepper import Stepper
from rustro_kernel.records.survey import Survey
from rustro_kernel.records.tape import CHUNK, Tape
from tests.records.make import START, Echo, crashed_run, finished_run, given, inputs

DAY = 9_001


class Rewindable(Echo):
    """The echo engine, whose state can be kept."""

    def __init__(self) -> None:
        super().__init__()
        self.n = 0

    def apply(self, given: Input, /) -> Turn:
        self.n = given.n
        return super().apply(given)

    def snapshot(self) -> bytes:
        return json.dumps([self.seq, self.ticks, self.n]).encode()

    def at_hand(self, name: str = "") -> AtHand:
        return AtHand(name)

    def view(self) -> View:
        return View(input=self.n, seq=self.seq, losses_in_row=self.ticks)


class Choking(Rewindable):
    """An engine of another version, that cannot take the 40th input."""

    def apply(self, given: Input, /) -> Turn:
        if given.n == 40:
            raise KeyError("premium")
        return super().apply(given)


def restored(state: bytes) -> Rewindable:
    engine = Rewindable()
    engine.seq, engine.ticks, engine.n = json.loads(state)
    return engine


def stepper(folder: Path, *, fresh: type[Rewindable] = Rewindable) -> Stepper:
    stepper = Stepper(Survey(folder, fresh), fresh, restored)
    while stepper.survey.go_on(1_000):
        pass
    return stepper


def go(stepper: Stepper, n: int) -> View:
    stepper.aim(n)
    while stepper.go_on(1_000):
        pass
    return stepper.view()


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of two marks and a half."""
    return finished_run(tmp_path_factory.mktemp("day"), DAY)


@pytest.fixture(scope="module")
def straight() -> list[View]:
    """The view after every input, fed once from the first to the last; the first is before it."""
    engine = Rewindable()
    views = [engine.view()]
    for one in inputs(DAY):
        engine.apply(one)
        views.append(engine.view())
    return views


def test_the_survey_says_what_replay_says(day):
    assert stepper(day).survey.verdict == "identical: 4203 events"


def test_the_survey_says_no_more_than_it_has_compared(day):
    survey = Survey(day, Rewindable)
    assert survey.go_on(10)
    assert survey.verdict == "identical so far: 5 events"
    assert survey.result is None
    assert survey.expected == DAY


def test_every_moment_is_reached_in_any_order(day, straight):
    walked = stepper(day)

    @law(some.lists(some.integers(0, DAY), max_size=4))
    @settings(max_examples=40)
    def holds(numbers: list[int]) -> None:
        for n in numbers:
            assert go(walked, n) == straight[n]

    holds()


def test_beyond_the_ends_are_the_ends(day):
    walked = stepper(day)
    assert go(walked, DAY + 500).input == DAY
    assert go(walked, -3) == View()


def test_a_jump_never_feeds_more_than_from_one_mark_to_the_next(day):
    walked = stepper(day)
    for n in (DAY, 5, 8_500, 4_095):
        walked.aim(n)
        assert abs(walked.target - walked.n) <= surveys.MARK_EVERY
        walked.go_on(DAY)


def test_of_many_marks_every_second_one_is_let_go(day, straight, monkeypatch):
    monkeypatch.setattr(surveys, "MARK_EVERY", 512)
    monkeypatch.setattr(surveys, "MOST_MARKS", 8)
    walked = stepper(day)
    assert [mark.n for mark in walked.survey.marks] == [0, 2_048, 4_096, 6_144, 8_192]
    assert go(walked, 8_999) == straight[8_999]


def test_steps_by_event_stop_at_inputs_that_state_something(day):
    walked = stepper(day)
    go(walked, 1)
    assert [e.type for e in walked.events()] == ["LogInitialized"]
    assert walked.event_after() == 3
    go(walked, 3)
    assert [e.type for e in walked.events()] == ["LogInitialized", "BarReady"]
    assert walked.event_before() == 1
    go(walked, 1)
    assert walked.event_before() == 0


def test_the_last_event_has_none_after_it(day):
    walked = stepper(day)
    go(walked, DAY)
    assert walked.event_after() == DAY


def test_a_minute_ends_when_its_bars_and_verdicts_have_come(day):
    walked = stepper(day)  # one input a second, the first at 09:15:01
    go(walked, 1)
    assert walked.minute_after() == 5  # 09:15:05
    go(walked, 5)
    assert walked.minute_after() == 65
    go(walked, 64)
    assert walked.minute_after() == 65
    assert walked.minute_before() == 5
    go(walked, DAY)
    assert walked.minute_after() == DAY


def test_a_moment_and_an_event_are_found(day):
    walked = stepper(day)
    assert walked.at(START + 90 * SECOND + 1) == 90
    assert walked.at(START) == 0
    assert walked.at_minute(START + MINUTE) == 65
    assert walked.at_seq(2) == 3
    assert walked.at_seq(10**9) == DAY


def test_a_changed_ledger_is_told_and_the_day_can_be_walked_all_the_same(tmp_path):
    path = finished_run(tmp_path) / layout.EVENTS
    path.write_bytes(path.read_bytes().replace(b'"close_paise":1700003', b'"close_paise":1700004'))
    walked = stepper(tmp_path)
    assert "data.close_paise differs: stored 1700004, replayed 1700003" in walked.survey.verdict
    assert not walked.survey.is_identical
    assert go(walked, 23).input == 23


def test_a_damaged_input_is_told_and_what_came_before_it_is_kept(tmp_path):
    path = finished_run(tmp_path) / layout.INPUTS
    path.write_bytes(path.read_bytes()[:-9])
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    walked = stepper(tmp_path)
    assert walked.survey.verdict.startswith("inputs/inputs.jsonl, record 5: torn after")
    assert walked.survey.verdict.endswith("; 10 events before that are identical")
    assert go(walked, 20).input == 20
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_an_input_that_this_version_cannot_apply_is_told(tmp_path):
    walked = stepper(finished_run(tmp_path, 60), fresh=Choking)
    assert walked.survey.verdict == (
        "inputs, record 40: this version cannot apply it: KeyError: 'premium'; "
        "18 events before that are identical"
    )
    assert walked.last == 39


def test_a_crashed_run_can_be_walked_to_where_it_ended(tmp_path):
    walked = stepper(crashed_run(tmp_path))
    assert walked.survey.is_identical
    assert walked.last == 22


def test_a_run_without_inputs_says_so(tmp_path):
    folder = finished_run(tmp_path)
    (folder / layout.INPUTS).unlink()
    (folder / layout.TICKS).unlink()
    assert "holds no input" in stepper(folder).survey.verdict


def test_a_folder_without_a_run_is_refused_in_words(tmp_path):
    with pytest.raises(BadData, match="no such run folder"):
        run_folder(tmp_path / "nowhere")
    with pytest.raises(BadData, match=r"holds no run: there is no events\.jsonl"):
        run_folder(tmp_path)


def test_a_tape_gives_back_what_it_took():
    tape = Tape()
    taken = [given(n) for n in range(1, 2 * CHUNK + 4)]
    for one in taken:
        tape.append(one)
    assert [tape[n] for n in (1, CHUNK, CHUNK + 1, 2, len(taken))] == [
        taken[0],
        taken[CHUNK - 1],
        taken[CHUNK],
        taken[1],
        taken[-1],
    ]
    assert (tape.ts(0), tape.ts(1)) == (0, START + SECOND)
    with pytest.raises(IndexError):
        tape[len(taken) + 1]
