"""`rustro serve`: every trading day, one session after the other, until it is asked to end."""

import datetime as dt
from collections.abc import Callable, Sequence
from subprocess import Popen

from msgspec.structs import replace

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import AlreadyRunning, OutsideRules, RustroError, SessionFailed
from rustro_kernel.domain.market_time import SECOND, ist_date
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.records.file_lock import FileLock, holder
from rustro_kernel.session.live.planning import day_rules
from rustro_kernel.session.sessions_book import Entry, book_of, read_book
from rustro_kernel.session.unfinished import was_ended
from rustro_kernel.supervision import memory as memories
from rustro_kernel.supervision.agenda import Ahead, TradingDay, ahead, refusals, trading_day
from rustro_kernel.supervision.asked import LIVES, Asked
from rustro_kernel.supervision.attending import Attending
from rustro_kernel.supervision.clocks import ServeClock
from rustro_kernel.supervision.memory import Memory
from rustro_kernel.supervision.notify import notify
from rustro_kernel.supervision.policy import Act, Day, act
from rustro_kernel.supervision.processes import Child, born, started
from rustro_kernel.supervision.selling.sell import Outcome
from rustro_kernel.supervision.sight import exit_code_of
from rustro_kernel.supervision.telling import Voice
from rustro_kernel.supervision.watch import Finding, Verdict

Sell = Callable[[Config, dt.date, Callable[[str], None]], Outcome]
"""`selling.sell.sell`: gets rid of what a date's unfinished session holds."""


