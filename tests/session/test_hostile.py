"""What people, disks, markets and signals do to a session at the wrong moment."""

import asyncio
import os
import signal
import threading
from collections.abc import Iterator

import pytest

import rustro_kernel as rk
from rustro_kernel.control.messages import Reply
from rustro_kernel.domain.errors import Refused, SessionFailed
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.effects import Finish
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import Command
from rustro_kernel.records.health import HealthNote
from rustro_kernel.records.replay import replay
from rustro_kernel.session import composition, slot
from rustro_kernel.session.bus import Bus
from rustro_kernel.session.disk import Disk
from rustro_kernel.session.doorbell import Doorbell
from rustro_kernel.session.interrupts import held_back
from rustro_kernel.session.replies import Replies
from rustro_kernel.session.session import Session
from rustro_kernel.session.sliced import Sliced
from tests.session.fakes import FakeMarket, FakeRecorder
from tests.session.test_bus import events
from tests.session.test_synchronous import driver, ledger
from tests.session.test_threaded import Day
from tests.session.waiting import until


@pytest.fixture
def make(tmp_path):
    """Sessions of a generated hour."""

    def make(out: str = "run", **keys: object) -> Session:
        chosen = {
            "sim.date": "2021-11-04",
            "run.out": tmp_path / out,
            "state.dir": tmp_path / "state",
            **{key.replace("__", "."): value for key, value in keys.items()},
        }
        return Session(rk.Config.load(**chosen), out=lambda _: None)

    yield make
    assert slot.running() is None


BAD_WORDS = [{"flatten": True}, {"reason": "\udc80"}, {"id": 5}, {"value": object()}]


@pytest.mark.parametrize("words", BAD_WORDS)
async def test_a_command_that_could_not_be_read_from_the_records_again_is_refused(make, words):
    session = make()
    await session.start()
    reply = session.send("pause", **words).result(0)
    assert not reply
    assert "are text" in reply.text
    result = await session.run()
    assert replay(result.folder, Engine).is_identical


async def test_a_session_that_is_starting_is_not_started_again_and_keeps_its_place(make):
    session = make()
    first = asyncio.ensure_future(session.start())  # noqa: TID251 - two cells at once
    await asyncio.sleep(0)
    with pytest.raises(Refused, match="already started"):
        await session.start()
    assert slot.running() is session
    await first
    await session.run()


