"""Papermill's engine with our kernel, and with signals that let a session end in good order."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from traitlets import default

log = logging.getLogger(__name__)

ENGINE = "rustro"
PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ThisInterpreter(AsyncKernelManager):
    """Starts kernels with the running interpreter, whatever kernelspecs a machine has."""

    @default("transport_encryption")
    def _sealed_where_possible(self) -> str:
        return "auto"

    @property
    def kernel_spec(self) -> KernelSpec:
        """No file is looked up for it."""
        quiet = "--IPKernelApp.log_level=CRITICAL"  # it calls the interrupt of its end an error
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", quiet]
        env = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}  # no debugger hints among our lines
        sealed = {"supported_encryption": ["curve"]}
        return KernelSpec(
            argv=argv, env=env, display_name="rustro", language="python", metadata=sealed
        )


class GracefulClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill is untyped
    """Passes a request to stop on to the kernel, so that the session can end in good order.

    The awaited cell is cancelled there; `Session.run` closes every position and returns, and the
    cells after it still run.
    """

    _has_passed = False

    def execute(self, **kwargs: object) -> object:
        """Run all cells."""
        with self._signals_passed_on():
            return super().execute(**kwargs)

    @contextmanager
    def _signals_passed_on(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._pass_on) for number in PASSED_ON}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        """A second Ctrl-C is the kill switch; a SIGTERM that is repeated is none."""
        if number != signal.SIGINT and self._has_passed:
            return
        self._has_passed = True
        pid = getattr(getattr(self.km, "provisioner", None), "pid", None)
        if pid:
            os.kill(pid, signal.SIGINT)


class GracefulEngine(NBClientEngine):  # type: ignore[misc]  # papermill is untyped
    """Papermill's own engine with our client and kernel."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: object, kernel_name: str, **kwargs: object) -> object:
        """Run the notebook; papermill saves it after every cell.

        `kernel_environment` is given to the kernel alone, beside what it inherits.
        """
        own = kwargs["kernel_environment"]
        assert isinstance(own, dict)
        _save_when_possible(nb_man)
        wanted = ("stdout_file", "stderr_file", "log_output")
        return GracefulClient(
            nb_man,
            kernel_name=kernel_name,
            kernel_manager_class=ThisInterpreter,
            timeout=None,
            **{name: kwargs[name] for name in wanted if name in kwargs},
        ).execute(env={**os.environ, **own})


def _save_when_possible(nb_man: Any) -> None:  # noqa: ANN401 - papermill is untyped
    """A notebook that cannot be saved for now must not end the session that trades in it."""
    save = nb_man.save

    def attempt(**kwargs: object) -> None:
        try:
            save(**kwargs)
        except OSError as exc:
            log.warning("the notebook cannot be saved, trying again: %s", exc)

    nb_man.save = attempt


papermill_engines.register(ENGINE, GracefulEngine)
