"""Memory, signals, systemd's socket, clocks: what serve is made of."""

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
from time import monotonic

import pytest
from hypothesis import given, strategies as st

from rustro_kernel.config import Config
from rustro_kernel.configuration.sections import Broker
from rustro_kernel.records import layout
from rustro_kernel.session.sessions_book import Entry, book_of, record
from rustro_kernel.supervision import memory as memories
from rustro_kernel.supervision.asked import Asked
from rustro_kernel.supervision.clocks import ExchangeClock, WallClock, find_clock
from rustro_kernel.supervision.memory import NOTHING, Memory
from rustro_kernel.supervision.notify import notify
from rustro_kernel.supervision.policy import Day
from rustro_kernel.supervision.processes import Born, Child, born
from rustro_kernel.supervision.sight import Looking, exit_code_of
from tests.session.live.exchange_day import market
from tests.session.waiting import until_blocking
from tests.simulator.exchange.running import Running

dates = st.dates(dt.date(2015, 1, 1), dt.date(2026, 12, 31))
processes = st.none() | st.builds(Born, st.integers(1, 2**22), st.text("0123456789", max_size=9))


@given(
    st.builds(
        Memory,
        day=st.builds(Day, date=dates, restarts=st.integers(0, 20), was_blind=st.booleans()),
        run=processes,
        kernel=processes,
        is_selling=st.booleans(),
        over=st.none() | dates,
        exit_code=st.integers(0, 255),
    )
)
def test_what_is_remembered_is_what_was_known(tmp_path_factory, memory):
    path = memories.memory_of(tmp_path_factory.mktemp("state"), "main")
    assert memories.write(path, memory) == ""
    assert memories.read(path) == memory


@pytest.mark.parametrize("content", [b"", b"{", b'{"day": 3}', b"\xff\xfe", b"null"])
def test_a_damaged_memory_is_none(tmp_path, content):
    path = memories.memory_of(tmp_path, "main")
    path.write_bytes(content)
    assert memories.read(path) == NOTHING


def test_a_signal_ends_the_wait_and_is_there_to_be_passed_on():
    asked = Asked()
    with asked.signals():
        os.kill(os.getpid(), signal.SIGTERM)
        begun_s = monotonic()
        asked.wait(30)
        assert monotonic() - begun_s < 10
    assert (asked.is_ending, list(asked.take()), list(asked.take())) == (True, [15], [])
    asked.close()


def test_any_number_of_signals_wakes_without_blocking():
    asked = Asked()
    for _ in range(100_000):
        asked.end(signal.SIGINT)
    assert len(list(asked.take())) == 100_000
    asked.close()


def test_systemd_hears_that_we_live(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the address of a socket must be short
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("notify")
        monkeypatch.setenv("NOTIFY_SOCKET", "notify")
        notify("READY=1")
        assert listening.recv(100) == b"READY=1"
        asked = Asked()
        asked.wait(0)
        assert listening.recv(100) == b"WATCHDOG=1"
        asked.close()


def test_without_systemd_nothing_is_said(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/at/all")
    notify("READY=1")


def test_a_number_that_was_given_away_again_is_nobody():
    assert born(os.getpid()).found().pid == os.getpid()
    assert Born(os.getpid(), "another birth").found() is None
    assert born(2**22 + 1) is None


def test_a_stopped_process_is_seen_and_all_of_it_is_ended():
    code = "import subprocess, sys; subprocess.run([sys.executable, '-S', '-c', 'input()'])"
    popen = subprocess.Popen(
        [sys.executable, "-S", "-c", code], stdin=subprocess.PIPE, start_new_session=True
    )
    run = born(popen.pid)
    child = Child(run, popen)
    until_blocking(lambda: run.found().children())
    (grandchild,) = run.found().children()
    assert (child.exit_code(), child.is_stopped) == (None, False)
    run.found().suspend()
    until_blocking(lambda: child.is_stopped)
    child.end()
    assert (grandchild.is_running(), run.found()) == (False, None)
    assert child.exit_code() in (0, -signal.SIGKILL)
    popen.stdin.close()


def test_a_process_of_an_earlier_supervisor_ended_as_its_manifest_says():
    popen = subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE)
    child = Child(born(popen.pid), None, None, lambda: 4)
    assert child.exit_code() is None
    popen.kill()
    popen.wait()
    assert child.exit_code() == 4
    popen.stdin.close()


def test_the_real_market_is_waited_for_in_short_sleeps_so_that_a_clock_may_jump():
    clock = find_clock(Broker())
    assert isinstance(clock, WallClock)
    now_ns = clock.now_ns()
    assert now_ns is not None
    assert clock.wait_s(now_ns + 10**15) == 20.0
    assert clock.wait_s(0) == 0.0


def test_an_exchange_on_this_machine_tells_the_time_and_nobody_does_when_it_is_gone():
    with Running(market()) as running:
        clock = find_clock(Broker(rest_url=running.url))
        assert isinstance(clock, ExchangeClock)
        begun_ns = clock.now_ns()
        assert begun_ns is not None
        until_blocking(lambda: clock.now_ns() > begun_ns)
    assert clock.now_ns() is None


def test_what_an_earlier_day_ended_with_says_nothing_about_today(tmp_path):
    cfg = Config.load(**{"state.dir": tmp_path / "state", "mode": "paper"})
    run = tmp_path / "run"
    run.mkdir()
    (run / layout.EVENTS).write_bytes(b'{"seq":1,"type":"ShutdownCompleted"}\n')
    cfg.state.dir.mkdir()
    record(book_of(cfg.state.dir, "main"), Entry("p", "paper", "2026-07-14", folder=str(run)))
    before, today = (
        Looking(cfg, dt.date(2026, 7, day), None, WallClock()).is_over for day in (14, 15)
    )
    assert (before, today) == (True, False)
    assert exit_code_of(cfg, dt.date(2026, 7, 15)) == 1
