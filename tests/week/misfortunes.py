"""What is done to the processes, and how long it takes until all is well again."""

from collections.abc import Callable
from time import monotonic

import psutil

from rustro_kernel.domain.market_time import at
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.exposure import exposure
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.lines import until_damage
from rustro_kernel.session.sessions_book import book_of, read_book
from tests.week.bench import Bench
from tests.week.pacing import Pacing
from tests.week.plan import Date, Doing
from tests.week.waiting import wait_until

READY_S, POSITION_S = 90.0, 240.0


class Misfortunes:
    """Does what is planned for a date, one after the other; `done` says what came of it."""

    def __init__(self, bench: Bench, date: Date, pacing: Pacing) -> None:
        self._bench, self._date, self._pacing = bench, date, pacing
        self._clock = bench.exchange.clock(date.date)
        self.done: list[str] = []

    def do(self) -> None:
        for doing in self._date.doings:
            self._wait_for(doing)
            if self._bench.is_over(self._date.date):
                self.done.append(f"{doing.what}: NOT DONE, the day was over before")
                return
            self._pacing.hold()
            begun, clock = monotonic(), self.now
            what = getattr(self, doing.what)()
            self._pacing.let_go()
            self.done.append(f"{clock} {what}; {monotonic() - begun:.1f} s")

    @property
    def now(self) -> str:
        """The market's time of day."""
        seconds = (self._clock.now_ns() - at(self._date.date, "00:00")) // 10**9
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    # what can be done

    def kill_supervisor(self) -> str:
        """SIGKILL; what keeps it starts it again, and it watches the same session on."""
        kernel, before = self._kernel(), self._bench.starts
        self._kill(self._supervisor())
        self._until(lambda: self._bench.starts > before)
        self._until(lambda: self._bench.log.count("is watched on") >= 1 and self._agrees())
        assert kernel.is_running(), "the session did not survive its supervisor"
        return "SIGKILL of the supervisor: the next one watches the same session on"

    def kill_all(self) -> str:
        """SIGKILL of everything at once, as of a machine."""
        processes = [self._supervisor(), self._kernel(), self._run()]
        return self._killed(processes, "SIGKILL of supervisor, run and kernel: recovered, agreed")

    def kill_kernel(self) -> str:
        """SIGKILL of what trades."""
        return self._killed([self._kernel()], "SIGKILL of the kernel: restarted, agreed")

    def stop_kernel(self) -> str:
        """SIGSTOP of what trades."""
        before, kernel = self._restarts(), self._kernel()
        kernel.suspend()
        self._recovered(before)
        return "SIGSTOP of the kernel: killed and restarted, agreed"

    def start_a_second(self) -> str:
        """Another session on the same account."""
        done = self._bench.run_second()
        (said,) = done.stderr.strip().splitlines()[-1:] or [done.stdout]
        assert done.returncode == 3, (done.returncode, said)
        assert f"{self._date.date}-live-main-1" in said, said
        return f"a second rustro run: exit code 3, {said!r}"

    def fill_sink(self) -> str:
        """From now on the one channel that took alerts has no room either."""
        self._bench.sink.status = 507
        return f"the web hook answers 507 from now on, after {len(self._bench.sink.got)} alerts"

    # how

    def _killed(self, processes: list[psutil.Process], what: str) -> str:
        before = self._restarts()
        self._kill(*processes)
        self._recovered(before)
        return what

    def _recovered(self, before: int) -> None:
        self._until(lambda: self._restarts() > before)
        self._until(self._is_trading)
        self._until(self._agrees)

    def _is_trading(self) -> bool:
        status = self._bench.status()
        return status is not None and "RECOVERING" not in status.overlays

    def _wait_for(self, doing: Doing) -> None:
        """Until its time has come, and a position is held if one is needed; slowly from then on."""

        def is_time() -> bool:
            if self._bench.is_over(self._date.date):
                return True
            if self._clock.now_ns() < at(self._date.date, doing.at):
                return False
            if not doing.needs_position:
                return self._bench.status() is not None
            if not self._is_holding():
                self._pacing.let_go()
                return False
            self._pacing.hold()
            return self._agrees() and self._is_holding()

        self._until(is_time, POSITION_S)

    def _is_holding(self) -> bool:
        status = self._bench.status()
        return status is not None and bool(status.positions) and bool(self._at_exchange())

    def _until(self, condition: Callable[[], object], timeout_s: float = READY_S) -> None:
        if not wait_until(condition, timeout_s):
            raise AssertionError(f"{self.now}\n{self._bench.log[-6000:]}")

    def _agrees(self) -> bool:
        """Whether the ledger of the day holds what the exchange holds."""
        events = self._events()
        return bool(events) and exposure(events).units == self._at_exchange()

    def _at_exchange(self) -> dict[str, int]:
        exchange = self._bench.exchange.playing[self._date.date].server.exchange
        positions = list(exchange.day.pit.portfolio.positions.values())
        return {str(p.listed.instrument.key): p.net for p in positions if p.net}

    def _restarts(self) -> int:
        return sum(event.type == "SessionRestarted" for event in self._events())

    def _events(self) -> list[Event]:
        """The ledger of the day's last session, as far as it is whole."""
        sessions = read_book(book_of(self._bench.state, "main")).sessions
        if not sessions or not sessions[-1].folder or sessions[-1].date != str(self._date.date):
            return []
        return list(until_damage(read_events(self._bench.folder / sessions[-1].folder)))

    def _supervisor(self) -> psutil.Process:
        assert self._bench.process is not None
        return psutil.Process(self._bench.process.pid)

    def _kernel(self) -> psutil.Process:
        return self._there("kernel")

    def _run(self) -> psutil.Process:
        return self._there("run")

    def _there(self, name: str) -> psutil.Process:
        self._until(lambda: self._bench.process_of(name))
        found = self._bench.process_of(name)
        assert found is not None
        return found

    def _kill(self, *processes: psutil.Process) -> None:
        for each in processes:
            each.kill()
