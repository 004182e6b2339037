import asyncio
import datetime as dt
import errno
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from weakref import WeakSet

import pytest

import rustro_kernel as rk
from rustro_kernel.domain.errors import (
    AlreadyRunning,
    BadConfig,
    LiveRefused,
    NotATradingDay,
    Refused,
    SessionFailed,
)
from rustro_kernel.engine.engine import Engine
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.replay import replay
from rustro_kernel.records.verify import verify
from rustro_kernel.session import composition, slot
from rustro_kernel.session.session import Session
from tests.session.live.exchange_day import addresses, log_in_with, telling_time

MUHURAT = "2021-11-04"  # one hour of trading: a short day


@pytest.fixture(autouse=True)
def free_slot():
    yield
    assert slot.running() is None


@pytest.fixture
def make(tmp_path):
    """Sessions of a short generated day, with the lines they print."""

    def make(out: str = "run", **keys: object) -> Session:
        chosen = {
            "sim.date": MUHURAT,
            "run.out": tmp_path / out,
            "state.dir": tmp_path / "state",
            **{key.replace("__", "."): value for key, value in keys.items()},
        }
        lines: list[str] = []
        session = Session(rk.Config.load(**chosen), out=lines.append)
        session.lines = lines  # type: ignore[attr-defined]  # for the tests only
        return session

    return make


async def test_a_generated_day_ends_with_a_whole_run_folder(make):
    session = make()
    result = await session.run()
    assert (result.exit_code, result.reason) == (0, "end of day")
    assert result.report.run.session_id == session.id
    assert replay(result.folder, Engine).is_identical
    assert verify(result.folder) == []
    assert session.view.input == session.health["inputs"]


async def test_an_ended_session_lets_go_of_engine_and_market_and_answers_on(make, monkeypatch):
    drivers = WeakSet()
    plain = composition.driver

    def driver(*args):
        made = plain(*args)
        drivers.add(made)
        return made

    monkeypatch.setattr(composition, "driver", driver)
    session = make()
    await session.run()
    assert list(drivers) == []
    assert session.health["inputs"] > 1000
    assert session.discarded == {}
    assert session.send("pause").result(0).text == "the session has ended"
    assert "MarketOpened" in {event.type for event in session.events}


async def test_the_same_day_twice_is_the_same_ledger_byte_for_byte(make):
    sums = set()
    for out in ("one", "two"):
        result = await make(out).run()
        sums.add(sha256((result.folder / "events.jsonl").read_bytes()).hexdigest())
    assert len(sums) == 1


async def test_lines_tell_the_day_and_one_each_half_hour_the_moment(make):
    session = make()
    await session.run()
    text = "\n".join(session.lines)
    assert f"17:55:00 Session {session.id}" in text or f"Session {session.id}" in text
    assert "is a trading day (Muhurat" in text or "(muhurat)" in text
    assert text.endswith("(exit code 0)")
    assert sum("VIX " in line and "P&L" in line for line in session.lines) >= 2


async def test_a_second_session_in_this_kernel_is_refused_and_names_the_first(make):
    first = make("one")
    await first.start()
    with pytest.raises(AlreadyRunning, match=first.id):
        await make("two").start()
    await first.run()
    await make("two").run()


async def test_a_session_can_be_started_only_once(make):
    session = make()
    await session.start()
    with pytest.raises(Refused, match="already started"):
        await session.start()
    await session.run()


@pytest.mark.parametrize(
    ("keys", "error"),
    [
        ({"sim__date": "2021-11-05"}, NotATradingDay),
        ({"mode": "paper"}, BadConfig),  # no credentials
        ({"mode": "live"}, LiveRefused),
        ({"strategy__name": "nobody"}, BadConfig),
    ],
)
async def test_what_cannot_run_is_refused_before_anything_is_written(make, tmp_path, keys, error):
    with pytest.raises(error):
        await make(**keys).run()
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_that_holds_a_run_is_never_written_to(make):
    await make().run()
    with pytest.raises(BadConfig, match="holds a run already"):
        await make().run()


