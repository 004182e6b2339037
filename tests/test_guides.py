"""The reference pages say what the code says."""

from importlib.metadata import version
from pathlib import Path

import pytest

from rustro_kernel.guides.generate import PAGES, made

ROOT = Path(__file__).parents[1]
GUIDES = ROOT / "rustro_kernel" / "guides"


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_is_what_the_code_says_today(name):
    installed = f"typer=={version('typer')}"
    if name == "commands.md" and installed not in (ROOT / "requirements.lock").read_text():
        pytest.skip(f"{installed} is not the locked one, and may set the page otherwise")
    assert (GUIDES / name).read_text(encoding="utf-8") == made(name), (
        "run python -m rustro_kernel.guides.generate"
    )
