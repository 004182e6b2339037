"""The crank and its four threads: notebook loop, I/O loop, disk, understudy."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from threading import get_ident

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.engine.asked import AtHand
from rustro_kernel.engine.effects import REACHES_BROKER, Effect, Finish
from rustro_kernel.engine.inputs import Command, Stalled, StrategyTook
from rustro_kernel.engine.turn import Event, Turn
from rustro_kernel.engine.view import View
from rustro_kernel.records.health import HealthLog, HealthNote
from rustro_kernel.session.crank import Crank
from rustro_kernel.session.disk import Disk, State
from rustro_kernel.session.doorbell import Doorbell
from rustro_kernel.session.emergency import EmergencyStop
from rustro_kernel.session.forks import FORKED
from rustro_kernel.session.inbox import Inbox
from rustro_kernel.session.io_loop import IoLoop
from rustro_kernel.session.load import Load
from rustro_kernel.session.memory import rss_bytes
from rustro_kernel.session.parts import Gateway, Keeping
from rustro_kernel.session.safe_engine import SafeEngine
from rustro_kernel.session.supervisor import Supervisor
from rustro_kernel.session.understudy import Understudy

log = logging.getLogger(__name__)

Tell = Callable[[Sequence[Event]], None]
Publish = Callable[[View], None]


class Threaded:
    """Drives a day by the clock. Make and drive it on the notebook's loop.

    Args:
        gateway: The world: simulated at a pace, paper or live.
        engine: Decides.
        recorder: Keeps inputs and events; belongs to the disk thread meanwhile.
        health: Keeps stalls; belongs to the disk thread meanwhile.
        takeover_ms: How long the notebook's loop may hesitate.
        tell: Sees every turn's events, on whichever thread turned; must not raise.
        publish: Given the view after each turn of the crank.
        inbox: Numbers the inputs; a session that goes on has numbered some before.
        snapshot_ns: So often the state is kept on disk, in the session's time; 0: never.
        states_stalls: Whether stalls are inputs, as in paper and live; else they are health only.
        emergency: The file that kills; None: nobody looks for it.
    """

    def __init__(
        self,
        gateway: Gateway,
        engine: SafeEngine,
        recorder: Keeping,
        health: HealthLog | None,
        *,
        takeover_ms: int,
        tell: Tell,
        publish: Publish,
        inbox: Inbox | None = None,
        snapshot_ns: int = 0,
        states_stalls: bool = False,
        emergency: EmergencyStop | None = None,
    ) -> None:
        self._emergency = emergency
        self._engine, self._tell = engine, tell
        self._gateway = gateway
        self._snapshot_ns, self._next_snapshot_ns = snapshot_ns, 0
        self._stalls = 0
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[Finish] = self._loop.create_future()
        self.inbox = inbox or Inbox()
        self.crank = Crank(
            engine,
            self.inbox.waiting,
            self._deal,
            publish,
            self._request,
            slow_strategy=self._strategy_took,
        )
        self._bell = Doorbell(self._loop, self._turn)
        self._understudy = Understudy(
            self._bell, self.crank, takeover_ms, get_ident(), self._stalled
        )
        self._disk = Disk(recorder, health, self._synced)
        self._io = IoLoop(
            gateway,
            self.inbox,
            self._disk,
            self._request,
            self._finished,
            emergency,
            states_stalls=states_stalls,
            measured=lambda: {"rss_bytes": rss_bytes(), **self.load().figures()},
        )

    async def drive(self) -> Finish:
        """Run the threads to the end of the day.

        Raises:
            SessionFailed: If the engine cannot go on.
        """
        supervisor = Supervisor()
        for part, name in (
            (self._disk, "rustro-disk"),
            (self._understudy, "rustro-understudy"),
            (self._io, "rustro-io"),
        ):
            supervisor.thread(partial(self._guarded, part.run, name), part.stop, name=name)
        try:
            return await self._ended
        finally:
            await self._wound_up(supervisor)

    def command(self, command: Command) -> None:
        """Take in a command. From any thread."""
        self._io.command(command)

    def abandon(self) -> None:
        """This is a forked child: the threads are elsewhere."""
        self.crank.failure = SessionFailed(FORKED)
        self._io.abandon()

    def discarded(self) -> dict[str, int]:
        """Packets of the broker's stream that never became ticks, by quality rule."""
        return self._gateway.discarded()

    def health(self) -> dict[str, int]:
        """Lags, stalls, and how often each thread turned."""
        turns = {f"turns_{who}": count for who, count in self.crank.turns.copy().items()}
        figures = {"inputs": self.inbox.n, "rebuilt": self._engine.rebuilt, "stalls": self._stalls}
        return {**figures, **turns, **self.crank.lags.figures()}

    def load(self) -> Load:
        """How the threads get on with their work. From any thread; never waits."""
        p99_ms, max_ms = self.crank.lags.now_ms()
        return Load(
            ticks=self.inbox.ticks,
            data_age_ms=self.inbox.data_age_ms(),
            loop_lag_p99_ms=p99_ms,
            loop_lag_max_ms=max_ms,
            queue_depth=len(self.inbox.waiting),
            queue_age_ms=self.inbox.queue_age_ms(),
            disk_backlog=max(0, self.inbox.n - self._disk.durable),
            stalls=self._stalls,
            rebuilt=self._engine.rebuilt,
            rate_budget=self._gateway.rate_budget(),
        )

    def at_hand(self, name: str = "") -> AtHand:
        """What people ask for now and then, between two turns. From any thread."""
        return self.crank.look(lambda: self._engine.at_hand(name))

    def _guarded(self, run: Callable[[], None], name: str) -> None:
        """A thread that dies ends the session: never a silent stall."""
        try:
            run()
        except BaseException as exc:
            log.exception("thread %s failed", name)
            failure = SessionFailed(f"{name} failed: {exc!r}")
            self._on_loop(lambda: self._fail(failure))

    def _wind_up(self, supervisor: Supervisor) -> None:
        """Intake first, then what it left in the inbox, then the disk."""
        supervisor.stop_last()
        while self.inbox.waiting and self.crank.failure is None:
            self.crank.turn("closing")
        supervisor.stop_threads()
        if self._emergency is not None:
            self._emergency.put_away()  # by now its command is on disk

    async def _wound_up(self, supervisor: Supervisor) -> None:
        """Return only when no thread touches the records any more, however often cancelled."""
        winding = self._loop.run_in_executor(None, self._wind_up, supervisor)
        while not winding.done():
            with suppress(asyncio.CancelledError):
                await asyncio.shield(winding)
        winding.result()

    def _request(self) -> None:
        self._bell.ring()
        self._understudy.nudge()

    def _turn(self) -> None:
        self.crank.turn("notebook")
        if self.crank.failure is not None:
            self._fail(self.crank.failure)

    def _deal(self, turn: Turn) -> None:
        """A turn's events to the disk, then to who watches; its effects to the I/O loop."""
        if turn.events:
            self._disk.put((turn.n, turn.events))
        else:
            self._disk.quiet(turn.n)
        if self._snapshot_ns and turn.ts >= self._next_snapshot_ns:
            self._next_snapshot_ns = turn.ts + self._snapshot_ns
            self._disk.put(State(turn.n, self._engine.snapshot()))
        if turn.effects:
            self._ask(turn.effects)
        if turn.events:
            self._tell(turn.events)

    def _ask(self, effects: list[Effect]) -> None:
        if any(isinstance(effect.action, REACHES_BROKER) for effect in effects):
            self._disk.hurry()
        self._io.ask(effects)

    def _synced(self) -> None:
        self._io.disk_bell.ring()

    def _stalled(self, lag_ms: int, culprit: str) -> None:
        """A stall of the notebook's loop is over."""
        self._stalls += 1
        values: dict[str, int | float | str] = {"lag_ms": lag_ms, "culprit": culprit}
        self._disk.put(HealthNote(time.time_ns(), "stall", values))
        self._io.stalled(Stalled(lag_ms, culprit))

    def _strategy_took(self, took_ms: int) -> None:
        """A call of the strategy is over that took too long."""
        self._disk.put(HealthNote(time.time_ns(), "strategy", {"took_ms": took_ms}))
        self._io.stalled(StrategyTook(took_ms))

    def _fail(self, failure: SessionFailed) -> None:
        if not self._ended.done():
            self._ended.set_exception(failure)

    def _finished(self, finish: Finish) -> None:
        self._on_loop(lambda: self._end(finish))

    def _on_loop(self, act: Callable[[], None]) -> None:
        """Act on the notebook's loop; when that is closed, nobody waits for it any more."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(act)

    def _end(self, finish: Finish) -> None:
        if not self._ended.done():
            self._ended.set_result(finish)
