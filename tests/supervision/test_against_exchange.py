"""`rustro serve` with real live sessions against the simulated exchange, killed everywhere."""

import signal
from time import monotonic

import psutil
import pytest

from tests.supervision.bench import serve_bench

STARTED_S, READY_S = 10.0, 60.0
"""From a kill to the new process, and to a session that answers again; this machine may be busy."""


def kill(*processes):
    for each in processes:
        each.kill()


def restarted(bench, times):
    """Wait until the session was started again, and then until it goes on."""
    begun_s = monotonic()
    bench.wait(lambda: bench.said("started again as process", times))
    started_s = monotonic() - begun_s
    bench.restarted(times)
    ready_s = monotonic() - begun_s
    print(f"restart {times}: process {started_s:.1f} s, session {ready_s:.1f} s")  # noqa: T201
    assert started_s < STARTED_S, bench.log
    assert ready_s < READY_S, bench.log
    bench.check()


def killed_with_a_position(bench, *names):
    bench.start()
    bench.holding()
    kill(*(bench.process_of(name) for name in names))


def stops_flat(bench, by=signal.SIGTERM):
    assert bench.stop(by) == 0
    assert bench.at_exchange() == {}
    bench.check()


def sells(bench, *, leaves=None):
    """The supervisor sells what is ours and nothing else."""
    bench.wait(lambda: bench.said("is flat, as the broker says"))
    assert bench.at_exchange() == (leaves or {})
    bench.check()


def test_a_kernel_that_is_killed_with_a_position_goes_on_and_a_stop_is_flat_with_exit_0(tmp_path):
    with serve_bench(tmp_path, speed=60) as b:
        killed_with_a_position(b, "kernel")
        restarted(b, 1)
        stops_flat(b)
        assert len(b.runs) == 1  # one session, one folder


@pytest.mark.long
@pytest.mark.timeout(600)
def test_whatever_is_killed_or_stopped_the_session_goes_on(tmp_path):
    with serve_bench(tmp_path) as b:
        killed_with_a_position(b, "run")
        restarted(b, 1)
        b.holding()
        b.process_of("kernel").suspend()
        restarted(b, 2)
        b.holding()
        kill(b.process_of("run"), b.process_of("kernel"))
        restarted(b, 3)
        stops_flat(b)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_fourth_crash_is_sold_by_the_supervisor_and_the_day_is_over(tmp_path):
    with serve_bench(tmp_path, serve__restarts=1) as b:
        killed_with_a_position(b, "kernel")
        restarted(b, 1)
        b.holding()
        kill(b.process_of("kernel"))
        sells(b)
        b.wait(lambda: b.said("next session: 2026-09-10"))
        stops_flat(b)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_units_somebody_else_holds_survive_the_sale(tmp_path):
    with serve_bench(tmp_path, serve__restarts=0) as b:
        b.start()
        b.holding()
        (key, ours), *_ = b.at_exchange().items()
        b.buy_as_somebody_else(key, 2 * ours)
        b.process_of("kernel").suspend()
        sells(b, leaves={key: 2 * ours})


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_supervisor_that_is_killed_leaves_a_session_that_the_next_one_watches_on(tmp_path):
    with serve_bench(tmp_path) as b:
        b.start()
        b.holding()
        run, kernel = b.process_of("run"), b.process_of("kernel")
        kill(b.process)
        b.process.wait()
        before = b.status().input
        b.wait(lambda: b.status().input > before)  # it goes on
        b.start()
        b.wait(lambda: b.said("is watched on"))
        assert (run.is_running(), kernel.is_running(), len(b.runs)) == (True, True, 1)
        kill(kernel)
        restarted(b, 1)
        stops_flat(b)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_supervisor_and_session_killed_together_recover(tmp_path):
    with serve_bench(tmp_path) as b:
        b.start()
        b.holding()
        kill(b.process, b.process_of("run"), b.process_of("kernel"))
        b.process.wait()
        b.start()
        b.wait(lambda: b.restarts == 1 and b.status())
        assert b.said("it was gone when this supervisor came")
        b.wait(b.agrees)
        stops_flat(b, signal.SIGINT)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_supervisor_killed_while_it_sells_is_followed_by_one_that_sells_on(tmp_path):
    with serve_bench(tmp_path, serve__restarts=0) as b:
        killed_with_a_position(b, "kernel")
        b.wait(lambda: b.said("is given up"))
        kill(b.process)
        b.process.wait()
        b.start()
        sells(b)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_paper_session_that_is_given_up_is_told_and_nothing_reaches_the_broker(tmp_path):
    with serve_bench(tmp_path, mode="paper", serve__restarts=0) as b:
        b.start()
        b.wait(lambda: (s := b.status()) and s.positions)
        kill(b.process_of("kernel"))
        b.wait(lambda: b.said("it is paper, nothing is at a broker"))
        assert list(b.exchange.day.desk) == []


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_frozen_run_process_is_replaced_while_its_kernel_still_trades(tmp_path):
    with serve_bench(tmp_path) as b:
        b.start()
        b.holding()
        run = b.process_of("run")
        run.suspend()
        restarted(b, 1)
        assert not psutil.pid_exists(run.pid) or run.status() == psutil.STATUS_ZOMBIE
        assert b.stop() == 0
        b.check()


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_day_ends_by_itself_and_the_next_one_is_waited_for(tmp_path):
    with serve_bench(tmp_path, clock="15:00:00", speed=30) as b:
        b.start()
        b.wait(lambda: b.said("the session of 2026-09-09 is over; done: exit code 0"), 300)
        b.wait(lambda: b.said("next session: 2026-09-10 (Thursday)"))
        assert b.at_exchange() == {}
        assert b.stop() == 0
