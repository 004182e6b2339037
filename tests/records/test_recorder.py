import errno
import os

import pytest

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.records import files
from rustro_kernel.records.input_log import read_inputs
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.recorder import YOUNG_ROUNDS, Recorder
from rustro_kernel.records.tick_log import BLOCK
from tests.records.disk import NotedDisk
from tests.records.make import START, Echo, command, given, inputs, record, tick

EVENTS, INPUTS, TICKS = "events.jsonl", "inputs.jsonl", "ticks.bin"


def feed(recorder, fed, engine=None):
    engine = engine or Echo()
    for one in fed:
        recorder.take(one)
        recorder.state(one.n, engine.apply(one).events)


@pytest.fixture
def disk():
    return NotedDisk()


@pytest.fixture
def recorder(tmp_path, disk):
    return Recorder(tmp_path, open_file=disk)


def test_inputs_are_written_before_events(recorder, disk):
    feed(recorder, inputs(12))
    recorder.flush()
    assert disk.calls == [(INPUTS, "write"), (TICKS, "write"), (EVENTS, "write")]


def test_sync_puts_inputs_on_disk_before_events(recorder, disk):
    feed(recorder, inputs(12))
    recorder.sync()
    assert disk.calls[3:] == [(INPUTS, "sync"), (TICKS, "sync"), (EVENTS, "sync")]
    assert (recorder.durable_input, recorder.durable_state) == (12, 12)


def test_a_sync_of_nothing_new_asks_nothing_of_the_disk(recorder, disk):
    feed(recorder, inputs(12))
    recorder.sync()
    before = len(disk.calls)
    recorder.sync()
    assert len(disk.calls) == before


def test_flushed_is_not_durable(recorder):
    feed(recorder, inputs(12))
    recorder.flush()
    assert (recorder.written_input, recorder.written_state) == (12, 12)
    assert (recorder.durable_input, recorder.durable_state) == (0, 0)


def test_an_event_waits_for_its_input(recorder, tmp_path):
    first, second = given(1, command()), given(2, command())
    engine = Echo()
    recorder.take(first)
    recorder.state(1, engine.apply(first).events)
    recorder.state(2, engine.apply(second).events)
    recorder.sync()
    assert {e.input for e in read_events(tmp_path)} == {1}
    assert recorder.durable_state == 1
    recorder.take(second)
    recorder.sync()
    assert {e.input for e in read_events(tmp_path)} == {1, 2}
    assert recorder.durable_state == 2


def test_an_input_whose_events_are_not_known_yet_is_durable_but_not_its_state(recorder):
    recorder.take(given(1, command()))
    recorder.sync()
    assert (recorder.durable_input, recorder.durable_state) == (1, 0)


def test_an_input_out_of_order_is_refused(recorder):
    with pytest.raises(SessionFailed, match="input 2 cannot follow input 0"):
        recorder.take(given(2))


def test_a_full_disk_loses_nothing_and_never_writes_an_event_without_its_input(
    tmp_path, recorder, disk
):
    fed = inputs(12)
    feed(recorder, fed)
    for _ in range(10_000):
        disk.room = 7
        try:
            recorder.sync()
            break
        except OSError:
            assert recorder.durable_input == 0
            assert recorder.written_input == 12 or not (tmp_path / EVENTS).read_bytes()
    assert recorder.durable_state == 12
    assert list(read_inputs(tmp_path)) == fed
    assert [e.seq for e in read_events(tmp_path)] == list(range(1, recorder.ledger.seq + 1))


def test_what_a_failed_sync_may_have_dropped_is_written_again(tmp_path, recorder, disk):
    fed, engine = inputs(40), Echo()
    feed(recorder, fed[:12], engine)
    recorder.sync()
    feed(recorder, fed[12:20], engine)
    disk.broken = True
    for _ in range(3):
        with pytest.raises(OSError, match="input/output"):
            recorder.sync()
        assert (recorder.durable_input, recorder.durable_state) == (12, 12)
    feed(recorder, fed[20:], engine)
    disk.broken = False
    recorder.sync()
    assert (recorder.durable_input, recorder.durable_state) == (40, 40)
    whole = tmp_path / "whole"
    record(whole, fed).close()
    assert (tmp_path / EVENTS).read_bytes() == (whole / EVENTS).read_bytes()
    assert list(read_inputs(tmp_path)) == fed


def test_a_crash_after_a_failed_sync_costs_nothing_that_was_acknowledged(tmp_path, recorder, disk):
    fed, engine = inputs(20), Echo()
    feed(recorder, fed[:12], engine)
    recorder.sync()
    feed(recorder, fed[12:], engine)
    disk.broken = True
    with pytest.raises(OSError, match="input/output"):
        recorder.sync()
    last = Recorder(tmp_path).repaired.last_input
    assert 12 <= last < 20
    assert list(read_inputs(tmp_path)) == fed[:last]


