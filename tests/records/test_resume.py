"""The engine as a crash has left it: from a snapshot or without one, held against the ledger."""

from functools import partial

import pytest

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import Input
from rustro_kernel.records import layout
from rustro_kernel.records.input_log import last_usable
from rustro_kernel.records.recorder import Recorder
from rustro_kernel.records.replay import replay
from rustro_kernel.records.resume import resumed
from rustro_kernel.records.snapshots import FOLDER, Snapshot, snapshots, write_snapshot
from tests.make import in_position

BENCH = in_position()
RESTORE = partial(Engine.restore, strategies=BENCH.registry)


def fresh():
    return Engine(BENCH.registry)


def run(folder, stated=None, snapshot_at=()):
    """A run whose events reached the disk up to an input."""
    recorder, engine = Recorder(folder), fresh()
    for item in BENCH.inputs:
        recorder.take(item)
        events = engine.apply(item).events
        if stated is None or item.n <= stated:
            recorder.state(item.n, events)
        if item.n in snapshot_at:
            recorder.snapshot(item.n, engine.snapshot())
            recorder.sync()
    recorder.close()
    return engine


def go_on(folder):
    recorder = Recorder(folder)
    state = resumed(folder, recorder, fresh, RESTORE)
    recorder.close()
    return state


@pytest.mark.parametrize("snapshot_at", [(), (40,), (20, 40, 60), (len(BENCH.inputs),)])
def test_the_state_is_that_of_the_process_that_died(tmp_path, snapshot_at):
    engine = run(tmp_path, snapshot_at=snapshot_at)
    assert go_on(tmp_path) == engine.snapshot()
    assert [one.input for one in snapshots(tmp_path)] == sorted(snapshot_at, reverse=True)[:2]


@pytest.mark.parametrize("snapshot_at", [(), (40,)])
def test_events_that_a_crash_kept_from_the_ledger_are_appended(tmp_path, snapshot_at):
    engine = run(tmp_path, stated=len(BENCH.inputs) - 5, snapshot_at=snapshot_at)
    assert go_on(tmp_path) == engine.snapshot()
    again = replay(tmp_path, fresh)
    assert again.is_identical
    assert (again.ahead, again.events) == (0, len(BENCH.events))


def test_a_ledger_that_says_something_else_is_named(tmp_path):
    run(tmp_path)
    recorder = Recorder(tmp_path)
    wrong = Engine(BENCH.registry)
    with pytest.raises(SessionFailed, match="record 1: input differs"):
        resumed(tmp_path, recorder, lambda: _Shifted(wrong), RESTORE)


class _Shifted:
    """An engine that dates its events differently."""

    def __init__(self, engine):
        self._engine = engine

    def apply(self, item: Input):
        turn = self._engine.apply(item)
        turn.events = [type(e)(e.seq, e.input + 1, *list(_rest(e))) for e in turn.events]
        return turn


def _rest(event):
    return event.ts, event.type, event.cause, event.key, event.data


@pytest.mark.parametrize("damage", [b"", b"\x93", b"x" * 1000])
def test_a_damaged_snapshot_is_ignored(tmp_path, damage):
    engine = run(tmp_path, snapshot_at=(20, 40))
    newest = max((tmp_path / FOLDER).iterdir())
    newest.write_bytes(damage)
    assert [one.input for one in snapshots(tmp_path)] == [20]
    assert go_on(tmp_path) == engine.snapshot()


def test_a_snapshot_of_another_ledger_is_ignored(tmp_path):
    engine = run(tmp_path, snapshot_at=(20,))
    state = Engine.restore(next(snapshots(tmp_path)).state, BENCH.registry).snapshot()
    write_snapshot(tmp_path, Snapshot(40, 30, "f" * 64, state))
    assert go_on(tmp_path) == engine.snapshot()


def test_a_snapshot_behind_what_is_left_of_the_inputs_is_ignored(tmp_path):
    run(tmp_path, snapshot_at=(20, len(BENCH.inputs)))
    path = tmp_path / layout.INPUTS
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    state = Engine.restore(go_on(tmp_path), BENCH.registry)
    assert state.view().positions == ()
    assert last_usable(tmp_path)[0] < len(BENCH.inputs)
    assert len(BENCH.engine.view().positions) == 1
