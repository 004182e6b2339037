"""The I/O loop: the only place that numbers inputs, and the only one that reaches market or broker.

A thread with an asyncio loop of its own. A gateway hands in what happens; commands are taken in
between; what the engine asks for goes back to the gateway. An order or a cancellation waits until
the disk holds everything up to the input that led to it (`held`).
"""

import asyncio
import logging
import selectors
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.engine.effects import REACHES_BROKER, Effect, Finish
from rustro_kernel.engine.inputs import (
    Backlogged,
    Body,
    Command,
    DiskChanged,
    Stalled,
    StrategyTook,
)
from rustro_kernel.records.health import HealthNote, Reading
from rustro_kernel.session.disk import Disk
from rustro_kernel.session.doorbell import Doorbell
from rustro_kernel.session.emergency import LOOK_S, EmergencyStop
from rustro_kernel.session.forks import let_go
from rustro_kernel.session.held import Held
from rustro_kernel.session.inbox import Inbox
from rustro_kernel.session.parts import Gateway

log = logging.getLogger(__name__)

MEASURE_S = 60.0
ENDING_S = 3.0
"""What a gateway's cancelled tasks have to close their sockets."""


class IoLoop:
    """Intake and effects; implements `parts.Intake`.

    Args:
        gateway: The world; touched by this thread only.
        inbox: Where numbered inputs wait.
        disk: Writes them.
        request: Asks for a turn of the crank.
        finished: Told the engine's Finish, once, when intake is closed.
        emergency: The file that kills; None: nobody looks for it.
        states_stalls: Whether stalls are inputs, as in paper and live; else they are health only.
        measured: The figures that are kept in the health log once a minute.
    """

    def __init__(
        self,
        gateway: Gateway,
        inbox: Inbox,
        disk: Disk,
        request: Callable[[], None],
        finished: Callable[[Finish], None],
        emergency: EmergencyStop | None = None,
        *,
        states_stalls: bool = False,
        measured: Callable[[], Mapping[str, Reading]] = dict,
    ) -> None:
        self._states_stalls = states_stalls
        self._measured = measured
        self._emergency = emergency
        self._gateway, self._inbox, self._disk = gateway, inbox, disk
        self._request, self._finished = request, finished
        self._selector = selectors.DefaultSelector()
        self._loop = asyncio.SelectorEventLoop(self._selector)
        # Before anybody can tell it anything: a command must not become the session's first input.
        self._loop.call_soon(gateway.open, self._loop, self)
        self._told: deque[Body] = deque()
        self._asked: deque[Effect] = deque()
        self._held = Held(disk)
        self._problem = ""
        self._told_bell = Doorbell(self._loop, self._take_told)
        self._effect_bell = Doorbell(self._loop, self._carry_out)
        self.disk_bell = Doorbell(self._loop, self._carry_out)
        self._is_closed = self._was_backlogged = False
        self._finish: Finish | None = None
        self._failure: BaseException | None = None

    @property
    def is_full(self) -> bool:
        """Whether the feed has to wait."""
        return self._inbox.is_full

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way to the engine or from it."""
        return not (self._inbox.waiting or self._asked or self._held)

    def take(self, body: Body, ts_ns: int) -> None:
        """Number an input: first the disk, then the inbox, so that no event overtakes its input."""
        if self._is_closed:
            return
        item = self._inbox.number(body, ts_ns)
        self._disk.put(item)
        self._inbox.put(item)

    def take_all(self, bodies: Sequence[Body], ts_ns: int) -> None:
        """Number inputs that were received together, in this order."""
        if self._is_closed or not bodies:
            return
        items = self._inbox.number_all(bodies, ts_ns)
        self._disk.put(items)
        self._inbox.put_all(items)

    def taken(self) -> None:
        """What was taken in can be turned."""
        self._notice_backlog()
        self._request()

    def note(self, kind: str, **values: Reading) -> None:
        """Keep an observation in the health log."""
        self._disk.put(HealthNote(time.time_ns(), kind, values))

    def end(self, finish: Finish) -> None:
        """No input is numbered after this."""
        if not self._is_closed:
            self._is_closed = True
            self._gateway.close()
            self._finished(finish)

    def command(self, command: Command) -> None:
        """Have a command taken in. From any thread."""
        self._tell(command)

    def stalled(self, stall: Stalled | StrategyTook) -> None:
        """Have a stall taken in, where stalls are inputs. From any thread."""
        if self._states_stalls:
            self._tell(stall)

    def _tell(self, body: Body) -> None:
        self._told.append(body)
        self._told_bell.ring()

    def ask(self, effects: list[Effect]) -> None:
        """Have effects carried out, in order. From any thread."""
        self._asked.extend(effects)
        self._effect_bell.ring()

    def stop(self) -> None:
        """Let `run` return. From any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)

    def abandon(self) -> None:
        """This is a forked child: give up its copies of the sockets."""
        sockets = [key.fd for key in (self._selector.get_map() or {}).values()]
        let_go([*sockets, self._selector.fileno()] if sockets else [])

    def run(self) -> None:
        """The thread; raises what a callback raised, since nothing would come in after it."""
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(self._fail)
        self._loop.call_soon(self._look_for_emergency)
        self._loop.call_later(MEASURE_S, self._measure)
        try:
            self._loop.run_forever()
        finally:
            self._gateway.close()
            self._let_tasks_end()
            self._loop.close()
        if self._failure is not None:
            raise self._failure

    def _let_tasks_end(self) -> None:
        """What was cancelled closes its sockets; what does not end in time is named."""
        self._loop.set_exception_handler(None)
        tasks = asyncio.all_tasks(self._loop)
        if tasks:
            ending = asyncio.wait(tasks, timeout=ENDING_S)
            _, late = self._loop.run_until_complete(ending)
            for task in late:
                log.error("task %s does not end", task.get_name())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    def _fail(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._failure = context.get("exception") or SessionFailed(context["message"])
        loop.stop()

    def _notice_backlog(self) -> None:
        """Entries pause when the engine is far behind; a person resumes."""
        if self._inbox.is_backlogged and not self._was_backlogged:
            waiting = len(self._inbox.waiting)
            log.error("InboxBacklog: %d inputs wait", waiting)
            self.note("backlog", waiting=waiting)
            if self._states_stalls:
                self.take(Backlogged(waiting), self._gateway.now_ns())
        self._was_backlogged = self._inbox.is_backlogged

    def _take_told(self) -> None:
        """Commands and stalls are never refused for length: they are numbered at once."""
        while self._told:
            self.take(self._told.popleft(), self._gateway.now_ns())
        self._request()

    def _measure(self) -> None:
        """How it got on, for whoever asks after the day why it was slow or grew."""
        self.note("load", **self._measured())
        self._loop.call_later(MEASURE_S, self._measure)

    def _look_for_emergency(self) -> None:
        if self._emergency is not None and not self._is_closed:
            self._emergency.look(self._take_command, self._disk.durable)
            self._loop.call_later(LOOK_S, self._look_for_emergency)

    def _take_command(self, command: Command) -> int:
        """Number it; returns its number."""
        self._take_now([command])
        return self._inbox.n

    def _carry_out(self) -> None:
        """Do what was asked; what reaches the broker waits for the disk."""
        while self._asked:
            effect = self._asked.popleft()
            if isinstance(effect.action, REACHES_BROKER):
                self._held.add(effect)
            elif isinstance(effect.action, Finish):
                self._finish = effect.action
            else:
                self._gateway.carry_out(effect.action)
        for action in self._held.due():
            self._gateway.carry_out(action)
        self._notice_disk()
        if self._finish is not None and not self._held:  # what was asked before it goes before it
            self.end(self._finish)

    def _notice_disk(self) -> None:
        """Tell the engine whether records can be written; entries that cannot go are over."""
        problem = self._disk.problem
        if problem != self._problem:
            self._problem = problem
            self._take_now([DiskChanged(problem)])
        self._take_now(self._held.given_up())

    def _take_now(self, bodies: Sequence[Body]) -> None:
        for body in bodies:
            self.take(body, self._gateway.now_ns())
        if bodies:
            self._request()
