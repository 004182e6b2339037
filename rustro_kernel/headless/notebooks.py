"""Where the notebooks are: beside the package in a checkout, inside it in an installed wheel."""

from pathlib import Path

PACKAGED = Path(__file__).parents[1] / "notebooks"
CHECKOUT = Path(__file__).parents[2] / "notebooks"


def session_notebook() -> Path:
    """The notebook that `rustro run` executes."""
    for folder in (PACKAGED, CHECKOUT):
        path = folder / "session.ipynb"
        if path.is_file():
            return path
    raise FileNotFoundError(f"session.ipynb is neither in {PACKAGED} nor in {CHECKOUT}")