async def test_a_start_that_fails_late_gives_the_lock_back(make, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(composition, "driver", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await make("one").start()
    assert (await make("two").run()).exit_code == 0


class Torn(FakeMarket):
    """Its data ends in an error."""

    def seconds(self) -> Iterator[tuple[int, list[Tick]]]:
        yield from FakeMarket(5).seconds()
        raise ValueError("no such row")


async def test_a_market_that_raises_ends_the_session_instead_of_standing_still():
    day = Day()
    day.driver._io._gateway._world._seconds = Torn().seconds()
    with pytest.raises(SessionFailed, match="no such row"):
        await asyncio.wait_for(day.driver.drive(), 20)


async def test_a_dead_disk_thread_ends_the_session_instead_of_holding_orders_for_ever():
    day = Day()
    day.recorder.take = lambda item: 1 / 0
    with pytest.raises(SessionFailed, match="rustro-disk failed"):
        await asyncio.wait_for(day.driver.drive(), 20)


async def test_a_watcher_that_raises_in_the_turn_ends_the_session_when_the_understudy_turns():
    day = Day()
    day.driver._understudy._crank = type("C", (), {"turn": lambda *_: 1 / 0})()
    day.driver._bell.since_ns = 1  # a ring that the loop will not answer
    with pytest.raises(SessionFailed, match="rustro-understudy failed"):
        await asyncio.wait_for(day.driver.drive(), 20)


async def test_however_often_it_is_cancelled_no_thread_is_left_when_the_driver_returns():
    day = Day(speed=1.0)
    drive = asyncio.ensure_future(day.driver.drive())  # noqa: TID251 - stands for the session
    await until(lambda: day.driver.inbox.n)
    alive = [t for t in threading.enumerate() if t.name.startswith("rustro-")]
    while not drive.done():
        drive.cancel()
        await asyncio.sleep(0)
    assert len(alive) == 3
    assert not any(thread.is_alive() for thread in alive)


async def test_a_day_whose_notebook_loop_is_closed_is_driven_to_its_end_without_a_word():
    day = Day()
    day.driver._loop = day.driver._io._loop
    day.driver._loop.close()
    day.driver._finished(Finish("the day is over", 0))


class FullHealth:
    def note(self, *args: object, **values: object) -> None:
        pass

    def flush(self) -> None:
        raise OSError(28, "No space left on device")


def test_a_note_that_cannot_be_written_does_not_keep_the_inputs_from_the_disk():
    recorder = FakeRecorder()
    disk = Disk(recorder, FullHealth(), lambda: None)
    disk.put(HealthNote(1, "stall"))
    disk.put((1, []))
    disk.stop()
    disk.run()
    assert "state 1" in recorder.calls


class Interrupting(FakeRecorder):
    """Ctrl-C comes after each input was recorded and before it is applied."""

    def take(self, item) -> None:
        super().take(item)
        if item.n % 10 == 0:
            os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_between_two_steps_of_an_input_does_not_tear_them_apart():
    whole = driver()
    whole.run()
    made, interrupts = driver(recorder=Interrupting()), 0
    while made.finish is None:
        try:
            made.run()
        except KeyboardInterrupt:
            interrupts += 1
    assert interrupts > 1
    assert ledger(made) == ledger(whole)


def test_the_second_interrupt_at_full_speed_is_the_kill_switch():
    names = []
    made = driver(recorder=Interrupting())
    sliced = Sliced(made, lambda _: None)
    sliced.command = lambda command: names.append(command.name)
    while sliced._slice():
        pass
    assert names[:2] == ["stop", "kill"]


def test_every_interrupt_that_was_held_back_is_delivered():
    came, before = [], signal.signal(signal.SIGINT, lambda *_: came.append(1))
    try:
        with held_back():
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert came == [1, 1]


def test_under_asyncio_run_the_second_ctrl_c_is_the_kill_switch_and_tears_nothing_down(make):
    session, sent = make(sim__speed=1), []
    send, handler = session.send, signal.getsignal(signal.SIGINT)

    def noted(name: str, **args: str):
        sent.append(name)
        if name == "stop":
            os.kill(os.getpid(), signal.SIGINT)
        return send(name, **args)

    session.send = noted

    async def script():
        await session.start()
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGINT)
        return await session.run()

    result = asyncio.run(script())
    assert sent == ["stop", "kill"]
    assert result.reason != "interrupted"
    assert replay(result.folder, Engine).is_identical
    assert signal.getsignal(signal.SIGINT) is handler


class Loop:
    """Interrupted once while it is being called."""

    def __init__(self) -> None:
        self.called = 0

    def call_soon_threadsafe(self, callback) -> None:
        self.called += 1
        if self.called == 1:
            raise KeyboardInterrupt


def test_an_interrupted_ring_does_not_silence_the_bell():
    loop = Loop()
    bell = Doorbell(loop, lambda: None)
    with pytest.raises(KeyboardInterrupt):
        bell.ring()
    bell.ring()
    assert loop.called == 2


@pytest.mark.parametrize("error", [SystemExit, asyncio.CancelledError, GeneratorExit])
def test_a_watcher_that_wants_to_end_the_process_only_misses_its_event(error):
    def quits(_event) -> None:
        raise error

    bus, seen = Bus(), []
    bus.subscribe(quits)
    bus.subscribe(seen.append)
    bus.publish(events(2))
    bus.deliver()
    assert [e.seq for e in seen] == [1, 2]


def test_a_reply_nobody_waits_for_any_more_does_not_matter():
    promised, _ = Replies().promise(Command("c1", "pause"))
    promised.cancel()
    Replies._resolve(promised, Reply("c1", accepted=True, text=""))
    assert promised.cancelled()
