"""Starts the process that works a preview out; one at a time, the newest question wins."""

import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread

import msgspec

from rustro_kernel.engine.asked import Preview
from rustro_kernel.session.preview.question import Question

WORK = ("-P", "-m", "rustro_kernel.session.preview.work")
HOME = Path(__file__).parents[3]
LONGEST_S = 100.0
REPLACED = "a newer question was asked, or the session has ended"


class Previews:
    """Questions and the process that has the last one. From any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(
        self, question: Question, settings: Mapping[str, dict[str, object]]
    ) -> "Future[Preview]":
        """The future of its answer; the question before is given up.

        Args:
            question: What is tried.
            settings: Those in force: what cannot be set is refused at once.
        """
        promised: Future[Preview] = Future()
        problem = question.problem(settings)
        if problem:
            promised.set_result(refused(question.key, question.value, problem))
            return promised
        with self._lock:
            if self._process is not None:
                self._process.kill()
            process = self._process = _started()
        arguments = (process, question, promised)
        Thread(target=self._work, args=arguments, name="rustro-preview", daemon=True).start()
        return promised

    def close(self) -> None:
        """Give the last question up."""
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def _work(
        self, process: "subprocess.Popen[bytes]", question: Question, promised: "Future[Preview]"
    ) -> None:
        answer = _answer(process, question)
        with self._lock:
            if self._process is process:
                self._process = None
        with suppress(InvalidStateError):  # who waited has gone
            promised.set_result(answer)


def _started() -> "subprocess.Popen[bytes]":
    """It reads a run folder and no more: it gets none of the session's secrets."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("RUSTRO_")}
    path = os.pathsep.join(filter(None, (str(HOME), kept.get("PYTHONPATH", ""))))
    pipe = subprocess.PIPE
    return subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, *WORK],
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        start_new_session=True,  # an interrupted cell is no business of its
        env={**kept, "PYTHONPATH": path},
    )


def _answer(process: "subprocess.Popen[bytes]", question: Question) -> Preview:
    try:
        said, wrong = process.communicate(msgspec.json.encode(question), LONGEST_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return refused(question.key, question.value, f"it took longer than {LONGEST_S:g} s")
    if process.returncode < 0:
        return refused(question.key, question.value, REPLACED)
    if process.returncode:
        last = wrong.decode(errors="replace").strip().rpartition("\n")[2]
        return refused(question.key, question.value, f"it failed: {last}")
    return msgspec.json.decode(said, type=Preview)


def refused(key: str, value: str, problem: str) -> Preview:
    """No preview, and why."""
    return Preview(key, value, problem, problem)
