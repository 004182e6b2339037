"""The I/O loop: the only place that numbers inputs, and the only one that reaches market or broker.

A thread with an asyncio loop of its own. The feed is pumped when its time has come on the paced
clock; commands are taken in between; what the engine asks for is carried out here. An order or a
cancellation waits until the disk holds everything up to the input that led to it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.engine.effects import REACHES_BROKER, Effect, Finish
from rustro_kernel.engine.inputs import Body, Command
from rustro_kernel.session.disk import Disk
from rustro_kernel.session.doorbell import Doorbell
from rustro_kernel.session.inbox import Inbox
from rustro_kernel.session.paced_clock import PacedClock
from rustro_kernel.session.simulated import NEVER, RAN_DRY, SimulatedWorld

log = logging.getLogger(__name__)

BATCH = 1_000
"""Inputs taken in before the loop looks at anything else."""
LOOK_AGAIN_S = 0.05
"""When the inbox is full."""


class IoLoop:
    """Intake and effects.

    Args:
        world: Market, broker, timers; touched by this thread only.
        inbox: Where numbered inputs wait.
        disk: Writes them.
        clock: The simulated time.
        request: Asks for a turn of the crank.
        finished: Told the engine's Finish, once, when intake is closed.
    """

    def __init__(
        self,
        world: SimulatedWorld,
        inbox: Inbox,
        disk: Disk,
        clock: PacedClock,
        request: Callable[[], None],
        finished: Callable[[Finish], None],
    ) -> None:
        self._world, self._inbox, self._disk, self._clock = world, inbox, disk, clock
        self._request, self._finished = request, finished
        self._loop = asyncio.new_event_loop()
        self._commands: deque[Command] = deque()
        self._asked: deque[Effect] = deque()
        self._held: deque[Effect] = deque()
        self._command_bell = Doorbell(self._loop, self._take_commands)
        self._effect_bell = Doorbell(self._loop, self._carry_out)
        self.disk_bell = Doorbell(self._loop, self._carry_out)
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = self._was_backlogged = False
        self._failure: BaseException | None = None

    def command(self, command: Command) -> None:
        """Have a command taken in. From any thread."""
        self._commands.append(command)
        self._command_bell.ring()

    def ask(self, effects: list[Effect]) -> None:
        """Have effects carried out, in order. From any thread."""
        self._asked.extend(effects)
        self._effect_bell.ring()

    def stop(self) -> None:
        """Let `run` return. From any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)

    def run(self) -> None:
        """The thread; raises what a callback raised, since nothing would come in after it."""
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(self._fail)
        self._loop.call_soon(self._pump)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()
        if self._failure is not None:
            raise self._failure

    def _fail(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._failure = context.get("exception") or SessionFailed(context["message"])
        loop.stop()

    def _pump(self) -> None:
        """Take in what is due, then come back when the next thing is."""
        if self._is_closed:
            return
        now_ns = self._clock.now_ns()
        is_more = self._take_in(now_ns)
        self._notice_backlog()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._inbox.is_full:
            self._timer = self._loop.call_later(LOOK_AGAIN_S, self._pump)
        elif is_more:
            self._timer = self._loop.call_later(0, self._pump)
        elif (due_ns := self._world.due_ns()) < NEVER:
            self._timer = self._loop.call_later(self._clock.wait_s(due_ns), self._pump)
        else:
            self._timer = self._loop.call_later(LOOK_AGAIN_S, self._run_dry)

    def _run_dry(self) -> None:
        """The market is over; unless the engine still has something to say, so is the day."""
        is_busy = self._inbox.waiting or self._asked or self._held
        if is_busy or self._world.due_ns() < NEVER:
            self._pump()
        else:
            self._close(RAN_DRY)

    def _take_in(self, now_ns: int) -> bool:
        """Number what is due, at most a batch; whether there may be more."""
        count = 0
        while count < BATCH and not self._inbox.is_full:
            happening = self._world.next(now_ns)
            if happening is None:
                break
            self._number(happening[1], happening[0])
            count += 1
        if count:
            self._request()
        return count == BATCH

    def _number(self, body: Body, ts_ns: int) -> None:
        """First the disk, then the inbox: an event can never overtake its input."""
        item = self._inbox.number(body, ts_ns)
        self._disk.put(item)
        self._inbox.put(item)

    def _notice_backlog(self) -> None:
        """Entries pause while the engine is far behind; a person resumes."""
        if self._inbox.is_backlogged and not self._was_backlogged:
            log.error("InboxBacklog: %d inputs wait", len(self._inbox.waiting))
            name = f"inbox-backlog-{self._inbox.n}"
            pause = Command(name, "pause", {"reason": "InboxBacklog"}, "session")
            self._number(pause, self._world.now_ns)
        self._was_backlogged = self._inbox.is_backlogged

    def _take_commands(self) -> None:
        """Commands are never refused for length: they are numbered at once."""
        if self._is_closed:
            return
        self._pass_time()
        while self._commands:
            self._number(self._commands.popleft(), self._world.now_ns)
        self._request()

    def _pass_time(self) -> None:
        """Move the world to now, unless something is due before."""
        now_ns = self._clock.now_ns()
        if self._world.now_ns < now_ns < self._world.due_ns():
            self._world.move_to(now_ns)

    def _carry_out(self) -> None:
        """Do what was asked; what reaches the broker waits for the disk."""
        self._pass_time()
        while self._asked:
            effect = self._asked.popleft()
            if isinstance(effect.action, REACHES_BROKER):
                self._held.append(effect)
            elif isinstance(effect.action, Finish):
                self._close(effect.action)
            else:
                self._world.carry_out(effect.action)
        self._let_through()
        self._pump()

    def _let_through(self) -> None:
        while self._held and self._held[0].input <= self._disk.durable:
            self._world.carry_out(self._held.popleft().action)

    def _close(self, finish: Finish) -> None:
        """No input is numbered after this."""
        if not self._is_closed:
            self._is_closed = True
            self._finished(finish)
