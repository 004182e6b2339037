"""The session: one run of rustro for one trading day, and the handle a person has on it."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from rustro_kernel.config import Config
from rustro_kernel.control.messages import Reply
from rustro_kernel.control.server import Server
from rustro_kernel.domain.errors import NotATradingDay, Refused, SessionFailed
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.engine.effects import Finish
from rustro_kernel.engine.inputs import Command
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import View
from rustro_kernel.records.minutes import HALF_HOUR
from rustro_kernel.records.report import Report
from rustro_kernel.session import composition, forks, memory, slot, upkeep
from rustro_kernel.session.confirmation import Confirmation
from rustro_kernel.session.desk import SessionDesk
from rustro_kernel.session.driver import Driver
from rustro_kernel.session.endings import Course, Endings
from rustro_kernel.session.hosting import host
from rustro_kernel.session.interrupts import as_cancellations
from rustro_kernel.session.outlets import Outlets, open_outlets
from rustro_kernel.session.plans import LivePlan, Plan
from rustro_kernel.session.printing import Printing
from rustro_kernel.session.replies import Replies, unreadable
from rustro_kernel.session.result import SessionResult
from rustro_kernel.session.run import Run
from rustro_kernel.session.supervisor import Supervisor
from rustro_kernel.session.telling import Telling
from rustro_kernel.strategies import Strategy

SWITCH_INTERVAL_S = 0.0005
"""How long a thread may keep the GIL while another wants it: a Python loop in a cell costs 2 ms."""


class Session(Telling):
    """A trading day under one configuration. Start it once; make a new one for another run.

    Args:
        cfg: The configuration.
        strategy: A class that decides instead of what the configuration names, typed in a cell
            perhaps: sim and paper trade it, live wants it in a file (`rk.save_strategy`).
        out: Given each readable line, without its newline.
        picture_s: How often the lines draw the picture of the moment; session.ipynb wants it
            each minute, a person at a panel has it before the eyes.

    Raises:
        BadUsage: If the configuration is none.
    """

    def __init__(
        self,
        cfg: Config,
        *,
        strategy: type[Strategy] | None = None,
        out: Callable[[str], None] | None = None,
        picture_s: int = HALF_HOUR // SECOND,
    ) -> None:
        super().__init__(cfg)
        self._strategy, self._out = strategy, out or _write_line
        self._supervisor = Supervisor()
        self._replies = Replies()
        self._server: Server | None = None
        self._outlets = Outlets()
        self._ended: asyncio.Task[SessionResult] | None = None
        self._course = Course(self._end)
        self._endings = Endings(self._course)
        self._stay_in_parent: Callable[[], None] = lambda: None
        self._confirmation = Confirmation(cfg.mode, cfg.account.id)
        self._printing = Printing(self._say, self._bus, picture_s)

    async def start(self) -> None:
        """Begin to trade in the background.

        On a day without trading, paper and live say so and stay idle; `run` returns at once.

        Raises:
            BadUsage: If the configuration or the data cannot be used; nothing was written.
            Refused: If another session runs in this kernel or on this account, or if live trading
                was not confirmed.
        """
        if self._ended is not None or slot.running() is self:
            raise Refused(f"session {self.id} was already started")
        self._confirmation.check()
        slot.claim(self)
        memory.make_room()
        try:
            plan = await asyncio.to_thread(composition.plan, self._cfg, self._strategy)
            self.id = plan.session_id
            self._bus.open(asyncio.get_running_loop())
            run = await self._opened(plan)
        except NotATradingDay as exc:
            slot.free(self)
            if self._cfg.mode == "sim":
                raise
            self._stay_idle(str(exc))
            return
        except BaseException:
            slot.free(self)
            raise
        self._endings.open()
        self._stay_in_parent = forks.in_child(self._forget)
        self._ended = self._supervisor.spawn(self._drive(run), name=f"session {self.id}")
        self._count_down(plan)

    async def run(self) -> SessionResult:
        """Start if needed, and wait for the end of the day.

        The first cancellation (Ctrl-C, a stopped cell) closes everything and ends the session in
        good order, the second one is the kill switch, the third is passed on.
        """
        if self._ended is None:
            await self.start()
        if self._ended is None:
            return SessionResult(0, " ".join(self.view.refusals))
        self._course.is_awaited = True
        with as_cancellations(asyncio.current_task()):
            return await self._wait(self._ended)

    def send(
        self, name: str, *, id: str = "", actor: str = "operator", **args: str
    ) -> "Future[Reply]":
        """Ask the engine for something; the future is its reply. From any thread.

        Args:
            name: A key of `engine.commands.COMMANDS`.
            id: Makes a double click one command; empty: a new one.
            actor: Who asks, for the record.
            args: What the command needs.
        """
        return self.take(Command(id or self._replies.new_id(), name, args, actor))

    def take(self, command: Command) -> "Future[Reply]":
        """Have a command taken in; the future is its reply. From any thread."""
        problem = unreadable(command)
        if problem or (self._driver is None and not self._replies.are_over):
            early: Future[Reply] = Future()
            text = problem or "the session has not begun"
            early.set_result(Reply(str(command.id), accepted=False, text=text))
            return early
        promised, is_new = self._replies.promise(command)
        if is_new and self._driver is not None:
            self._driver.command(command)
        return promised

    @property
    def to_confirm(self) -> str:
        """What must be typed before live trading may start; empty where nothing must."""
        return self._confirmation.words if self._confirmation.is_needed else ""

    def confirm_live(self, words: str) -> None:
        """Confirm that this session trades real money, by typing `to_confirm`.

        Raises:
            LiveRefused: If these are not the words.
        """
        self._confirmation.give(words)

    async def _opened(self, plan: Plan) -> Run:
        """Everything a session holds while it runs."""
        self._outlets = await asyncio.to_thread(open_outlets, plan)
        try:
            run = composition.open_run(plan)
            self.folder = run.folder
            self._driver = driver = self._made_driver(plan, run)
            self._questions.open(driver)
            self._desk = SessionDesk(self, plan, run, driver.load)
            self._server = host(self._cfg, self._desk, run, self._supervisor, self._out)
        except BaseException:
            await asyncio.to_thread(self._outlets.close)
            raise
        return run

    def _made_driver(self, plan: Plan, run: Run) -> Driver:
        """The driver; a run that nothing can drive gives its lock back."""
        try:
            made = composition.driver(plan, run, self._see, self._publish)
            self._printing.open(asyncio.get_running_loop(), run.folder)
        except BaseException:
            run.abandon()
            raise
        return made

    async def _wait(self, ended: "asyncio.Task[SessionResult]") -> SessionResult:
        """The end of the day, through two cancellations; see `run`."""
        for name in ("stop", "kill"):
            try:
                return await asyncio.shield(ended)
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if ended.cancelled() or task is None:
                    raise
                task.uncancel()  # the flatten must run to its end
                self._send_end(name, "interrupt")
        return await asyncio.shield(ended)

    def _end(self, actor: str) -> None:
        """The process is to end: stop, unless that is under way. From any thread."""
        if "STOPPING" not in self.view.overlays:
            self._send_end("stop", actor)

    def _send_end(self, name: str, actor: str) -> None:
        flatten = not self._cfg.run.leave_positions
        self.send(name, actor=actor, flatten=str(flatten).lower())

    def _forget(self) -> None:
        """This is a forked child: the session is its parent's."""
        driver, self._driver = self._driver, None
        if driver is not None:
            driver.abandon()
        if self._server is not None:
            forks.let_go(self._server.descriptors())
        self._outlets.abandon()
        self._endings.restore_signals()
        slot.free(self)

    def _count_down(self, plan: Plan) -> None:
        """Say each minute before the open, where nothing else does; over with the session."""
        if not isinstance(plan, LivePlan):
            return
        counting = self._printing.count_down(plan.pace, lambda: self.view)
        task = self._supervisor.spawn(counting, name=f"count-down of {self.id}")
        assert self._ended is not None
        self._ended.add_done_callback(lambda _: task.cancel())

    async def _drive(self, run: Run) -> SessionResult:
        assert self._driver is not None
        finish = Finish("interrupted", 1)
        interval_s = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        try:
            finish = await self._driver.drive()
        except SessionFailed as exc:
            finish = Finish(exc.reason, exc.exit_code)
        except OSError as exc:
            finish = Finish(f"the records cannot be written: {exc}", SessionFailed.exit_code)
        finally:
            sys.setswitchinterval(interval_s)
            self._replies.end()
            slot.free(self)
            self._course.is_done.set()
            report = await self._settled(run, finish)
        self._bus.deliver()
        if not any(event.type == "ShutdownCompleted" for event in self.events):
            # Not the engine ended the day, so no event says why.
            self._out(f"Ended: {finish.reason} (exit code {finish.exit_code})")
        return SessionResult(finish.exit_code, finish.reason, run.folder, report)

    async def _settled(self, run: Run, finish: Finish) -> Report:
        """Records closed, post-market work done, everybody told."""
        try:
            report = await self._closed(run, finish)
            await self._afterwards(run)
        finally:
            await asyncio.to_thread(self._outlets.close)
            self._let_go()
        return report

    def _let_go(self) -> None:
        """A notebook keeps its session: keep the figures, not the engine and the market."""
        self._server = None
        self._keep_figures()
        memory.give_back()

    async def _closed(self, run: Run, finish: Finish) -> Report:
        """The report; where the disk has none, the last line says so before it is raised."""
        try:
            return await asyncio.shield(asyncio.to_thread(run.close, finish, self._figures()))
        except SessionFailed as exc:
            self._bus.deliver()
            self._out(f"Ended: {exc.reason}")
            raise
        finally:
            self._outlets.ended(finish.reason, finish.exit_code)
            try:
                await self._outlets.flushed()
            finally:
                self._stay_in_parent()
                self._endings.close()
                self._course.is_closed.set()

    async def _afterwards(self, run: Run) -> None:
        """Post-market work, on a day that ended by the close; simulated ones need none."""
        if not self._outlets.is_post_market or not upkeep.is_wanted(self._cfg):
            return
        self._bus.deliver()
        day = self.view.date
        for note in await asyncio.to_thread(upkeep.post_market, self._cfg, run.folder, day):
            self._out(note.text)
            self._outlets.say(note.level, note.text)

    def _stay_idle(self, sentence: str) -> None:
        """No trading today: nothing was made, and the session can be started another day."""
        self.view = View(mode=self._cfg.mode, state="CLOSED", refusals=(sentence,))
        self._out(sentence)

    def _see(self, events: Sequence[Event]) -> None:
        """A turn's events, on whichever thread turned."""
        self._replies.see(events)
        if self._desk is not None:
            self._desk.see(events)
        self._outlets.see(events)
        self.events.extend(events)
        self._bus.publish(events)
        if events and events[-1].type == "ShutdownCompleted":
            self._course.is_done.set()

    def _publish(self, view: View) -> None:
        """Swap the view: one assignment, so that readers on any thread see a whole one."""
        self.view = view
        self._replies.keep()
        self._printing.reach(view.now_ns)

    def _say(self, text: str, event: Event | None) -> None:
        """A readable line."""
        self._outlets.write(text, event)
        self._out(text)


def _write_line(text: str) -> None:
    sys.stdout.write(text + "\n")