async def test_operator_commands_are_answered_from_the_loop_and_from_other_threads(make):
    session = make(sim__date="2021-11-30")  # a long day: it must not end before the last reply
    assert session.send("pause").result(0).text == "the session has not begun"
    await session.start()
    assert await session.pause()
    assert not await session.pause()
    assert await session.resume("because")
    assert (await session.set("risk.max_positions", "2")).accepted
    assert "no open position P9" in (await session.close("P9")).text
    with ThreadPoolExecutor(1) as pool:
        reply = await asyncio.wrap_future(pool.submit(lambda: session.send("pause").result(20)))
    assert reply.accepted
    assert await session.stop()
    assert (await session.run()).reason.startswith("stopped")
    assert not await session.pause()


@pytest.mark.parametrize("speed", ["max", 60])
async def test_a_command_right_after_the_start_is_not_the_first_input(make, speed):
    session = make(sim__date="2021-11-30", sim__speed=speed)
    await session.start()
    assert await session.pause()
    assert await session.stop()
    assert (await session.run()).reason.startswith("stopped")


async def test_the_first_cancellation_stops_in_good_order(make):
    session = make()
    await session.start()
    task = asyncio.ensure_future(session.run())  # noqa: TID251 - stands for the awaited cell
    await asyncio.sleep(0)
    task.cancel()
    result = await task
    assert result.reason.startswith("stopped")
    assert result.exit_code == 0
    assert verify(result.folder) == []


async def test_the_second_cancellation_is_the_kill_switch(make, monkeypatch):
    session, sent = make(sim__speed=1), []
    await session.start()
    send = session.send
    monkeypatch.setattr(session, "send", lambda name, **a: (sent.append(name), send(name, **a)))
    task = asyncio.ensure_future(session.run())  # noqa: TID251 - stands for the awaited cell
    for _ in range(2):
        await asyncio.sleep(0)
        task.cancel()
    await task
    assert sent == ["stop", "kill"]


async def test_a_watcher_that_raises_does_not_matter(make):
    session = make()
    session.subscribe(lambda event: 1 / 0)
    assert (await session.run()).exit_code == 0


async def test_why_explains_the_running_day(make):
    session = make()
    await session.run()
    assert session.why("18:45")
    assert session.why()


async def test_a_paced_session_replays_identically(make):
    session = make(sim__speed=2000)
    result = await session.run()
    assert result.exit_code == 0
    assert replay(result.folder, Engine).is_identical
    assert session.health["turns_notebook"] > 0


@pytest.mark.parametrize("mode", ["paper", "live"])
async def test_on_a_day_without_trading_paper_and_live_say_so_and_stay_idle(
    make, tmp_path, monkeypatch, mode
):
    log_in_with(monkeypatch)
    with telling_time(dt.date(2026, 1, 26)) as url:
        session = make(mode=mode, **addresses(url))
        if mode == "live":
            session.confirm_live(session.to_confirm)
        await session.start()
        assert slot.running() is None
        result = await session.run()
    assert (result.exit_code, result.folder) == (0, None)
    assert "the next one is 2026-01-27" in result.reason
    assert session.lines == [result.reason] * 2
    assert session.view.refusals == (result.reason,)
    assert list(tmp_path.iterdir()) == []


def full(name: str, call: Callable[[int], None]) -> Callable[[int], None]:
    """A call of the system that finds no room for files of a name."""

    def refused(fd: int) -> None:
        if name in Path(f"/proc/self/fd/{fd}").readlink().name:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        call(fd)

    return refused


@pytest.mark.parametrize(
    ("call", "name", "reason"),
    [
        ("fsync", "orders.jsonl", "end of day"),
        ("fdatasync", "events.jsonl", "end of day"),
        ("fsync", "report.html", "end of day"),
    ],
)
async def test_a_disk_that_is_full_at_the_end_is_one_sentence(
    make, monkeypatch, call, name, reason
):
    monkeypatch.setattr(os, call, full(name, getattr(os, call)))
    session = make()
    with pytest.raises(SessionFailed) as failed:
        await session.run()
    folder = session._cfg.run.out
    assert failed.value.reason == (
        f"{reason}; its records are not complete: No space left on device. All that orders relied "
        f"on is in {folder}; make room before the next session"
    )
    assert session.lines[-1] == f"Ended: {failed.value.reason}"
    monkeypatch.undo()
    assert [event.type for event in read_events(folder)][-1] == "ShutdownCompleted"
    assert (await make("next").run()).exit_code == 0  # the lock was given back
