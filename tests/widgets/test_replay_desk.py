"""The replay desk with fake comms: what reaches the browser, and what its controls do."""

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import comm
import pytest

from rustro_kernel.records import layout
from rustro_kernel.records.stepper import Stepper
from rustro_widgets import ReplayDesk
from rustro_widgets.replaying.board import Board
from tests.records.make import crashed_run
from tests.session.waiting import until
from tests.widgets.spying import SpyComm, press as click


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """The messages since the last clear."""
    SpyComm.messages = []
    monkeypatch.setattr(comm, "create_comm", SpyComm)
    yield SpyComm.messages
    gc.collect()


@pytest.fixture
def board(surveyed: Stepper, messages: list[Any]) -> Iterator[Board]:
    """The panels on a day that is known; outside a loop everything is done at once."""
    surveyed.aim(0)
    opened = Board(surveyed)
    yield opened
    opened.close()


def board_of(desk: ReplayDesk) -> Board:
    assert desk.board is not None
    return desk.board


def text(shown: Board | ReplayDesk) -> str:
    parts = shown.parts() if isinstance(shown, Board) else shown.children
    return " ".join(str(part.value) for part in parts if hasattr(part, "value"))


def test_it_says_identical_and_stands_at_the_beginning(board: Board):
    assert "REPLAY" in text(board)
    assert "identical: 11,2" in text(board)
    assert board.course.stepper.n == 0


def test_a_click_on_next_shows_the_signal_with_its_gates_and_causes(board: Board):
    click(board.running_to.on)
    assert "SignalGenerated" in board._events.value
    assert "EntryEvaluated #" in board._events.value
    assert "last minute: a signal" in board._gates.widget.value
    assert "at SignalGenerated" in board.running_to._note.value


def test_the_slider_seeks_and_shows_where_it_stands(board: Board):
    slider = board.transport.slider
    slider.value = 100  # minutes after 09:00
    assert "10:40:0" in text(board)
    click(board.transport.buttons["minute"])
    assert slider.value == 101
    click(board.transport.buttons["minute_back"])
    assert slider.value == 100


def test_a_typed_place_is_gone_to_and_the_field_is_empty_again(board: Board):
    typed = board.transport.typed
    typed.value = "11:30:00"
    assert ("11:30:00" in text(board) or "11:29:59" in text(board), typed.value) == (True, "")
    typed.value = "noon"
    assert "&#x27;noon&#x27; is no place" in board.running_to._note.value


def test_a_breakpoint_can_be_set_played_to_and_taken_away(board: Board):
    running_to, transport = board.running_to, board.transport
    click(running_to.add)
    (chip,) = running_to._chips.children
    transport.speed.value = "max"
    click(transport.buttons["play"])
    assert "breakpoint: SignalGenerated" in running_to._note.value
    assert transport.buttons["play"].description == "Play"
    click(chip)
    assert running_to._chips.children == ()
    click(transport.buttons["play"])
    assert "the end of the day" in running_to._note.value


def test_gates_can_be_run_to(board: Board):
    running_to = board.running_to
    running_to.kind.value = "first no is"
    assert ("breakout.close", "breakout.close_paise") in running_to.name.options
    running_to.name.value = "trigger"
    click(running_to.on)
    assert "first no: <b>trigger</b>" in board._gates.widget.value


def test_what_a_person_chose_stays_chosen(board: Board):
    running_to = board.running_to
    running_to.name.value = "PositionOpened"
    click(board.transport.buttons["minute"])
    assert running_to.name.value == "PositionOpened"


def test_every_bar_is_listed_on_demand(board: Board):
    board.transport.typed.value = "11:00"
    assert "BarReady" not in board._events.value
    board.everything.value = True
    assert "BarReady" in board._events.value


def test_a_step_that_changes_nothing_sends_nothing(board: Board, messages: list[Any]):
    click(board.transport.buttons["begin"])
    messages.clear()
    board.draw()
    assert messages == []


def test_a_step_sends_no_more_than_what_changed(board: Board, messages: list[Any]):
    board.transport.typed.value = "11:00"
    messages.clear()
    click(board.transport.buttons["input"])
    assert len(messages) <= 8


@pytest.mark.parametrize(
    ("folder", "words"), [("nowhere", "no such run folder"), ("", "holds no run")]
)
def test_a_folder_without_a_run_is_a_sentence_not_an_exception(
    tmp_path: Path, messages: list[Any], folder: str, words: str
):
    desk = ReplayDesk(tmp_path / folder)
    assert words in text(desk)
    desk.close()


def test_a_strategy_that_cannot_be_loaded_is_a_sentence(tmp_path: Path, messages: list[Any]):
    (crashed_run(tmp_path) / "strategy.py").write_text("import nothing_like_it\n")
    assert "nothing_like_it" in text(ReplayDesk(tmp_path))


def test_records_of_another_version_are_told_of(tmp_path: Path, messages: list[Any]):
    desk = ReplayDesk(crashed_run(tmp_path))  # its first input is a tick: no engine begins so
    assert "inputs, record 1: this version cannot apply it: SessionFailed" in text(desk)
    for name in ("minute", "event_back", "end", "play"):
        click(board_of(desk).transport.buttons[name])
    board_of(desk).transport.slider.value = 1
    assert board_of(desk).course.stepper.n == 0
    desk.close()


def test_a_damaged_day_is_shown_up_to_the_damage(
    generated_day: Path, tmp_path: Path, messages: list[Any]
):
    for name in (layout.EVENTS, layout.INPUTS, layout.TICKS, layout.MANIFEST):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((generated_day / name).read_bytes())
    ticks = tmp_path / layout.TICKS
    ticks.write_bytes(ticks.read_bytes()[:100_000])
    desk = ReplayDesk(tmp_path)
    assert "ticks/ticks.bin, record" in text(desk)
    assert "events before that are identical" in text(desk)
    click(board_of(desk).transport.buttons["end"])
    assert board_of(desk).course.stepper.n == board_of(desk).course.stepper.last > 1_000
    desk.close()


async def test_in_a_notebook_the_desk_is_there_at_once_and_the_survey_follows(
    generated_day: Path, messages: list[Any]
):
    desk = ReplayDesk(generated_day)
    survey = board_of(desk).course.stepper.survey
    assert len(survey.tape) == 0
    board_of(desk).transport.typed.value = "09:30"
    await until(lambda: "09:30:0" in text(desk))
    await until(lambda: survey.is_over)
    await until(lambda: "identical: 11,2" in text(desk))
    desk.close()


async def test_play_moves_by_the_timer_and_ends_with_the_desk(
    generated_day: Path, messages: list[Any]
):
    desk = ReplayDesk(generated_day)
    await until(lambda: board_of(desk).course.stepper.survey.is_over)
    board_of(desk).transport.speed.value = "x600"
    await asyncio.to_thread(click, board_of(desk).transport.buttons["play"])
    await until(lambda: board_of(desk).course.stepper.n > 100)
    desk.close()
    stood = board_of(desk).course.stepper.n
    await asyncio.sleep(0)
    assert board_of(desk).course.stepper.n == stood
    assert board_of(desk)._redraw._timer is None
