"""Saving the notebook while it runs: whole or not at all, and never at the session's cost."""

import logging
from pathlib import Path
from typing import Any

import nbformat

from rustro_kernel.records.files import write_whole

log = logging.getLogger(__name__)


def save_safely(nb_man: Any) -> None:  # noqa: ANN401 - papermill is untyped
    """A save that is cut off leaves the one before; one that fails does not end the session."""
    save = nb_man.save

    def attempt(**kwargs: object) -> None:
        try:
            if "nb" in kwargs:
                nb_man.nb = kwargs["nb"]
            if _is_file(nb_man.output_path):
                write_notebook(nb_man.nb, Path(nb_man.output_path))
                nb_man.last_save_time = nb_man.now()
            else:
                save(**kwargs)
        except OSError as exc:
            log.warning("the notebook cannot be saved, trying again: %s", exc)

    nb_man.save = attempt


def write_notebook(notebook: Any, path: Path) -> None:  # noqa: ANN401
    """Replace a notebook file as a whole."""
    write_whole(path, nbformat.writes(notebook).encode() + b"\n")


def _is_file(path: object) -> bool:
    """Papermill writes to buckets as well."""
    return isinstance(path, str) and path.endswith(".ipynb") and "://" not in path
