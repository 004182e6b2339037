"""`attach`: the same handle on a session in another process, through its ends and beginnings."""

import asyncio
import gc
import threading
from concurrent.futures import Future
from contextlib import ExitStack
from weakref import ref

import pytest

import rustro_kernel as rk
from rustro_kernel.control.finding import listening
from rustro_kernel.control.messages import Reply
from rustro_kernel.domain.errors import BadUsage, LiveRefused, NoAnswer, NotRunning
from rustro_kernel.engine.view import View
from rustro_kernel.records.ledger import read_events
from rustro_kernel.session import attached
from rustro_kernel.session.attached import aged
from rustro_kernel.session.lock import SessionLock
from rustro_widgets import Cockpit
from tests.control.serving import FakeDesk, event, serving
from tests.session.live.crash_bench import crash_bench
from tests.session.waiting import until, until_blocking


@pytest.fixture
def served(tmp_path):
    """A desk, and a server on it that can be taken down and made again."""
    with ExitStack() as stack:
        desk = FakeDesk()

        def up(other: FakeDesk | None = None) -> None:
            stack.enter_context(serving(tmp_path, other or desk))

        up()
        yield desk, up, stack.close


def seqs(handle) -> list[int]:
    return [event.seq for event in tuple(handle.events)]


async def test_the_handle_shows_and_commands_a_session(make, tmp_path):
    session = make(**{"sim.speed": 20})
    await session.start()
    await until(lambda: session.view.state == "WAITING")
    with rk.attach(tmp_path / "state") as handle:
        told = []
        handle.subscribe(told.append)
        assert handle.view.session_id == handle.id == session.id
        assert handle.events[0].type == "LogInitialized"
        assert not any(hasattr(handle, name) for name in ("start", "run"))
        assert await handle.pause()
        assert not await handle.pause()
        await until(lambda: "PAUSED" in handle.view.overlays)
        assert await handle.resume("because")
        assert await handle.set("risk.max_positions", 2)
        assert "no open position P9" in (await handle.close("P9")).text
        assert "no order t9" in (await handle.cancel("t9")).text
        first = handle.send("flatten", id="click")
        second = handle.send("flatten", id="click")
        replies = await asyncio.gather(*map(asyncio.wrap_future, (first, second)))
        assert replies[0] == replies[1]
        await until(lambda: told and "CommandReceived" in [e.type for e in told])
        assert [e.seq for e in told] == list(range(told[0].seq, told[0].seq + len(told)))
        assert handle.why() == handle.why()
        assert handle.health["ticks"] >= 0
        assert (handle.discarded, handle.to_confirm) == ({}, "")
        assert handle.stale_s < 20
        assert await handle.stop()
        await session.run()
        await until(lambda: handle.view.state == "CLOSED")
        assert tuple(handle.events) == tuple(session.events)
        assert handle.why() == session.why()
        assert not await handle.pause()


def test_without_a_loop_subscribers_are_told_on_its_thread(tmp_path, served):
    desk, _, _ = served
    with rk.attach(str(tmp_path)) as handle:
        told = []
        handle.subscribe(lambda event: told.append(threading.current_thread().name))
        assert seqs(handle) == [1, 2, 3]
        desk.events += [event(n) for n in range(4, 10)]
        until_blocking(lambda: len(told) == 6)
        assert set(told) == {"rustro-attached"}
        assert seqs(handle) == list(range(1, 10))


def test_a_picture_that_is_old_says_so_and_is_whole_again_when_it_answers(
    tmp_path, served, monkeypatch
):
    monkeypatch.setattr(attached, "STALE_S", 0.1)
    desk, up, down = served
    with rk.attach(tmp_path) as handle:
        assert handle.view == desk.picture
        down()
        until_blocking(lambda: "STALE" in handle.view.overlays)
        assert handle.stale_s > 0.1
        assert not handle.view.accepting_entries
        assert "no answer from the session since" in handle.view.refusals[0]
        reply = handle.send("pause").result(20)
        assert (reply.accepted, "no session runs" in reply.text) == (False, True)
        up()
        until_blocking(lambda: handle.view == desk.picture)


def test_a_session_that_has_written_its_end_is_closed_and_not_stale(tmp_path, served, monkeypatch):
    monkeypatch.setattr(attached, "STALE_S", 0.1)
    desk, _, down = served
    desk.folder = str(tmp_path)
    with rk.attach(tmp_path) as handle:
        (tmp_path / "events.jsonl").write_bytes(b'{"seq":9,"type":"ShutdownCompleted","data":{}}\n')
        down()
        until_blocking(lambda: handle.view.state == "CLOSED")
        assert (handle.view.overlays, handle.view.accepting_entries) == ((), False)
        assert handle.view.refusals == ("the day is over",)


def test_the_last_picture_of_a_session_that_ended_stays_as_it_was():
    closed = View(state="CLOSED", refusals=("the day is over",))
    assert aged(closed, 0) is closed


def test_after_a_restart_what_the_disk_did_not_have_has_never_happened(tmp_path, served):
    _, up, down = served
    with rk.attach(tmp_path) as handle:
        assert seqs(handle) == [1, 2, 3]
        down()
        other = FakeDesk()
        other.started_ns, other.events = 2, [event(3, "again"), event(4), event(5)]
        up(other)
        until_blocking(lambda: seqs(handle) == [1, 2, 3, 4, 5])
        assert handle.events[2].data.session_id == "again"