class Serve:
    """Everything of one account that happens by itself.

    Args:
        cfg: What the sessions are run with; places, account and patience are ours as well.
        words: Of `rustro run`, without a date.
        clock: The market's time.
        voice: Says what is done.
        asked: Requests to end.
        sell: Sells what a session leaves that was given up.
        start: Starts `rustro` with words.
    """

    def __init__(
        self,
        cfg: Config,
        words: Sequence[str],
        clock: ServeClock,
        voice: Voice,
        asked: Asked,
        sell: Sell,
        start: Callable[[Sequence[str]], "Popen[bytes]"] = started,
    ) -> None:
        self._cfg, self._words, self._clock, self._voice = cfg, tuple(words), clock, voice
        self._asked, self._sell, self._popen = asked, sell, start
        self._path = memories.memory_of(cfg.state.dir, cfg.account.id)
        self._memory = memories.read(self._path)
        self._unkept = ""
        self._warned: set[str] = set()
        self._announced: TradingDay | None = None

    def run(self) -> int:
        """Serve; the exit code of the session that was running when we were asked to end, or 0.

        Raises:
            AlreadyRunning: If another supervisor has the account and state folder.
            OutsideRules: If nobody knows the trading days from here on.
        """
        folder, account = self._cfg.state.dir, self._cfg.account.id
        folder.mkdir(parents=True, exist_ok=True)
        # Not *.lock: those are sessions.
        what = f"the supervision of account {account} in {folder}"
        lock = FileLock(folder / f"{account}.serving", what, "another rustro serve")
        notify("READY=1")
        try:
            while (code := self._step()) is None:
                pass
        finally:
            lock.release()
        return code

    def _step(self) -> int | None:
        """Whatever comes next: attend, sell, wait; the exit code if we are to end."""
        child = self._left_running()
        if child is not None:
            self._voice.say("a session of an earlier supervisor is watched on", self._now())
            return self._attend(self._day_of(self._memory.day.date), child)
        if self._memory.is_selling:
            return self._sold(self._memory.day.date, "it was being sold when we ended", 1)
        if self._asked.is_ending:
            return 0
        other = holder(self._cfg.state.dir / f"{self._cfg.account.id}.lock")
        if other is not None:
            self._wait_for(other)
            return None
        return self._next()

    def _wait_for(self, other: str) -> None:
        """Somebody else's session is never touched; but a person should know that ours waits."""
        text = f"waiting: the account is in use by {other}"
        if text not in self._warned:
            self._warned.add(text)
            self._voice.alert("warning", text, self._now(), about="in use")
        self._asked.wait(self._cfg.serve.look_s)

    def _next(self) -> int | None:
        """Wait for the next session, or start it."""
        now_ns = self._now()
        if now_ns is None:
            self._voice.say_once(f"waiting: {self._cfg.broker.rest_url} does not tell the time")
            self._asked.wait(self._clock.wait_s(0))
            return None
        lead_ns = round(self._cfg.serve.lead_s * SECOND)
        found = ahead(self._judge, now_ns, lead_ns, self._memory.over)
        self._say(found, now_ns)
        if found.day is None:
            self._voice.alert("critical", found.refused[-1], now_ns, about="calendar")
            raise OutsideRules("the next trading day", str(ist_date(now_ns)), "no date after it")
        if self._memory.run is not None and self._memory.day.date != found.day.date:
            self._forget()
        if now_ns < found.day.wake_ns:
            self._asked.wait(self._clock.wait_s(found.day.wake_ns))
            return None
        if was_ended(self._sessions(), self._cfg.mode, found.day.date.isoformat()):
            self._over(found.day.date, 0, "its session was ended by somebody else")
            return None
        return self._begin(found.day)

    def _forget(self) -> None:
        """A session and its supervisor were killed, and nobody came before its market closed."""
        date = self._memory.day.date
        text = f"the session of {date} was left unfinished: look at what the broker holds"
        self._voice.alert("critical", text, self._now(), about="unfinished")
        self._keep(replace(self._memory, run=None, kernel=None))

    def _begin(self, day: TradingDay) -> int | None:
        """Start the day's session, or start it again where it was killed with its supervisor."""
        today, most = self._memory.day, self._cfg.serve.restarts
        if today.date != day.date:
            self._keep(replace(self._memory, day=Day(day.date)))
        elif self._memory.run is not None:
            gone = Finding(Verdict.DEAD, "it was gone when this supervisor came")
            what, counted = act(gone, today, most)
            if what is Act.GIVE_UP:
                return self._given_up(day.date, gone.why, 1)
            self._keep(replace(self._memory, day=counted))
            text = f"the session is restarted ({counted.restarts} of {most}); {gone.why}"
            self._voice.alert("critical", text, self._now(), about=f"restart {counted.restarts}")
        self._voice.say(f"starting the session of {day}", self._now())
        return self._attend(day, self._start(day))

    def _attend(self, day: TradingDay | None, child: Child) -> int | None:
        self._keep(replace(self._memory, run=child.run, kernel=child.kernel))
        attending = Attending(
            self._cfg,
            day,
            self._clock,
            self._asked,
            self._voice,
            self._start,
            self._memory,
            self._keep,
        )
        what, code, why = attending.attend(child)
        date = self._memory.day.date
        if what is Act.FINISH:
            self._over(date, code, why)
        elif what is Act.GIVE_UP:
            return self._given_up(date, why, code)
        else:
            self._keep(replace(self._memory, run=None, kernel=None))
        return code if self._asked.is_ending else None

    def _given_up(self, date: dt.date, why: str, code: int) -> int | None:
        """Sell what the session holds, unless a person wanted to keep it."""
        if self._asked.is_ending and self._cfg.run.leave_positions:
            self._over(date, code, f"{why}; its positions are left as asked for")
            return code
        self._keep(replace(self._memory, run=None, kernel=None, is_selling=True))
        self._voice.alert(
            "critical", f"the session of {date} is given up; {why}", self._now(), about="gave up"
        )
        return self._sold(date, why, code)

    def _sold(self, date: dt.date, why: str, code: int) -> int | None:
        try:
            outcome = self._sell(self._cfg, date, self._complain)
        except AlreadyRunning as exc:  # a person has started another one: it is his now
            outcome = Outcome(is_flat=False, text=f"nothing is sold here: {exc}")
        except (RustroError, OSError, ExceptionGroup) as exc:
            outcome = Outcome(is_flat=False, text=f"nothing could be sold: {exc}")
        level = ("warning" if outcome.was_needed else "info") if outcome.is_flat else "critical"
        self._voice.alert(level, outcome.text, self._now(), about="sold")
        self._over(date, code, why)
        return code if self._asked.is_ending else None

    def _complain(self, text: str) -> None:
        notify(LIVES)
        self._voice.alert("critical", text, self._now(), about="serve sells")

    def _over(self, date: dt.date, code: int, why: str) -> None:
        """The day is done with."""
        self._voice.say(f"the session of {date} is over; {why}", self._now())
        if code != 0:
            words = "was stopped by risk" if code == 4 else "did not end in order"
            self._voice.alert("warning", f"{date} {words} (exit code {code})", self._now())
        self._keep(Memory(self._memory.day, over=date, exit_code=code))

    def _start(self, day: TradingDay | None) -> Child:
        """Start `rustro run`."""
        dated = self._cfg.mode == "sim" and day is not None
        words = [*self._words, *(["--date", str(day.date)] if dated and day else [])]
        popen = self._popen(words)
        run = born(popen.pid)
        if run is None:
            raise SessionFailed("rustro run could not be started")
        return Child(run, popen)

    def _left_running(self) -> Child | None:
        """What an earlier supervisor has started and left."""
        run, kernel = self._memory.run, self._memory.kernel
        if run is None or not any(each and each.found() for each in (run, kernel)):
            return None
        date = self._memory.day.date
        return Child(run, None, kernel, lambda: exit_code_of(self._cfg, date))

    def _day_of(self, date: dt.date) -> TradingDay | None:
        try:
            return trading_day(self._judge(date), 0)
        except RustroError:  # the rules have changed meanwhile
            return None

    def _judge(self, date: dt.date) -> DayRules:
        return day_rules(self._cfg, date)

    def _sessions(self) -> Sequence[Entry]:
        return read_book(book_of(self._cfg.state.dir, self._cfg.account.id)).sessions

    def _say(self, found: Ahead, now_ns: int) -> None:
        """What has not been said yet; of days we shall not trade people hear early."""
        day = found.day
        if day is not None and day != self._announced:
            self._announced = day
            found = replace(found, refused=(*found.refused, *refusals(self._judge, day.date)))
        for text in (*found.closed, *found.refused):
            if text in self._warned:
                continue
            self._warned.add(text)
            if text in found.refused:
                self._voice.alert("warning", text, now_ns, about=text)
            else:
                self._voice.say(text, now_ns)
        if day is not None and now_ns < day.wake_ns:
            self._voice.say_once(f"next session: {day}", now_ns)

    def _keep(self, memory: Memory) -> None:
        """Remember; a disk that is full costs the memory, not the day."""
        self._memory = memory
        problem = memories.write(self._path, memory)
        if problem and problem != self._unkept:
            self._voice.alert("warning", problem, self._now(), about="serve memory")
        self._unkept = problem

    def _now(self) -> int | None:
        return self._clock.now_ns()
