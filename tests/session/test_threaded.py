import asyncio
from concurrent.futures import ThreadPoolExecutor
from time import monotonic_ns

import pytest

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.engine.inputs import Command, StepDone
from rustro_kernel.session.io_loop import IoLoop
from rustro_kernel.session.paced_clock import PacedClock
from rustro_kernel.session.paced_gateway import PacedGateway
from rustro_kernel.session.replies import Replies
from rustro_kernel.session.safe_engine import SafeEngine
from rustro_kernel.session.simulated import SimulatedWorld
from rustro_kernel.session.threaded import Threaded
from tests.session.fakes import OPEN, START, FakeBroker, FakeMarket, FakeRecorder, TinyEngine
from tests.session.test_synchronous import Broken, Stumbling
from tests.session.waiting import until, until_blocking


class Watchful(FakeBroker):
    """Notes, with every order, up to which input the disk was."""

    def __init__(self, recorder: FakeRecorder) -> None:
        super().__init__()
        self.recorder = recorder
        self.durable: list[tuple[int, int]] = []

    def place(self, order, ts_ns):
        self.durable.append((int(order.tag[1:]), self.recorder.durable_state))
        super().place(order, ts_ns)


class Patient:
    """The wall's time, but it stands still while something is on its way to the engine or from it.

    Otherwise a machine that pauses would let the day pass before anything was subscribed.
    """

    io: IoLoop | None = None

    def __init__(self) -> None:
        self._ns, self._looked_ns = 0, monotonic_ns()

    def __call__(self) -> int:
        before_ns, self._looked_ns = self._looked_ns, monotonic_ns()
        if self.io is not None and self.io.is_idle and self.io._inbox.n:
            self._ns += self._looked_ns - before_ns
        return self._ns


class Day:
    """A threaded driver on fakes, with everything it did."""

    def __init__(self, fresh=TinyEngine, speed=2000.0, takeover_ms=20, seconds=100):
        self.recorder = FakeRecorder()
        self.broker = Watchful(self.recorder)
        self.replies = Replies()
        self.views, self.told = [], []
        world = SimulatedWorld(FakeMarket(seconds, per_second=3), self.broker, OPEN)
        world.begin(START, [StepDone("log")])
        patient = Patient()
        self.driver = Threaded(
            PacedGateway(world, PacedClock(START, speed, patient)),
            SafeEngine(fresh, TinyEngine.restore, every=50),
            self.recorder,
            None,
            takeover_ms=takeover_ms,
            tell=self._tell,
            publish=self.views.append,
        )
        patient.io = self.driver._io

    def _tell(self, events):
        self.told.extend(events)
        self.replies.see(events)
        self.replies.keep()

    def has_answered(self, id: str) -> bool:
        return any(getattr(event.data, "id", "") == id for event in tuple(self.told))

    def replayed(self):
        engine = TinyEngine()
        return [event for item in self.recorder.inputs for event in engine.apply(item).events]


async def test_a_paced_day_runs_to_its_end_and_replays():
    day = Day()
    finish = await day.driver.drive()
    assert finish.reason == "the day is over"
    assert [i.n for i in day.recorder.inputs] == list(range(1, day.driver.inbox.n + 1))
    assert day.recorder.events == day.replayed() == day.told
    assert day.views[-1].input == day.driver.inbox.n
    assert day.broker.seen == 300


async def test_orders_wait_until_everything_up_to_their_input_is_on_disk():
    day = Day()
    await day.driver.drive()
    assert len(day.broker.durable) == 30
    assert all(durable >= n for n, durable in day.broker.durable)


async def test_events_are_never_written_before_their_input():
    day = Day()
    await day.driver.drive()
    place = {call: k for k, call in enumerate(day.recorder.calls)}
    stated = {event.input for event in day.recorder.events}
    assert stated
    assert all(place[f"take {n}"] < place[f"state {n}"] for n in stated)
    assert day.recorder.durable_state == day.recorder.inputs[-1].n


async def test_the_understudy_turns_while_the_loop_is_blocked_and_leaves_when_it_is_back():
    day = Day(speed=20.0)
    drive = asyncio.ensure_future(day.driver.drive())  # noqa: TID251 - the test is the supervisor
    turns = day.driver.crank.turns
    day.driver.command(Command("c1", "pause"))
    await until(lambda: turns["notebook"])
    stalls = []
    for n in range(5):
        day.driver.command(Command(f"b{n}", "pause"))
        until_blocking(lambda n=n: day.has_answered(f"b{n}"))
        stalls.append(day.driver.health()["stalls"])
    assert turns["understudy"] >= 5
    assert len(set(stalls)) == 1  # one stall for all five, and it is not over
    await until(lambda: day.driver.health()["stalls"] > stalls[0])
    day.driver.command(Command("c2", "stop"))
    assert (await drive).reason == "stopped"
    assert day.recorder.events == day.replayed()


async def test_commands_from_any_thread_are_answered():
    day = Day(speed=1.0)
    drive = asyncio.ensure_future(day.driver.drive())  # noqa: TID251 - the test is the supervisor

    def click() -> bool:
        promised, _ = day.replies.promise(Command("click", "pause"))
        day.driver.command(Command("click", "pause"))
        return bool(promised.result(20))

    with ThreadPoolExecutor(1) as pool:
        assert await asyncio.wrap_future(pool.submit(click))
    day.driver.command(Command("c2", "stop"))
    await drive


async def test_an_engine_that_raises_is_rebuilt_and_the_ledger_is_that_of_a_replay():
    Stumbling.stumbles = {7: ValueError("x"), 120: KeyboardInterrupt(), 121: OSError("y")}
    day = Day(Stumbling)
    await day.driver.drive()
    assert day.driver.health()["rebuilt"] == 3
    assert day.recorder.events == day.replayed()


async def test_an_input_that_cannot_be_applied_fails_the_session_and_keeps_the_records():
    day = Day(Broken)
    with pytest.raises(SessionFailed, match="input 12"):
        await day.driver.drive()
    assert day.recorder.inputs[11].n == 12
    assert all(event.input < 12 for event in day.recorder.events)