def test_another_session_begins_with_an_empty_page(tmp_path, served):
    desk, up, down = served
    with rk.attach(tmp_path) as handle:
        down()
        other = FakeDesk()
        other.started_ns, other.session_id, other.events = 2, "s-2", [event(1, "s-2")]
        other.picture = View(session_id="s-2", input=desk.picture.input)  # the same number
        up(other)
        until_blocking(lambda: (handle.id, seqs(handle)) == ("s-2", [1]))
        until_blocking(lambda: handle.view == other.picture)


def test_where_nothing_runs_attach_says_so(tmp_path):
    with pytest.raises(NotRunning, match=f"no session runs on {tmp_path}"):
        rk.attach(tmp_path)
    with pytest.raises(NotRunning, match="for account other"):
        rk.attach(tmp_path, "other")
    lock = SessionLock(tmp_path, "main", "stuck")
    with pytest.raises(NoAnswer, match=r"session stuck .* nobody listens"):
        rk.attach(tmp_path)
    lock.release()


def test_of_several_sessions_one_must_be_named(tmp_path, served):
    with serving(tmp_path, FakeDesk(), account="other"):
        with pytest.raises(BadUsage, match="main, other run on"):
            rk.attach(tmp_path)
        with rk.attach(tmp_path, "other") as handle:
            assert handle.id == "s-1"


def test_a_kill_that_nobody_answers_becomes_the_file(tmp_path, served, monkeypatch):
    desk, _, _ = served
    with rk.attach(tmp_path) as handle:
        assert handle.send("kill", reason="why").result(20) == Reply(
            desk.commands[0].id, accepted=True, text="accepted"
        )
        monkeypatch.setattr("rustro_kernel.session.outside.KILL_S", 0.05)
        desk.held["kill"] = Future()
        lock = SessionLock(tmp_path, "main", "stuck")
        reply = handle.send("kill", reason="why").result(20)
        assert reply.accepted
        assert "EMERGENCY_STOP was written" in reply.text
        assert (tmp_path / "EMERGENCY_STOP").read_text() == "why\n"
        lock.release()
        desk.held["kill"].set_result(Reply("", accepted=True, text=""))


def test_a_kill_never_waits_behind_other_commands(tmp_path, served):
    desk, _, _ = served
    desk.held["flatten"] = Future()
    with rk.attach(tmp_path) as handle:
        waiting = [handle.send("flatten") for _ in range(attached.MOST_SENT)]
        until_blocking(lambda: len(desk.commands) == attached.MOST_SENT)
        assert handle.send("pause").result(20).text == "too many wait already"
        assert handle.send("kill").result(20).accepted
        desk.held["flatten"].set_result(Reply("f", accepted=True, text="done"))
        assert {sent.result(20).text for sent in waiting} == {"done"}
        assert handle.send("pause").result(20).accepted


def test_a_handle_that_is_closed_or_forgotten_ends_its_thread(tmp_path, served):
    def threads() -> int:
        return sum(t.name == "rustro-attached" for t in threading.enumerate())

    handle, forgotten = rk.attach(tmp_path), rk.attach(tmp_path)
    assert threads() == 2
    handle.close()
    until_blocking(lambda: threads() == 1)
    gone = ref(forgotten)
    del forgotten

    def is_gone() -> bool:
        gc.collect()
        return gone() is None and threads() == 0

    until_blocking(is_gone)


def test_live_trading_is_not_confirmed_from_outside(tmp_path, served):
    with rk.attach(tmp_path) as handle, pytest.raises(LiveRefused):
        handle.confirm_live("live main")


def test_a_session_that_is_killed_and_started_again_is_followed(tmp_path):
    with crash_bench(tmp_path, mode="paper") as bench:
        bench.start()
        state = tmp_path / "state"
        until_blocking(lambda: listening(state))
        with rk.attach(state) as handle:
            until_blocking(lambda: handle.view.positions)
            first = handle.status.pid
            assert handle.status.rate_budget["orders"] == 8
            bench.kill()
            assert (state / "main.sock").is_socket()  # left behind
            bench.start()
            until_blocking(lambda: handle.status.pid != first and handle.view.state == "TRADING")
            assert handle.id == handle.view.session_id
            assert handle.send("stop").result(20).accepted
            bench.process.join(60)
            assert bench.process.exitcode == 0, bench.log
            stored = {e.seq: e for e in read_events(bench.run)}
            assert "SessionRestarted" in [e.type for e in tuple(handle.events)]
            assert all(stored[e.seq] == e for e in tuple(handle.events))
            assert not (state / "main.sock").exists()


async def test_the_cockpit_works_on_a_handle_unchanged(make, tmp_path):
    session = make(**{"sim.speed": 20})
    await session.start()
    await until(lambda: session.view.state == "WAITING")
    with rk.attach(tmp_path / "state") as handle:
        cockpit = Cockpit(handle)
        assert not cockpit._controls.press("kill")  # not armed
        assert cockpit._controls.press("pause")
        await until(lambda: "PAUSED" in handle.view.overlays)
        await until(lambda: "PAUSED" in cockpit._status.state.widget.value)
        assert "pause: accepted" in cockpit._controls.answer.value
        assert cockpit._controls.button("start") not in cockpit._controls.widget.children
        cockpit.close()
        await handle.stop()
        await session.run()
