"""Executes the example notebooks and stores what a reader without a kernel is to see.

Pictures (few colours: they are charts), tables and printed lines stay; widgets and
places on this machine do not. `tests/test_notebooks.py` holds the stored notebooks to that.
"""

import base64
import copy
import io
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
SHOWN = ("image/png", "text/html", "text/plain")
COLOURS = 48
PLACE = re.compile(rf"{re.escape(tempfile.gettempdir())}/[\w.-]+/")


def shown(output: Any) -> Any:  # noqa: ANN401 - nbformat is untyped
    """The output as a reader sees it; None if there is nothing to see."""
    if output.output_type == "stream":
        output.text = PLACE.sub("", output.text)
        return output if output.name == "stdout" else None
    data = {kind: output.data[kind] for kind in SHOWN if kind in output.get("data", {})}
    if "application/vnd.jupyter.widget-view+json" in output.get("data", {}) or not data:
        return None
    if "image/png" in data:
        data = {"image/png": smaller(data["image/png"])}
    elif "text/html" in data:
        data = {"text/html": PLACE.sub("", data["text/html"])}
    else:
        data = {"text/plain": PLACE.sub("", data["text/plain"])}
    return nbformat.v4.new_output("display_data", data=data)


def smaller(png: str) -> str:
    """The same chart in few colours."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    made = io.BytesIO()
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(made, "png", optimize=True)
    return base64.b64encode(made.getvalue()).decode()


def show(path: Path) -> None:
    """Execute one notebook and store it."""
    book = nbformat.read(path, as_version=4)
    about = copy.deepcopy(book.metadata)
    NotebookClient(book, resources={"metadata": {"path": str(path.parent)}}).execute()
    for cell in book.cells:
        cell.metadata = {k: v for k, v in cell.metadata.items() if k == "tags"}
        if cell.cell_type == "code":
            cell.outputs = [kept for one in cell.outputs if (kept := shown(one)) is not None]
    book.metadata = about
    path.write_text(nbformat.writes(book) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for found in sys.argv[1:] or sorted(NOTEBOOKS.glob("0[1-9]_*.ipynb")):
        show(Path(found))
