"""README and guides promise only what is there: commands, flags, files, the default day."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from rustro_kernel.cli import app
from rustro_kernel.config import Config

ROOT = Path(__file__).parents[1]
PAGES = {
    path: path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "rustro_kernel/guides").glob("*.md")))
}
README = PAGES[ROOT / "README.md"]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks_of(kind: str, *texts: str) -> list[str]:
    found = (block for text in texts or PAGES.values() for block in FENCED.findall(text))
    return [body for k, body in found if k == kind]


def calls_of(*texts: str) -> list[list[str]]:
    """The words after each `rustro` of the shell blocks."""
    lines = (line for block in blocks_of("sh", *texts) for line in block.splitlines())
    words = [shlex.split(part) for line in lines for part in line.split("&&")]
    return [w[1:] for w in words if w and Path(w[0]).name == "rustro"]


def resolved(words: list[str]) -> tuple[list[str], Any]:
    """The names of the (sub)command a call means, and the command."""
    command: Any = typer.main.get_command(app)
    names = []
    for word in words:
        found = getattr(command, "commands", {}).get(word)
        if found is None:
            break
        names.append(word)
        command = found
    return names, command


def flags(command: Any) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts}


@pytest.mark.parametrize("words", calls_of(), ids=" ".join)
def test_every_command_exists_with_every_flag(words: list[str]):
    names, command = resolved(words)
    assert names, f"no command {words[0]}"
    assert {word for word in words if word.startswith("-")} <= flags(command)
    shown = CliRunner().invoke(app, [*names, "--help"])
    assert shown.exit_code == 0


def test_the_readme_shows_the_commands_a_newcomer_needs():
    assert {resolved(words)[0][0] for words in calls_of()} >= {
        "run", "replay", "verify", "why", "lab", "config",
    }  # fmt: skip


def test_keys_in_commands_are_keys_of_the_configuration():
    pairs = [words[i + 1] for words in calls_of() for i, w in enumerate(words) if w == "-p"]
    assert pairs
    Config.load(None, profile="demo", **dict(pair.split("=", 1) for pair in pairs))


def test_there_is_exactly_one_marked_test_command():
    found = re.findall(r"<!-- test command -->\s*```sh\n(.*?)```", README, re.DOTALL)
    assert len(found) == 1
    assert "pytest" in found[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_links_and_named_files_exist(page: Path):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", PAGES[page])
    named = re.findall(r"tests/[\w/]+\.py", PAGES[page])
    missing = [name for name in links if not (page.parent / name).exists()]
    assert missing + [name for name in named if not (ROOT / name).exists()] == []


def test_the_default_day_is_the_one_stated():
    assert f"**{Config().sim.date}** (`sim.date`" in README
    assert f"seed {Config().sim.seed}" in README


def test_python_examples_use_names_that_exist():
    for body in blocks_of("python"):
        compile(body, "a page", "exec")
        imports = [line for line in body.splitlines() if line.startswith(("import ", "from "))]
        exec("\n".join(imports), {})  # our own text
