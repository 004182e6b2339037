import pytest

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.records import layout
from rustro_kernel.records.ledger import ledger_lines
from rustro_kernel.records.replay import replay
from tests.records.make import Echo, crashed_run, finished_run


class Louder(Echo):
    """An engine that answers a command differently."""

    def _echo(self, turn, asked):
        super()._echo(turn, type(asked)(asked.id, asked.name.upper()))


class Mute(Echo):
    """An engine that never says the last word."""

    def apply(self, given):
        turn = super().apply(given)
        turn.events = [e for e in turn.events if e.type != "ShutdownCompleted"]
        return turn


class Chatty(Echo):
    """An engine that goes on after the last word."""

    def apply(self, given):
        turn = super().apply(given)
        if any(e.type == "ShutdownCompleted" for e in turn.events):
            turn.emit(turn.events[0].data)
        return turn


def test_the_same_engine_gives_the_same_events(tmp_path):
    result = replay(finished_run(tmp_path), Echo)
    assert result.is_identical
    assert str(result) == f"identical: {len(list(ledger_lines(tmp_path)))} events"


def test_another_engine_is_told_the_first_field_that_differs(tmp_path):
    result = replay(finished_run(tmp_path), Louder)
    assert str(result) == (
        'events.jsonl, record 3: data.name differs: stored "pause", replayed "PAUSE"'
    )


def test_an_event_too_few_is_a_difference(tmp_path):
    result = replay(finished_run(tmp_path), Mute)
    assert not result.is_identical
    assert "replayed nothing" in str(result)


def test_an_event_too_many_is_a_difference(tmp_path):
    result = replay(finished_run(tmp_path), Chatty)
    assert not result.is_identical
    assert "stored nothing" in str(result)


def test_a_changed_event_is_a_difference(tmp_path):
    path = finished_run(tmp_path) / layout.EVENTS
    path.write_bytes(path.read_bytes().replace(b'"close_paise":1700003', b'"close_paise":1700004'))
    assert "data.close_paise differs: stored 1700004, replayed 1700003" in str(
        replay(tmp_path, Echo)
    )


def test_a_crashed_run_may_miss_events_that_its_inputs_give(tmp_path):
    path = crashed_run(tmp_path) / layout.EVENTS
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:4]) + lines[4][:30])
    result = replay(tmp_path, Echo)
    assert str(result) == (
        f"identical: 4 events (the run was not finished; its inputs give {len(lines) - 4} more)"
    )


def test_a_crashed_run_with_a_torn_input_replays_up_to_it(tmp_path):
    path = crashed_run(tmp_path) / layout.INPUTS
    path.write_bytes(path.read_bytes()[:-9])
    result = replay(tmp_path, Echo)
    assert result.is_identical
    assert result.inputs == 19


def test_a_sealed_run_may_miss_nothing(tmp_path):
    path = finished_run(tmp_path) / layout.EVENTS
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    assert not replay(tmp_path, Echo).is_identical


def test_a_sealed_run_with_a_torn_input_is_damaged(tmp_path):
    path = finished_run(tmp_path) / layout.INPUTS
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DamagedRecord, match="torn"):
        replay(tmp_path, Echo)
