import asyncio
import datetime as dt
import os
import signal
from itertools import count
from threading import Event
from typing import Any

import pytest

from rustro_kernel.brokers.paper.doors import doors
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import at, show_clock
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.effects import Finish, SetWake
from rustro_kernel.engine.inputs import Backlogged, Command, Stalled, StrategyTook, Wake
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.records.manifest import read_manifest
from rustro_kernel.session.disk import Disk
from rustro_kernel.session.inbox import Inbox
from rustro_kernel.session.interrupts import held_back
from rustro_kernel.session.io_loop import IoLoop
from rustro_kernel.session.lags import RECENT, Lags
from rustro_kernel.session.lock import SessionLock
from rustro_kernel.session.paced_clock import PacedClock
from rustro_kernel.session.paced_gateway import PacedGateway
from rustro_kernel.session.run import open_run
from rustro_kernel.session.simulated import SimulatedWorld
from rustro_kernel.session.supervisor import Supervisor
from tests.session.fakes import OPEN, START, FakeBroker, FakeMarket, FakeRecorder
from tests.session.waiting import until_blocking


def test_paced_time_is_the_walls_times_the_speed():
    clock = PacedClock(1_000, 60.0, monotonic=count(step=1_000_000_000).__next__)
    assert clock.now_ns() == 1_000 + 60_000_000_000
    assert clock.wait_s(1_000 + 240_000_000_000) == pytest.approx(2.0)
    assert clock.wait_s(1_000) == 0.0


def test_lags_are_told_as_median_high_and_worst():
    lags = Lags(kept=100)
    for ms in range(200, 0, -1):
        lags.add(ms * 1_000_000)
    assert lags.figures() == {
        "lag_p50_us": 51_000,
        "lag_p99_us": 100_000,
        "lag_max_us": 200_000,
    }
    assert Lags().figures() == {}


def test_the_lags_of_now_are_those_of_the_last_inputs_and_the_longest_of_all():
    lags = Lags()
    assert lags.now_ms() == (0.0, 0.0)
    lags.add(900_000_000)
    for _ in range(RECENT):
        lags.add(2_000_000)
    assert lags.now_ms() == (2.0, 900.0)


def test_the_exchange_opens_halts_resumes_and_closes_when_history_says():
    rules = MarketRules.load().day(dt.date(2021, 2, 24))
    day = [(show_clock(ts), is_open) for ts, is_open in doors(rules)[1:]]
    assert day == [("09:15:00", True), ("11:40:00", False), ("15:45:00", True), ("17:00:00", False)]


def test_an_ordinary_day_has_two_doors():
    date = dt.date(2021, 11, 30)
    rules = MarketRules.load().day(date)
    assert doors(rules) == [(0, False), (at(date, "09:15"), True), (at(date, "15:30"), False)]


def test_an_interrupt_inside_a_turn_is_delivered_after_it():
    done = []

    def turn() -> None:
        with held_back():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("the whole turn")

    with pytest.raises(KeyboardInterrupt):
        turn()
    assert done == ["the whole turn"]


def io_loop(inbox: Inbox, seconds: int = 3, speed: float = 100_000.0, **flags: Any):
    """An I/O loop whose crank never turns, and what it finished with."""
    market = FakeMarket(seconds, per_second=5)
    market.watch([InstrumentKey("NSE:1")], depth=False)
    world = SimulatedWorld(market, FakeBroker(), OPEN)
    world.move_to(START)
    disk = Disk(FakeRecorder(), None, lambda: None)
    ended: list[Finish] = []
    clock = PacedClock(START, speed)
    gateway = PacedGateway(world, clock)
    return IoLoop(gateway, inbox, disk, lambda: None, ended.append, **flags), ended


def run(io: IoLoop) -> Supervisor:
    supervisor = Supervisor()
    supervisor.thread(io.run, io.stop, name="io")
    return supervisor


