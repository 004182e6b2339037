import pytest

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.own_strategies.names import used
from rustro_kernel.own_strategies.source import text_of
from rustro_kernel.own_strategies.standalone import standalone
from tests.own_strategies.cells import MINE, notebook

CANNOT = "the strategy mine cannot stand alone: "


def test_names_are_those_that_are_read_from_outside():
    source = "class A(B):\n    x = 1\n    def f(self, y: 'C'):\n        z = D + len(E)\n"
    assert used(source) == ["B", "C", "D", "E"]


def test_a_local_name_is_none_of_the_surroundings():
    assert used("def f():\n    data = 1\n    return [data for data in range(data)]\n") == []


def test_the_newest_definition_of_a_cell_that_was_run_twice_is_taken():
    book = notebook(MINE, MINE.replace("Field(30", "Field(45"))
    assert "Field(45" in (text_of(book.Mine) or "")


def test_only_what_is_used_is_imported():
    text = standalone(notebook(MINE).Mine)
    assert text.startswith(
        '"""The strategy mine, saved from a notebook by rustro."""\n\nfrom pydantic'
    )
    assert "import TriggerKind as Kind" in text
    assert "maths" not in text


def test_modules_keep_the_name_they_had():
    book = notebook(MINE.replace("moment.minutes_into_hour", "maths.floor(moment.at_ns)"))
    assert "import math as maths\n" in standalone(book.Mine)


def test_helpers_and_constants_come_along_before_the_class():
    book = notebook(
        "EVERY, NAMES = 30, ('a', 2.5)",
        "def due(minutes):\n    return minutes % EVERY == len(NAMES) - 2",
        "class Base(Strategy):\n    def direction(self, _):\n        return Finding(Direction.CE)",
        MINE.replace("(Strategy)", "(Base)").replace(
            "moment.minutes_into_hour % self.params.every == 0", "due(moment.minutes_into_hour)"
        ),
    )
    text = standalone(book.Mine)
    places = [text.index(part) for part in ("EVERY = 30", "class Base", "class Mine")]
    assert places == sorted(places)
    assert "NAMES = ('a', 2.5)" in text
    assert text.index("def due") < text.index("class Mine")


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("import pandas as pd\nDATA = pd.DataFrame({'a': [1]})", "a DataFrame"),
        ("DATA = [1, 2]", "a list"),
        ("DATA = {}", "a dict"),
        ("DATA = object()", "a object"),
        ("DATA = float('inf')", "a float"),
    ],
)
def test_what_only_the_notebook_holds_is_refused(cell, what):
    book = notebook(cell, MINE.replace("moment.minutes_into_hour", "len(DATA)"))
    with pytest.raises(BadUsage) as told:
        standalone(book.Mine)
    assert str(told.value) == (
        f"{CANNOT}Mine uses DATA, {what} that only this notebook holds. A strategy is told "
        "everything by its arguments and its Params; work it out there"
    )


def test_a_class_made_inside_a_function_is_refused_with_what_it_uses():
    inner = "\n".join("    " + line for line in MINE.splitlines())
    book = notebook(
        "def make(level):"
        + inner.replace("moment.minutes_into_hour", "level")
        + "\n        return Mine"
    )
    with pytest.raises(BadUsage, match="defined inside a function and uses its level"):
        standalone(book.make(3))


def test_what_nothing_defines_is_named():
    book = notebook(MINE.replace("moment.minutes_into_hour", "nowhere()"))
    with pytest.raises(BadUsage, match="Mine uses nowhere, which nothing defines"):
        standalone(book.Mine)
