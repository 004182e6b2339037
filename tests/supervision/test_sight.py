"""One look: what the ledger's end says, and what is made of a session that does not answer."""

import os
import subprocess
import sys

import pytest

from rustro_kernel.config import Config
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.records import layout
from rustro_kernel.session.sessions_book import Entry, book_of, record
from rustro_kernel.supervision.agenda import trading_day
from rustro_kernel.supervision.processes import Child, born
from rustro_kernel.supervision.sight import Looking, exit_code_of
from tests.records.make import finished_run
from tests.simulator.exchange.make import DATE
from tests.supervision.test_serve import HandClock

pytestmark = pytest.mark.usefixtures("no_rustro_environment")


@pytest.fixture
def child():
    popen = subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE)
    yield Child(born(popen.pid), popen)
    popen.kill()
    popen.wait()
    popen.stdin.close()


def looking(tmp_path, clock="2026-09-09 15:20", mode="paper"):
    cfg = Config.load(mode=mode, **{"state.dir": tmp_path / "state"})
    day = trading_day(MarketRules().day(DATE), 0)
    return cfg, Looking(cfg, DATE, day, HandClock(clock))


def begun(cfg, folder):
    cfg.state.dir.mkdir(parents=True, exist_ok=True)
    entry = Entry("2026-09-09-paper-main-1", "paper", "2026-09-09", folder=str(folder))
    record(book_of(cfg.state.dir, "main"), entry)


def test_a_session_without_a_socket_does_not_answer_and_the_hours_are_the_days(tmp_path, child):
    _, look = looking(tmp_path)
    sight = look.look(child)
    assert (sight.work, sight.exit_code, sight.is_over) == (None, None, False)
    assert (sight.is_open, sight.is_index_open, sight.is_after_close) == (True, False, False)


def test_after_the_close_nothing_is_open(tmp_path, child):
    sight = looking(tmp_path, "2026-09-09 15:40")[1].look(child)
    assert (sight.is_open, sight.is_after_close) == (False, True)


def test_while_nobody_tells_the_time_nothing_is_expected(tmp_path, child):
    _, look = looking(tmp_path)
    look._clock.lose()
    sight = look.look(child)
    assert (sight.is_open, sight.is_index_open, sight.is_after_close) == (False, False, False)


def test_the_last_record_says_that_a_session_is_over(tmp_path, child):
    cfg, look = looking(tmp_path)
    begun(cfg, finished_run(tmp_path / "run"))
    assert look.look(child).is_over
    assert exit_code_of(cfg, DATE) == 0


@pytest.mark.parametrize("end", [b'{"seq":1,"type":"BarReady"}\n', b'{"type":"ShutdownCompl', b""])
def test_any_other_end_of_the_ledger_does_not(tmp_path, child, end):
    cfg, look = looking(tmp_path)
    run = tmp_path / "run"
    run.mkdir()
    (run / layout.EVENTS).write_bytes(b'{"seq":0,"type":"LogInitialized"}\n' + end)
    begun(cfg, run)
    assert not look.look(child).is_over
    assert exit_code_of(cfg, DATE) == 1


def test_a_kernel_is_found_among_the_children_and_missed_when_it_is_gone(tmp_path):
    code = "import subprocess, sys; subprocess.run([sys.executable, '-S', '-c', 'input()', 'K'])"
    popen = subprocess.Popen(
        [sys.executable, "-S", "-c", code.replace("K", "ipykernel_launcher")],
        stdin=subprocess.PIPE,
    )
    child, (_, look) = Child(born(popen.pid), popen), looking(tmp_path)
    while child.kernel is None:
        look.look(child)
    kernel = child.kernel.found()
    assert kernel is not None
    assert kernel.ppid() == popen.pid != os.getpid()
    kernel.kill()
    popen.wait()
    assert look.look(child).is_kernel_gone
    popen.stdin.close()