def test_the_group_commit_comes_back_to_a_failed_sync_though_nothing_new_has_come(recorder, disk):
    feed(recorder, inputs(12))
    disk.broken = True
    for _ in range(2):
        with pytest.raises(OSError, match="input/output"):
            recorder.commit()
    disk.broken = False
    recorder.commit()
    assert recorder.durable_state == 12


def test_what_was_not_synced_is_kept_within_bounds(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_KEPT", 1_000)
    disk = NotedDisk()
    kept = files.BufferedFile(disk(tmp_path / "log"))
    for _ in range(30):
        kept.add(bytes(100))
        kept.flush()
    assert [what for _, what in disk.calls].count("sync") == 2
    assert (tmp_path / "log").stat().st_size == 3_000


def test_half_a_file_is_not_left_on_a_full_disk(tmp_path, monkeypatch):
    def refused(fd: int) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(os, "fsync", refused)
    with pytest.raises(OSError, match="no space"):
        files.write_whole(tmp_path / "report.json", b"{}")
    assert list(tmp_path.iterdir()) == []


def test_the_group_commit_lets_young_ticks_wait_for_a_fuller_block(recorder, disk):
    for n in (1, 2):
        recorder.take(given(n, at=START + n))
        recorder.state(n, [])
    for _ in range(YOUNG_ROUNDS - 1):
        recorder.commit()
    assert disk.calls == []
    recorder.commit()  # though no other tick has come
    assert recorder.durable_input == 2


def test_the_group_commit_does_not_let_full_blocks_wait(recorder):
    recorder.take_all([given(n, at=START + n) for n in range(1, BLOCK + 2)])
    recorder.commit()
    assert recorder.durable_input == BLOCK + 1


def test_ticks_that_come_on_and_on_are_committed_all_the_same(recorder):
    for n in range(1, 3 * YOUNG_ROUNDS + 1):
        recorder.take(given(n, at=START + n))
        recorder.commit()
        assert recorder.written_input > n - YOUNG_ROUNDS


@pytest.mark.parametrize("body", [command(), None], ids=["a command", "a tick with an event"])
def test_the_group_commit_never_lets_a_command_or_an_event_wait(recorder, body):
    feed(recorder, [given(1, body)])
    recorder.commit()
    assert recorder.durable_state == 1


def test_a_run_goes_on_where_it_ended(tmp_path):
    fed, engine = inputs(30), Echo()
    recorder = Recorder(tmp_path)
    feed(recorder, fed[:13], engine)
    recorder.close()
    again = Recorder(tmp_path)
    assert again.repaired.cuts == ()
    assert (again.taken_input, again.ledger.seq) == (13, recorder.ledger.seq)
    feed(again, fed[13:], engine)
    again.close()
    whole = tmp_path / "whole"
    record(whole, fed).close()
    assert (tmp_path / EVENTS).read_bytes() == (whole / EVENTS).read_bytes()
    assert list(read_inputs(tmp_path)) == fed


def test_a_turn_that_may_be_cut_short_does_not_count_as_stated(tmp_path):
    record(tmp_path, inputs(10)).close()
    assert Recorder(tmp_path).durable_state == 9


def test_every_file_is_closed_even_if_the_disk_refuses_the_first(tmp_path):
    disk, closed = NotedDisk(), []
    recorder = Recorder(tmp_path, open_file=disk)
    for log in (recorder._inputs, recorder._ticks, recorder.ledger):
        close = log._file._file.close
        log._file._file.close = lambda close=close: (closed.append(1), close())
    recorder.take(given(1, command()))
    disk.room = 0
    with pytest.raises(OSError, match="no space left"):
        recorder.close()
    assert len(closed) == 3


@pytest.mark.parametrize("size", [1, 5, 4096, 5000])
def test_inputs_taken_together_are_recorded_as_if_taken_one_by_one(tmp_path, size):
    fed = inputs(12) + [given(n, tick(n)) for n in range(13, 9000)]
    for folder, step in (("one", 1), ("many", size)):
        recorder = Recorder(tmp_path / folder)
        for at in range(0, len(fed), step):
            recorder.take_all(fed[at : at + step])
        recorder.close()
    assert list(read_inputs(tmp_path / "many")) == fed
    ticks = [(tmp_path / name / "ticks" / TICKS).read_bytes() for name in ("one", "many")]
    assert ticks[0] == ticks[1]


def test_a_hole_among_inputs_taken_together_is_refused(recorder):
    fed = [given(n, tick(n)) for n in (1, 2, 4)]
    with pytest.raises(SessionFailed):
        recorder.take_all(fed)
    assert recorder.taken_input == 2
