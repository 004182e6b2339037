"""Days and sessions: small processes in place of `rustro run`, the clock in the test's hand."""

import datetime as dt
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from threading import Thread
from time import monotonic

import psutil
import pytest

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import AlreadyRunning, OutsideRules
from rustro_kernel.domain.market_time import at
from rustro_kernel.session.lock import SessionLock
from rustro_kernel.session.sessions_book import Entry, book_of, record
from rustro_kernel.supervision import memory as memories, telling
from rustro_kernel.supervision.asked import Asked
from rustro_kernel.supervision.memory import Memory
from rustro_kernel.supervision.policy import Day
from rustro_kernel.supervision.processes import Born, born
from rustro_kernel.supervision.selling.sell import Outcome
from rustro_kernel.supervision.serve import Serve
from rustro_kernel.supervision.telling import Voice
from tests.session.waiting import until_blocking

pytestmark = pytest.mark.usefixtures("no_rustro_environment")

RUNS_ON = "import signal; signal.pause()"
STOPS = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit({code}))
print("ready", flush=True)
while True:
    signal.pause()
"""
IGNORES = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True)\n"
)
IGNORES += "while True: signal.pause()"


class HandClock:
    """Tells what the test has set; what lasts is measured as everywhere."""

    def __init__(self, moment):
        self.set(moment)

    def set(self, moment):
        date, clock = moment.split()
        self._now_ns, self.asked = at(dt.date.fromisoformat(date), clock), 0

    def lose(self):
        self._now_ns = None

    def now_ns(self):
        self.asked += 1
        return self._now_ns

    def wait_s(self, ts_ns):
        return 0.01

    def monotonic_s(self):
        return monotonic()


class Told:
    """Keeps the alerts."""

    def __init__(self):
        self.alerts = []

    def tell(self, level, text, *, about=""):
        self.alerts.append((level, text.removeprefix("rustro serve: ")))

    def has(self, text):
        return any(text in each for _, each in self.alerts)


class Stage:
    """A supervisor on a thread of its own, and the processes it starts."""

    def __init__(self, folder, scripts, moment, **keys):
        chosen = {"state.dir": folder / "state", "serve.look_s": 0.1, "mode": "sim"}
        self.cfg = Config.load(**{**chosen, **{k.replace("__", "."): v for k, v in keys.items()}})
        self.clock, self.told, self.asked = HandClock(moment), Told(), Asked()
        self.scripts, self.started, self.processes, self.sales = list(scripts), [], [], []
        self.code = self.failure = None
        self.before_start = lambda: None
        self.outcome = Outcome(is_flat=True, text="nothing was held")
        self._thread = Thread(target=self._run)

    def start_process(self, words):
        self.before_start()
        self.started.append(list(words))
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        made = subprocess.Popen(
            [sys.executable, "-S", "-c", script], start_new_session=True, stdout=subprocess.PIPE
        )
        if "ready" in script:
            assert made.stdout
            made.stdout.readline()
        self.processes.append(made)
        return made

    def sell(self, cfg, date, tell):
        self.sales.append(str(date))
        assert self.memory.is_selling  # whoever comes after a crash in here sells on
        return self.outcome

    def serve(self):
        return Serve(
            self.cfg, ["run"], self.clock, Voice(self.told), self.asked, self.sell,
            self.start_process,
        )  # fmt: skip

    def _run(self):
        try:
            self.code = self.serve().run()
        except Exception as exc:  # noqa: BLE001 - the test looks at it
            self.failure = exc

    def begin(self):
        self._thread.start()
        return self

    def until(self, condition):
        until_blocking(lambda: self.failure or condition(), 20)
        assert self.failure is None, self.failure

    @property
    def memory(self):
        return memories.read(memories.memory_of(self.cfg.state.dir, "main"))

    def is_over(self, date):
        return str(self.memory.over) == date

    def end(self, number=signal.SIGTERM):
        self.asked.end(number)
        self._thread.join(20)
        assert not self._thread.is_alive()
        return self.code

    def close(self):
        if self._thread.is_alive():
            for each in self.processes:
                each.kill()
            self.end()
        for each in self.processes:
            each.kill()
            each.wait()
            if each.stdout:
                each.stdout.close()
        self.asked.close()


@pytest.fixture
def heard(tmp_path, monkeypatch):
    """What was said so far. A file: reading what pytest captures can lose what comes meanwhile."""
    path = tmp_path / "heard.txt"
    with path.open("ab") as file:
        monkeypatch.setattr(telling, "STDOUT", file.fileno())
        yield path.read_text


@contextmanager
def stage(folder, *scripts, moment="2026-07-15 10:00", **keys):
    made = Stage(folder, scripts, moment, **keys)
    try:
        yield made.begin()
    finally:
        made.close()


def exits(code):
    return f"raise SystemExit({code})"


def test_a_session_begins_when_it_is_time_and_not_before(tmp_path, heard):
    with stage(tmp_path, RUNS_ON, moment="2026-07-15 08:44:59") as s:
        s.until(lambda: "next session: 2026-07-15 (Wednesday), open" in heard())
        assert s.started == []
        s.clock.set("2026-07-15 08:45")
        s.until(lambda: s.started)
        assert s.started == [["run", "--date", "2026-07-15"]]


def test_a_holiday_is_idle(tmp_path, heard):
    with stage(tmp_path, RUNS_ON, moment="2026-10-02 10:00") as s:
        s.until(lambda: "next session" in heard())
        assert "2026-10-02 is no trading day (Gandhi Jayanti)" in heard()
        assert s.started == []


@pytest.mark.parametrize("code", [0, 4])
def test_a_session_that_ended_in_order_ends_the_day(tmp_path, code):
    with stage(tmp_path, exits(code)) as s:
        s.until(lambda: s.is_over("2026-07-15"))
        assert (len(s.started), s.sales) == (1, [])
        assert s.memory.exit_code == code
        assert s.told.has("stopped by risk") == (code == 4)


@pytest.mark.parametrize("code", [2, 3])
def test_a_session_that_was_refused_is_not_started_in_a_loop(tmp_path, code):
    with stage(tmp_path, exits(code)) as s:
        s.until(lambda: s.is_over("2026-07-15"))
        assert (len(s.started), s.sales) == (1, ["2026-07-15"])
        assert s.told.has(f"given up; refused: exit code {code}")


def test_the_fourth_crash_of_a_day_is_its_end_and_the_next_day_counts_anew(tmp_path):
    with stage(tmp_path, exits(1)) as s:
        s.until(lambda: s.is_over("2026-07-15"))
        assert (len(s.started), s.sales) == (4, ["2026-07-15"])
        restarts = [text for _, text in s.told.alerts if "restarted" in text]
        assert restarts[-1] == "the session is restarted (3 of 3); dead: exit code 1"
        assert s.told.has("the session of 2026-07-15 is given up; dead: exit code 1")
        s.clock.set("2026-07-16 09:00")
        s.until(lambda: s.is_over("2026-07-16"))
        assert (len(s.started), s.sales) == (8, ["2026-07-15", "2026-07-16"])


def test_a_session_that_dies_before_its_first_record_is_started_again_on_the_second_day(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    (run / "events.jsonl").write_bytes(b'{"seq":1,"type":"ShutdownCompleted"}\n')
    state = tmp_path / "state"
    state.mkdir()
    record(book_of(state, "main"), Entry("p", "paper", "2026-07-14", folder=str(run)))
    with stage(tmp_path, exits(1), RUNS_ON, mode="paper") as s:
        s.until(lambda: len(s.started) == 2)
        assert s.told.has("the session is restarted (1 of 3); dead: exit code 1")


def test_a_session_that_recovers_is_watched_on(tmp_path):
    with stage(tmp_path, exits(1), exits(1), exits(0)) as s:
        s.until(lambda: s.is_over("2026-07-15"))
        assert (len(s.started), s.sales, s.memory.exit_code) == (3, [], 0)


def test_a_stopped_process_is_killed_and_started_again(tmp_path):
    with stage(tmp_path, RUNS_ON) as s:
        s.until(lambda: s.processes)
        begun_s = monotonic()
        psutil.Process(s.processes[0].pid).suspend()
        s.until(lambda: len(s.processes) == 2)
        assert monotonic() - begun_s < 10
        assert s.processes[0].wait(5) == -signal.SIGKILL
        assert s.told.has("stalled: its process is stopped (SIGSTOP)")


@pytest.mark.parametrize("code", [0, 4])
def test_a_request_to_end_is_passed_on_and_the_sessions_code_is_ours(tmp_path, code):
    with stage(tmp_path, STOPS.format(code=code)) as s:
        s.until(lambda: s.processes and s.memory.run)
        assert s.end() == code
        assert s.sales == []


def test_a_request_to_end_between_two_sessions_is_followed_at_once(tmp_path):
    with stage(tmp_path, RUNS_ON, moment="2026-07-15 20:00") as s:
        assert s.end() == 0


def test_a_session_that_does_not_stop_is_ended_and_sold(tmp_path):
    with stage(tmp_path, IGNORES, serve__stop_s=1) as s:
        s.until(lambda: s.processes)
        assert s.end() == 1
        assert s.sales == ["2026-07-15"]
        assert s.told.has("it was asked to stop and does not")


def test_a_crash_while_it_stops_is_sold_and_not_started_again(tmp_path):
    with stage(tmp_path, STOPS.format(code=1)) as s:
        s.until(lambda: s.processes)
        assert s.end() == 1
        assert (len(s.started), s.sales) == (1, ["2026-07-15"])


def test_positions_that_are_to_be_left_are_left(tmp_path):
    with stage(tmp_path, STOPS.format(code=1), run__leave_positions=True) as s:
        s.until(lambda: s.processes)
        assert s.end() == 1
        assert s.sales == []


def test_one_supervisor_an_account(tmp_path):
    with stage(tmp_path, RUNS_ON) as s:
        s.until(lambda: s.started)
        with pytest.raises(AlreadyRunning, match="another rustro serve"):
            s.serve().run()


def test_a_session_of_somebody_else_is_waited_for(tmp_path):
    lock = SessionLock(tmp_path / "state", "main", "of a notebook")
    with stage(tmp_path, exits(0)) as s:
        s.until(lambda: s.told.has("in use by session of a notebook"))
        assert s.started == []
        lock.release()
        s.until(lambda: s.is_over("2026-07-15"))
        assert len(s.started) == 1


def test_a_session_refused_because_somebody_else_has_the_account_is_no_end(tmp_path):
    with stage(tmp_path, exits(3), exits(0), moment="2026-07-15 08:00") as s:
        locks = []

        def taken_meanwhile():
            if not locks:
                locks.append(SessionLock(tmp_path / "state", "main", "of a notebook"))

        s.before_start = taken_meanwhile
        s.clock.set("2026-07-15 09:00")
        s.until(lambda: s.processes and s.processes[0].poll() == 3)
        s.until(lambda: s.memory.run is None)
        assert s.sales == []
        locks[0].release()
        s.until(lambda: s.is_over("2026-07-15"))
        assert len(s.started) == 2


def remembered(tmp_path, restarts=2, **fields):
    """What an earlier supervisor has left."""
    state = tmp_path / "state"
    state.mkdir()
    day = Day(dt.date(2026, 7, 15), restarts)
    problem = memories.write(memories.memory_of(state, "main"), Memory(day, **fields))
    assert problem == ""


def test_a_session_an_earlier_supervisor_left_is_watched_on(tmp_path, heard):
    left = subprocess.Popen([sys.executable, "-S", "-c", RUNS_ON])
    remembered(tmp_path, run=born(left.pid))
    with stage(tmp_path, exits(0)) as s:
        s.until(lambda: "watched on" in heard())
        assert s.started == []
        left.kill()
        left.wait()
        s.until(lambda: s.is_over("2026-07-15"))
        assert len(s.started) == 1
        assert s.told.has("(3 of 3)")  # the restarts before count


LOST = Born(1, "long ago")


def test_a_session_that_was_killed_with_its_supervisor_is_restarted_and_that_counts(tmp_path):
    remembered(tmp_path, run=LOST)
    with stage(tmp_path, exits(0)) as s:
        s.until(lambda: s.is_over("2026-07-15"))
        assert (len(s.started), s.sales) == (1, [])
        assert s.told.has("the session is restarted (3 of 3); it was gone when this supervisor")


def test_a_session_that_is_killed_with_its_supervisor_again_and_again_is_sold(tmp_path):
    remembered(tmp_path, restarts=3, run=LOST)
    with stage(tmp_path, exits(0)) as s:
        s.until(lambda: s.is_over("2026-07-15"))
        assert (s.started, s.sales) == ([], ["2026-07-15"])


def test_a_session_nobody_came_back_for_is_told(tmp_path):
    remembered(tmp_path, run=LOST)
    with stage(tmp_path, exits(0), moment="2026-07-15 16:00") as s:
        s.until(lambda: s.told.has("the session of 2026-07-15 was left unfinished"))
        assert s.started == []


def test_a_sale_that_was_interrupted_is_taken_up_again(tmp_path):
    remembered(tmp_path, is_selling=True)
    with stage(tmp_path, exits(0)) as s:
        s.until(lambda: s.is_over("2026-07-15"))
        assert (s.started, s.sales) == ([], ["2026-07-15"])


def test_what_cannot_be_sold_is_told(tmp_path):
    with stage(tmp_path, exits(3), moment="2026-07-15 08:00") as s:
        s.outcome = Outcome(is_flat=False, text="NOT flat: 65 of CALL")
        s.clock.set("2026-07-15 09:00")
        s.until(lambda: s.is_over("2026-07-15"))
        assert ("critical", "NOT flat: 65 of CALL") in s.told.alerts


def test_a_clock_that_jumps_ends_no_session_and_trades_no_day_twice(tmp_path, heard):
    with stage(tmp_path, STOPS.format(code=0)) as s:
        s.until(lambda: s.processes and s.memory.run)
        s.clock.set("2026-07-17 12:00")
        s.until(lambda: s.clock.asked > 5)
        assert s.processes[0].poll() is None
        s.clock.set("2026-07-15 10:00")
        s.processes[0].terminate()
        s.until(lambda: "next session: 2026-07-16" in heard())
        assert len(s.started) == 1


def test_a_session_goes_on_while_nobody_tells_the_time(tmp_path):
    with stage(tmp_path, STOPS.format(code=0)) as s:
        s.until(lambda: s.processes and s.memory.run)
        s.clock.lose()
        s.processes[0].terminate()
        s.until(lambda: s.is_over("2026-07-15"))
        assert len(s.started) == 1


def test_a_full_disk_costs_the_memory_and_not_the_day(tmp_path):
    (tmp_path / "state" / "main.serve.json.part").mkdir(parents=True)
    with stage(tmp_path, exits(1), exits(0), RUNS_ON) as s:
        s.until(lambda: len(s.processes) == 2)
        s.until(lambda: s.processes[1].poll() == 0)
        s.clock.set("2026-07-16 09:00")
        s.until(lambda: len(s.processes) == 3)
        assert s.started[2] == ["run", "--date", "2026-07-16"]
        assert s.told.has("main.serve.json cannot be written")


def test_an_output_nobody_takes_is_passed_over():
    code = (
        "from rustro_kernel.supervision.telling import Voice\n"
        "class Nobody:\n"
        "    def tell(self, *_, **__): pass\n"
        "Voice(Nobody()).alert('critical', 'x' * 100_000)\n"
    )
    with open("/dev/full", "w") as full:  # noqa: PTH123
        assert (
            subprocess.run([sys.executable, "-c", code], stdout=full, check=False).returncode == 0
        )


def test_an_output_that_nobody_reads_holds_nothing_up():
    code = (
        "from rustro_kernel.supervision.telling import Voice\n"
        "class Nobody:\n"
        "    def tell(self, *_, **__): pass\n"
        "for _ in range(20):\n"
        "    Voice(Nobody()).alert('critical', 'x' * 5_000)\n"
    )
    reading, writing = os.pipe()  # takes 65536 bytes
    process = subprocess.Popen([sys.executable, "-c", code], stdout=writing)
    try:
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(reading)
        os.close(writing)


def test_the_end_of_the_calendar_ends_the_service_and_is_told(tmp_path):
    with stage(tmp_path, RUNS_ON, moment="2026-12-31 18:00") as s:
        until_blocking(lambda: s.failure is not None)
        assert isinstance(s.failure, OutsideRules)
        assert s.told.has("the market rules end on 2026-12-31")


def test_hours_nobody_has_confirmed_are_told_before_they_come(tmp_path):
    with stage(tmp_path, RUNS_ON, moment="2026-11-06 18:00") as s:
        s.until(lambda: s.told.has("2026-11-08 is not traded"))
        assert os.getpid()
