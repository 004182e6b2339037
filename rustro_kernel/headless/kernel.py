"""The kernel of a headless run."""

import sys

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default


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
