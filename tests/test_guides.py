"""The reference pages say what the code says."""

from importlib.metadata import version
from pathlib import Path

import pytest

from rustro_kernel.guides import licences
from rustro_kernel.guides.generate import PAGES, made
from tests.test_environment import PROJECT, name as normalised

ROOT = Path(__file__).parents[1]
GUIDES = ROOT / "rustro_kernel" / "guides"
OF_CODE = sorted(set(PAGES) - {"licences.md"})


@pytest.mark.parametrize("name", OF_CODE)
def test_a_reference_page_is_what_the_code_says_today(name):
    installed = f"typer=={version('typer')}"
    if name == "commands.md" and installed not in (ROOT / "requirements.lock").read_text():
        pytest.skip(f"{installed} is not the locked one, and may set the page otherwise")
    assert (GUIDES / name).read_text(encoding="utf-8") == made(name), (
        "run python -m rustro_kernel.guides.generate"
    )


def test_the_licence_of_every_dependency_is_on_the_page():
    stated = dict(
        line.strip("| \n").split(" | ")
        for line in (GUIDES / "licences.md").read_text().splitlines()
        if line.startswith("| ")
    )
    assert {normalised(line) for line in PROJECT["dependencies"]} <= set(stated)
    assert "not stated" not in stated.values()
    brought = {normalised(dist.name) for dist in licences.brought("rustro", set())}
    assert brought <= {normalised(package) for package in stated}


def test_what_a_dependency_brings_along_is_named_too():
    names = {dist.name.lower() for dist in licences.brought("rustro", set())}
    assert names >= {"pandas", "python-dateutil", "six"}
    assert "pytest" not in names
