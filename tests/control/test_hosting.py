"""Every driver's session answers on its socket, whatever its notebook is doing."""

import asyncio
import os
import stat
import time
from threading import Event as Signal

import pytest

from rustro_kernel.control.client import Client
from rustro_kernel.control.places import socket_path
from rustro_kernel.domain.errors import AlreadyRunning, NotRunning
from rustro_kernel.records.health import read_health
from rustro_kernel.session import io_loop, slot
from rustro_kernel.session.run import Run
from tests.session.waiting import until, until_blocking


def ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


async def asked(call):
    """Ask on another thread, as another process would."""
    return await asyncio.to_thread(call)


async def test_a_paced_session_says_how_it_is_and_takes_commands(make, tmp_path):
    session = make(**{"sim.speed": 20})
    await session.start()
    await until(lambda: session.view.state == "WAITING")
    path = socket_path(tmp_path / "state", "main")
    assert path == tmp_path / "state" / "main.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with Client(path) as client:
        status = client.status()  # blocks the notebook's loop
        assert (status.session_id, status.state, status.pid) == (session.id, "WAITING", os.getpid())
        assert status.folder == str(tmp_path / "run")
        reply = client.send("pause", id="c-1")
        assert reply.accepted
        assert client.send("pause", id="c-1") == reply
        assert client.send("pause").text == "already paused"
        assert "PAUSED" in client.status().overlays
        view = client.view()
        assert view is not None
        assert client.view(view.input) is None or session.view.input > view.input
        events = client.events().events
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert events == tuple(session.events)[: len(events)]
        assert client.why() == session.why()
        assert client.send("stop").accepted
    result = await session.run()
    assert result.reason.startswith("stopped")
    assert not path.exists()
    with pytest.raises(NotRunning):
        Client(path).status()


async def test_a_day_at_full_speed_answers_as_well(make, tmp_path):
    session = make(**{"sim.date": "2021-11-30"})
    await session.start()
    path = socket_path(tmp_path / "state", "main")
    await until(lambda: session.view.input)

    def talk():
        with Client(path, 20) as client:
            return client.send("pause"), client.send("stop", flatten="true"), client.status()

    paused, stopped, status = await asked(talk)
    assert paused.accepted
    assert stopped.accepted
    assert status.input > 0
    assert (await session.run()).reason.startswith("stopped")


async def test_the_figures_of_a_status_are_those_of_the_work(make, tmp_path):
    session = make(**{"sim.speed": 600})
    await session.start()
    with Client(socket_path(tmp_path / "state", "main"), 20) as client:
        await until(lambda: session.view.phase == "OPEN" and session._desk._counts["BarReady"] > 5)
        until_blocking(lambda: session.health["stalls"] == 0 and client.status().queue_age_ms < 200)
        status = client.status()
    assert status.data_age_ms is not None
    assert 0 < status.ticks <= status.input + status.queue_depth + 10_000
    assert status.seq >= status.bars > 5
    assert status.loop_lag_max_ms >= status.loop_lag_p99_ms > 0
    assert status.rss_bytes > 50_000_000
    assert status.disk_free_bytes > 0
    assert (status.mode, status.account, status.date) == ("sim", "main", session.view.date)
    assert status.folder == str(tmp_path / "run")
    assert abs(status.wall_ns - time.time_ns()) < 60e9
    assert status.started_ns < status.wall_ns
    await session.stop()
    await session.run()


async def test_while_the_report_is_made_a_command_is_refused_in_words(make, tmp_path, monkeypatch):
    session, goes_on, begun = make(**{"sim.date": "2021-11-04"}), Signal(), Signal()
    close = Run._completed

    def slowly(run, *args):
        begun.set()
        goes_on.wait(60)
        return close(run, *args)

    monkeypatch.setattr(Run, "_completed", slowly)
    await session.start()
    running = asyncio.ensure_future(session.run())  # noqa: TID251 - stands for the awaited cell
    await until(begun.is_set)
    with Client(socket_path(tmp_path / "state", "main"), 20) as client:
        assert client.status().state == "CLOSED"
        assert client.send("pause").text == "the session has ended"
    goes_on.set()
    await running


async def test_a_forked_child_lets_go_of_the_socket(make, tmp_path):
    session = make(**{"sim.speed": 20})
    await session.start()
    path = socket_path(tmp_path / "state", "main")
    with Client(path, 20) as client:
        assert client.status().pid == os.getpid()
        descriptors = session._server.descriptors()
        listening = os.fstat(session._server._listening.socket.fileno()).st_ino
        reads, writes = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(writes)
            held = {os.fstat(fd).st_ino for fd in descriptors[1:]}
            os.read(reads, 1)  # until the parent has looked
            os._exit(3 if listening in held else 0)
        await session.stop()
        await session.run()
        assert not path.exists()
        with pytest.raises(NotRunning):
            client.status()  # the connection is at its end, although the child still lives
    os.close(reads)
    os.close(writes)
    assert ended(pid) == 0


async def test_without_a_socket_the_session_trades_and_says_so(make, tmp_path, caplog):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "main.sock").write_text("not a socket")
    session = make(**{"sim.date": "2021-11-04"})
    assert (await session.run()).exit_code == 0
    assert "No control socket" in session.lines[0]
    assert "EMERGENCY_STOP" in session.lines[0]
    assert "no control socket" in caplog.text


async def test_a_state_folder_with_a_long_name_has_its_socket_elsewhere(make, tmp_path):
    state = tmp_path / ("d" * 120)
    session = make(**{"sim.speed": 20, "state.dir": state})
    await session.start()
    path = socket_path(state, "main")
    assert path.parent != state
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with Client(path, 20) as client:
        assert client.status().session_id == session.id
    await session.stop()
    await session.run()
    assert not path.exists()
    path.parent.rmdir()


async def test_a_session_that_is_refused_leaves_the_socket_of_the_one_that_runs(make, tmp_path):
    first, second = make(**{"sim.speed": 20}), make(**{"run.out": tmp_path / "two"})
    await first.start()
    slot.free(first)  # as in another process
    with pytest.raises(AlreadyRunning):
        await second.start()
    with Client(socket_path(tmp_path / "state", "main"), 20) as client:
        assert client.status().session_id == first.id
    await first.stop()
    await first.run()


async def test_the_load_is_kept_in_the_health_log_while_the_day_goes_on(make, monkeypatch):
    monkeypatch.setattr(io_loop, "MEASURE_S", 0.05)
    session = make(**{"sim.speed": 2000, "sim.date": "2021-11-04"})
    result = await session.run()
    loads = [note.values for note in read_health(result.folder) if note.kind == "load"]
    assert len(loads) > 2
    assert loads[-1]["ticks"] > loads[0].get("ticks", 0)
    assert loads[-1]["rss_bytes"] > 50_000_000
    assert {"queue_depth", "disk_backlog", "data_age_ms", "loop_lag_p99_ms"} <= set(loads[-1])