def test_a_backlog_is_an_input_once_and_drops_nothing():
    inbox = Inbox(backlog=4)
    supervisor = run(io_loop(inbox, states_stalls=True)[0])
    until_blocking(lambda: len(inbox.waiting) >= 16)
    supervisor.stop_threads()
    bodies = [item.body for item, _ in inbox.waiting]
    said = [body for body in bodies if isinstance(body, Backlogged)]
    assert len(said) == 1
    assert said[0].waiting >= 4
    assert len(bodies) == 16


def test_in_sim_a_backlog_leaves_no_record_that_a_replay_would_lack():
    inbox = Inbox(backlog=4)
    supervisor = run(io_loop(inbox)[0])
    until_blocking(lambda: len(inbox.waiting) >= 15)
    supervisor.stop_threads()
    assert {type(item.body) for item, _ in inbox.waiting} == {Tick}


@pytest.mark.parametrize(("states_stalls", "taken"), [(True, 2), (False, 0)])
def test_stalls_are_inputs_in_paper_and_live_only(states_stalls, taken):
    inbox = Inbox()
    io, _ = io_loop(inbox, states_stalls=states_stalls)
    supervisor = run(io)
    io.stalled(Stalled(300, "cell.py:1:f"))
    io.stalled(StrategyTook(1_200))
    io.command(Command("c1", "kill"))
    until_blocking(lambda: any(isinstance(i.body, Command) for i, _ in inbox.waiting))
    supervisor.stop_threads()
    stalls = [i for i, _ in inbox.waiting if isinstance(i.body, (Stalled, StrategyTook))]
    assert len(stalls) == taken


def test_a_full_inbox_makes_the_feed_wait_but_never_a_command():
    inbox = Inbox(bound=3)
    io, _ = io_loop(inbox)
    supervisor = run(io)
    until_blocking(lambda: len(inbox.waiting) == 3)
    io.command(Command("c1", "kill"))
    until_blocking(lambda: len(inbox.waiting) == 4)
    inbox.waiting.clear()
    until_blocking(lambda: inbox.n >= 7)
    supervisor.stop_threads()


def test_a_paced_market_that_runs_dry_ends_the_day():
    inbox = Inbox()
    io, ended = io_loop(inbox)
    supervisor = run(io)
    until_blocking(lambda: len(inbox.waiting) == 15)
    inbox.waiting.clear()
    until_blocking(lambda: ended)
    supervisor.stop_threads()
    assert ended[0].exit_code == 1


def test_the_manifest_says_how_the_run_ended(tmp_path):
    run = open_run(tmp_path / "run", SessionLock(tmp_path, "main", "s"), "")
    run.close(Finish("killed", 4), {})
    sealed = read_manifest(tmp_path / "run")
    assert (sealed.exit_code, sealed.reason) == (4, "killed")


async def test_the_supervisor_ends_what_it_started():
    supervisor = Supervisor()
    task = supervisor.spawn(asyncio.sleep(1000), name="sleeper")
    await asyncio.sleep(0)
    await supervisor.stop()
    assert task.cancelled()


def test_a_thread_that_is_slow_to_end_is_named_and_waited_for(monkeypatch):
    monkeypatch.setattr("rustro_kernel.session.supervisor.JOIN_S", 0.01)
    named = Event()
    monkeypatch.setattr("rustro_kernel.session.supervisor.log.error", lambda *_: named.set())
    supervisor = Supervisor()
    thread = supervisor.thread(named.wait, lambda: None, name="slow disk")
    supervisor.stop_threads()
    assert not thread.is_alive()


async def test_a_failing_task_is_logged(caplog):
    async def fail() -> None:
        raise ValueError("broken")

    task = Supervisor().spawn(fail(), name="fails")
    with pytest.raises(ValueError, match="broken"):
        await task
    await asyncio.sleep(0)
    assert "task fails failed" in caplog.text


def test_a_wake_replaces_the_one_before():
    world = SimulatedWorld(FakeMarket(0), FakeBroker(), OPEN)
    world.carry_out(SetWake(5))
    world.carry_out(SetWake(3))
    assert world.next() == (3, Wake(3))
