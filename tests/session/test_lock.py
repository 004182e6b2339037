import fcntl
import os
import signal
import subprocess
import sys
from threading import Timer

import pytest

from rustro_kernel.domain.errors import AlreadyRunning
from rustro_kernel.session.lock import SessionLock

HOLD = """
import sys
from pathlib import Path
from rustro_kernel.session.lock import SessionLock
lock = SessionLock(Path(sys.argv[1]), "main", "held-elsewhere")
print("held", flush=True)
sys.stdin.read()
"""


def test_the_second_session_is_refused_and_told_who_holds_the_lock(tmp_path):
    lock = SessionLock(tmp_path, "main", "first")
    with pytest.raises(AlreadyRunning, match=rf"session first \(process {os.getpid()}, since "):
        SessionLock(tmp_path, "main", "second")
    lock.release()
    SessionLock(tmp_path, "main", "second").release()


def test_another_account_or_state_folder_is_free(tmp_path):
    locks = [
        SessionLock(tmp_path, "main", "a"),
        SessionLock(tmp_path, "other", "b"),
        SessionLock(tmp_path / "x", "main", "c"),
    ]
    for lock in locks:
        lock.release()
        lock.release()


def test_the_lock_of_a_killed_process_is_free_at_once(tmp_path):
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == b"held\n"
    with pytest.raises(AlreadyRunning, match="held-elsewhere"):
        SessionLock(tmp_path, "main", "mine")
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdin.close()
    child.stdout.close()
    SessionLock(tmp_path, "main", "mine").release()


def test_a_forked_child_does_not_keep_the_lock_alive(tmp_path):
    lock = SessionLock(tmp_path, "main", "parent")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # it lives until the parent closes the pipe
        os.close(write)
        os.read(read, 1)
        os._exit(0)
    os.close(read)
    lock.release()
    SessionLock(tmp_path, "main", "next").release()
    os.close(write)
    assert os.waitpid(child, 0)[1] == 0


def test_who_only_asks_for_the_holder_keeps_nobody_out(tmp_path):
    path = tmp_path / "main.lock"
    path.touch()
    with path.open("rb") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)  # as `file_lock.holder` does
        release = Timer(0.01, fcntl.flock, (asking, fcntl.LOCK_UN))
        release.start()
        SessionLock(tmp_path, "main", "mine").release()
        release.join()
