"""A real Jupyter kernel of this interpreter, and its cells."""

import sys
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).parents[2]


class ThisInterpreter(KernelManager):
    """Starts the kernel with the interpreter of the tests."""

    @property
    def kernel_spec(self) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="test", language="python")


def executed(client, code: str, timeout_s: float = 100) -> str:
    """Run a cell; how it ended: ok, aborted, or the name of what it raised."""
    reply = client.execute_interactive(
        code, timeout=timeout_s, store_history=False, output_hook=lambda message: None
    )
    content = reply["content"]
    status: str = content["status"]
    return str(content.get("ename", status))


def execute(client, code: str) -> None:
    """Run a cell that must end well."""
    assert executed(client, code) == "ok"
