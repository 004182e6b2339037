"""Draws the records of a run as its notebook does, in a process of its own: the cells, executed.

`python -m rustro_kernel.headless.summary RUN_DIR` writes what they give to stdout, as JSON. It is
for a day whose kernel died, and for `rustro verify`, which holds a notebook against it.
"""

import json
import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.headless.executed import RECORDS, code_cells, read_cells, source, tags
from rustro_kernel.headless.notebooks import session_notebook

Outputs = list[dict[str, Any]]
PATIENCE_S = 300


def drawn(folder: Path) -> dict[str, Outputs]:
    """What each drawing cell gives for a run folder, by the cell's id, as nbformat keeps it.

    Raises:
        SessionFailed: If they cannot be executed at all.
    """
    command = [sys.executable, "-m", "rustro_kernel.headless.summary", str(folder.absolute())]
    with TemporaryDirectory(prefix="rustro-") as place:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command, check=False, capture_output=True, timeout=PATIENCE_S, env=_environment(place)
        )
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise SessionFailed(f"the records of {folder} cannot be drawn: {''.join(last)}")
    found: dict[str, Outputs] = json.loads(done.stdout)
    return found


def _environment(place: str) -> dict[str, str]:
    """Nothing of ours, secrets least of all, and nothing of a notebook's set-up."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("RUSTRO_", "MPL"))}
    return {**kept, "IPYTHONDIR": place, "MPLBACKEND": "agg"}


def main(folder: Path) -> None:
    """Execute the cells."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    quiet = Config()
    quiet.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=quiet)
    shell.push({"session": SimpleNamespace(folder=folder)})
    cells = code_cells(read_cells(session_notebook()))
    first = next(i for i, cell in enumerate(cells) if RECORDS in tags(cell))
    made = {cell["id"]: _outputs(shell, source(cell)) for cell in cells[first:]}
    sys.stdout.write(json.dumps(made))


def _outputs(shell: Any, text: str) -> Outputs:  # noqa: ANN401 - IPython is untyped
    from IPython.utils.capture import capture_output

    values: list[Any] = []
    shell.display_trap.hook = values.append
    with capture_output() as caught:
        result = shell.run_cell(text)
    made: Outputs = []
    if result.success and caught.stdout:
        made.append({"output_type": "stream", "name": "stdout", "text": caught.stdout})
    shown = [(o.data, o.metadata) for o in caught.outputs]
    shown += [shell.display_formatter.format(value) for value in values if value is not None]
    made += [
        {"output_type": "display_data", "data": _texts(data), "metadata": metadata or {}}
        for data, metadata in shown
    ]
    problem = result.error_before_exec or result.error_in_exec
    if problem is not None:
        ename, words = type(problem).__name__, str(problem)
        made.append({"output_type": "error", "ename": ename, "evalue": words, "traceback": []})
    return made


def _texts(data: dict[str, Any]) -> dict[str, Any]:
    """Pictures as text, as a notebook keeps them."""
    return {
        kind: b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in data.items()
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
