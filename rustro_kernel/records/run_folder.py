"""A folder in which a run was recorded."""

from pathlib import Path

from rustro_kernel.domain.errors import BadData
from rustro_kernel.records import layout


def run_folder(folder: Path) -> Path:
    """The folder, if a run was recorded there.

    Raises:
        BadData: If there is no such folder, or it holds no run.
    """
    if not folder.is_dir():
        raise BadData(str(folder), "no such run folder")
    if not any((folder / name).is_file() for name in (layout.EVENTS, layout.MANIFEST)):
        raise BadData(str(folder), f"holds no run: there is no {layout.EVENTS}")
    return folder
