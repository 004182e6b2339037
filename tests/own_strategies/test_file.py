import hashlib
import subprocess
import sys

import pytest

from rustro_kernel.domain.errors import BadConfig, BadUsage
from rustro_kernel.domain.settings import Strategy as Settings
from rustro_kernel.own_strategies.chosen import chosen, of
from rustro_kernel.own_strategies.file import load, save_strategy
from tests.own_strategies.cells import IMPORTS, MINE, notebook


def test_what_is_saved_loads_back_with_the_hash_the_class_had(tmp_path):
    kind = notebook(MINE).Mine
    path = save_strategy(kind, tmp_path / "mine.py")
    again = load(path)
    assert again.name == "mine"
    assert again is not kind
    assert of(again).source_hash == of(kind).source_hash
    assert of(again).source_hash == hashlib.sha256(path.read_bytes()).hexdigest()
    again().configure(Settings(params={"every": 5}))


def test_a_loaded_strategy_is_saved_as_it_was_loaded(tmp_path):
    first = save_strategy(notebook(MINE).Mine, tmp_path / "a.py")
    second = save_strategy(load(first), tmp_path / "b.py")
    assert first.read_text() == second.read_text()


def test_a_file_that_is_edited_later_changes_nothing_that_was_loaded(tmp_path):
    path = save_strategy(notebook(MINE).Mine, tmp_path / "a.py")
    before = of(load(path)).source_hash
    path.write_text(path.read_text().replace("Field(30", "Field(31"))
    after = load(path)
    assert of(after).source_hash != before
    assert after().params.every == 31


@pytest.mark.parametrize(
    ("kind", "name", "problem"),
    [
        (int, "a.py", "a subclass of rk.Strategy can be saved"),
        (None, "a.txt", "ends in .py"),
        (None, "there.py", "is there already; overwrite=True replaces it"),
    ],
)
def test_what_cannot_be_saved_is_told(tmp_path, kind, name, problem):
    (tmp_path / "there.py").write_text("mine")
    with pytest.raises(BadUsage, match=problem):
        save_strategy(kind or notebook(MINE).Mine, tmp_path / name)
    assert (tmp_path / "there.py").read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("def f(:", "cannot be run: SyntaxError"),
        ("import nowhere_to_be_found", "cannot be run: ModuleNotFoundError"),
        ("x = 1", "holds no strategy; strategy.name asks for adx"),
        ("{IMPORTS}{MINE}{OTHER}", "holds mine, other; strategy.name asks for adx"),
        ("{IMPORTS}{ADX}", "the name adx belongs to a built-in strategy"),
    ],
)
def test_a_file_that_is_no_strategy_is_told_in_one_sentence(tmp_path, text, problem):
    other = MINE.replace("class Mine", "class Other").replace('"mine"', '"other"')
    parts = {
        "IMPORTS": IMPORTS,
        "MINE": MINE,
        "OTHER": other,
        "ADX": MINE.replace('"mine"', '"adx"'),
    }
    for name, part in parts.items():
        text = text.replace(f"{{{name}}}", part.replace("\n    ", "\n"))
    path = tmp_path / "own.py"
    path.write_text(text)
    with pytest.raises(BadConfig, match=problem) as told:
        chosen(None, "adx", path)
    assert told.value.key == "strategy.file"


def test_of_several_in_a_file_the_name_chooses(tmp_path):
    other = MINE.replace("class Mine", "class Other").replace('"mine"', '"other"')
    path = tmp_path / "own.py"
    path.write_text((IMPORTS + MINE + other).replace("\n    ", "\n"))
    assert chosen(None, "other", path).name == "other"


CELLS = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
imports, mine, path = {imports!r}, {mine!r}, {path!r}
for cell in (
    imports,
    "class Numbers(Section):\\n    every: int = Field(30, ge=1, description='minutes')",
    mine,
    "saved = rk.save_strategy(Mine, path)",
    "from rustro_kernel.own_strategies.chosen import chosen",
    "assert chosen(None, 'mine', saved).source_hash == chosen(Mine, '').source_hash",
):
    shell.push({{"path": path}})
    shell.run_cell(cell).raise_error()
"""


def test_a_class_of_a_real_cell_is_found_with_its_settings_from_another_cell(tmp_path):
    inner = MINE[MINE.index("        class Params") : MINE.index("        def direction")]
    mine = MINE.replace(inner, "        Params = Numbers\n\n")
    text = CELLS.format(
        imports=IMPORTS.replace("\n    ", "\n"),
        mine=mine.replace("\n    ", "\n"),
        path=str(tmp_path / "mine.py"),
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "class Numbers(Section)" in (tmp_path / "mine.py").read_text()
