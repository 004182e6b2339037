"""A forked child has no part in the session of its parent."""

import os
import signal
import stat
import traceback
from multiprocessing import get_context
from threading import Event

import pytest

import rustro_kernel as rk
from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.records import file_lock
from rustro_kernel.records.verify import verify
from rustro_kernel.session import slot
from rustro_kernel.session.forks import in_child, let_go
from rustro_kernel.session.session import Session
from tests.session.waiting import until


@pytest.fixture
def make(tmp_path):
    def make(**keys: object) -> Session:
        chosen = {"run.out": tmp_path / "run", "state.dir": tmp_path / "state", **keys}
        return Session(rk.Config.load(**chosen), out=lambda line: None)

    return make


def forked(check) -> int:
    """The exit code of a child that runs a check: 0 if it held."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            check()
            code = 0
        except BaseException:  # noqa: BLE001 - the exit code tells the parent
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def wait_for_ever():
    Event().wait()


async def test_a_child_holds_neither_lock_nor_slot_and_turns_nothing(make, tmp_path):
    session = make(**{"sim.speed": 20})
    await session.start()
    await until(lambda: session.view.state == "WAITING")
    driver = session._driver
    selector = driver._io._selector
    fds = [key.fd for key in selector.get_map().values()]

    def check():
        assert slot.running() is None
        assert file_lock._held == set()
        assert session.send("kill").result(0).text == "the session has not begun"
        assert not driver.crank.turn("notebook")
        assert not any(stat.S_ISSOCK(os.fstat(fd).st_mode) for fd in fds)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        with pytest.raises(SessionFailed, match="fork"):
            raise driver.crank.failure

    assert fds
    assert forked(check) == 0
    before = session.view.input
    await until(lambda: session.view.input > before)  # the parent goes on
    assert await session.stop()
    assert verify((await session.run()).folder) == []


async def test_a_forked_worker_can_be_terminated_at_once(make):
    session = make(**{"sim.speed": 20})
    await session.start()
    await until(lambda: session.view.state == "WAITING")
    context = get_context("fork")
    workers = [context.Process(target=wait_for_ever, daemon=True) for _ in range(20)]
    for worker in workers:
        worker.start()
        worker.terminate()  # most have not run a line yet
    for worker in workers:
        worker.join(20)
        worker.kill()
        worker.join()
    assert {worker.exitcode for worker in workers} == {-signal.SIGTERM}
    assert await session.stop()
    await session.run()


async def test_a_child_never_writes_the_parents_records(make, tmp_path):
    session = make(**{"sim.date": "2021-11-04"})
    await session.start()
    await until(lambda: session.view.input > 0)

    def check():
        with pytest.raises(SessionFailed, match="fork"):
            session._run.close(None, {})

    session._run = session._ended.get_coro().cr_frame.f_locals["run"]
    assert forked(check) == 0
    assert verify((await session.run()).folder) == []


def test_a_descriptor_that_is_let_go_stays_taken_and_says_nothing():
    ours, theirs = os.pipe()
    let_go([theirs])
    os.write(theirs, b"x")
    assert os.read(ours, 1) == b""  # its other end is gone
    os.close(ours)
    os.close(theirs)


def test_what_was_undone_is_not_done_in_a_child():
    called = []
    in_child(lambda: called.append("kept"))
    in_child(lambda: called.append("undone"))()
    assert forked(lambda: called == ["kept"] or 1 / 0) == 0
