"""Attends one session from its start to its end: looks, restarts, gives up, ends with the day."""

from collections.abc import Callable
from signal import Signals

from msgspec.structs import replace

from rustro_kernel.config import Config
from rustro_kernel.configuration.sections import Serve as Settings
from rustro_kernel.records.file_lock import holder
from rustro_kernel.supervision.agenda import TradingDay
from rustro_kernel.supervision.asked import Asked
from rustro_kernel.supervision.clocks import ServeClock
from rustro_kernel.supervision.memory import Memory
from rustro_kernel.supervision.policy import Act, act
from rustro_kernel.supervision.processes import Child
from rustro_kernel.supervision.sight import ANSWER_S, Looking, exit_code_of
from rustro_kernel.supervision.telling import Voice
from rustro_kernel.supervision.watch import Finding, Limits, Verdict, begun, look

FREE_S = 5.0
"""What a killed session may take to let go of its lock."""

Keep = Callable[[Memory], None]
Start = Callable[[TradingDay | None], Child]


class Attending:
    """One session of one day.

    Args:
        cfg: Its configuration.
        day: Its hours; None where nobody knows them any more.
        clock: The market's time.
        asked: Requests to end, which are passed on.
        voice: Says what is done.
        start: Starts the session's process.
        memory: The day so far.
        keep: Remembers it.
    """

    def __init__(
        self,
        cfg: Config,
        day: TradingDay | None,
        clock: ServeClock,
        asked: Asked,
        voice: Voice,
        start: Start,
        memory: Memory,
        keep: Keep,
    ) -> None:
        self.memory = memory
        self._cfg, self._day, self._clock, self._asked = cfg, day, clock, asked
        self._voice, self._start, self._keep = voice, start, keep
        self._limits = limits(cfg.serve, has_checks=cfg.strategy.enabled)
        self._looking = Looking(cfg, memory.day.date, day, clock)
        self._watch = begun(clock.monotonic_s())
        self._stopping_s: float | None = None
        self._complained = ""

    def attend(self, child: Child) -> tuple[Act, int, str]:
        """Until it has ended: FINISH, or GIVE_UP with what it holds unsold; code and reason.

        RESTART is returned where it was refused because another session has the account.
        """
        try:
            while True:
                self._pass_on(child)
                finding = self._look(child)
                what, day = act(
                    finding,
                    self.memory.day,
                    self._cfg.serve.restarts,
                    is_stopping=self._stopping_s is not None,
                )
                self._remember(replace(self.memory, day=day))
                if what is Act.RESTART:
                    child = self._restarted(child, finding)
                elif what in (Act.WAIT, Act.SAY):
                    self._complain(finding if what is Act.SAY else None)
                    self._asked.wait(self._cfg.serve.look_s)
                else:
                    return self._left(child, what, finding)
        finally:
            self._looking.close()

    def _look(self, child: Child) -> Finding:
        sight = self._looking.look(child)
        self._remember(
            replace(self.memory, run=child.run, kernel=child.kernel or self.memory.kernel)
        )
        self._watch, finding = look(self._watch, sight, self._limits)
        since_s, now_s = self._stopping_s, sight.at_s
        is_slow = since_s is not None and now_s - since_s >= self._cfg.serve.stop_s
        if is_slow and sight.exit_code is None:
            return Finding(Verdict.STALLED, "it was asked to stop and does not", now_s)
        return finding

    def _pass_on(self, child: Child) -> None:
        for number in self._asked.take():
            if self._stopping_s is None:
                self._stopping_s = self._clock.monotonic_s()
            self._voice.say(f"{Signals(number).name} is passed on to the session", self._now())
            child.signal(number)

    def _restarted(self, child: Child, finding: Finding) -> Child:
        """End what is left of it and start it again; it goes on by itself."""
        count, most = self.memory.day.restarts, self._cfg.serve.restarts
        why = f"{finding.verdict.value}: {finding.why}"
        self._voice.alert(
            "critical",
            f"the session is restarted ({count} of {most}); {why}",
            self._now(),
            about=f"restart {count}",
        )
        child.end()
        self._wait_for_lock()
        self._complained = ""
        fresh = self._start(self._day)
        self._voice.say(f"started again as process {fresh.run.pid}", self._now())
        self._watch = begun(self._clock.monotonic_s())
        self._looking.status = None
        self._remember(replace(self.memory, run=fresh.run, kernel=None))
        return fresh

    def _left(self, child: Child, what: Act, finding: Finding) -> tuple[Act, int, str]:
        """What is to be done about a session that is over for us."""
        why = f"{finding.verdict.value}: {finding.why}"
        if what is Act.FINISH:
            return Act.FINISH, finding.exit_code, why
        child.end()
        if finding.verdict is Verdict.REFUSED and self._holder() is not None:
            return Act.RESTART, finding.exit_code, "another session has the account"
        self._wait_for_lock()
        if what is Act.END and self._looking.is_over:
            return Act.FINISH, exit_code_of(self._cfg, self.memory.day.date), why
        code = finding.exit_code if finding.exit_code > 0 else 1
        return Act.GIVE_UP, code, why

    def _wait_for_lock(self) -> None:
        """It is free once those who held it are gone."""
        until_s = self._clock.monotonic_s() + FREE_S
        while self._holder() is not None and self._clock.monotonic_s() < until_s:
            self._asked.wait(0.1)

    def _holder(self) -> str | None:
        return holder(self._cfg.state.dir / f"{self._cfg.account.id}.lock")

    def _complain(self, finding: Finding | None) -> None:
        """Tell of data that do not come, once for each time they cease to."""
        why = finding.why if finding is not None else ""
        if why and why != self._complained:
            self._voice.alert(
                "warning", f"{why}: the session lives, and was restarted for it", self._now()
            )
        self._complained = why

    def _remember(self, memory: Memory) -> None:
        if memory != self.memory:
            self.memory = memory
            self._keep(memory)

    def _now(self) -> int | None:
        return self._clock.now_ns()


def limits(serve: Settings, *, has_checks: bool) -> Limits:
    """The patience that a configuration asks for."""
    return Limits(
        look_s=serve.look_s,
        answer_s=ANSWER_S,
        start_s=serve.start_s,
        silent_s=serve.silent_s,
        idle_s=serve.idle_s,
        work_s=serve.work_s,
        end_s=serve.end_s,
        overdue_s=serve.overdue_s,
        has_checks=has_checks,
    )
