"""Papermill's engine with our kernel: a day that is asked to stop ends in good order.

Whatever ended it, its records are drawn.
`papermill --engine rustro notebooks/session.ipynb out.ipynb` finds it by its entry point.
"""

import os

from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

from rustro_kernel.headless.client import SessionClient
from rustro_kernel.headless.course import Course
from rustro_kernel.headless.kernel import ThisInterpreter
from rustro_kernel.headless.saving import save_safely

ENGINE = "rustro"
WANTED = ("stdout_file", "stderr_file", "log_output")


class GracefulEngine(NBClientEngine):  # type: ignore[misc]  # papermill is untyped
    """Papermill's own engine with our client and kernel."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: object,
        kernel_name: str,
        *,
        course: Course | None = None,
        kernel_environment: dict[str, str] | None = None,
        start_timeout: int = 60,
        **kwargs: object,
    ) -> object:
        """Run the notebook; papermill saves it after every cell, and meanwhile each half minute.

        Args:
            nb_man: Papermill's manager of the notebook.
            kernel_name: What the output says; the kernel is this interpreter.
            course: Filled in as the execution goes.
            kernel_environment: Given to the kernel alone, beside what it inherits.
            start_timeout: Seconds the kernel may take to come up.
            kwargs: Of papermill; there is no timeout of a cell, which would cut a flatten short.
        """
        save_safely(nb_man)
        client: PapermillNotebookClient = SessionClient(
            nb_man,
            course=course or Course(),
            kernel_name=kernel_name,
            kernel_manager_class=ThisInterpreter,
            timeout=None,
            startup_timeout=start_timeout,
            **{name: kwargs[name] for name in WANTED if name in kwargs},
        )
        return client.execute(env={**os.environ, **(kernel_environment or {})})


papermill_engines.register(ENGINE, GracefulEngine)
