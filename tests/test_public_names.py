"""Everything public says what it takes, in the docstring `help` and Shift-Tab show."""

import ast
import dataclasses
import enum
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import msgspec
import pydantic
import pytest

import rustro_kernel as rk
import rustro_widgets
from rustro_kernel import indicators
from rustro_kernel.pricing import formula, greeks
from rustro_kernel.research import bootstrap, deflated, ratios, result
from rustro_widgets import charts

PLACES: tuple[ModuleType, ...] = (rk, indicators, rustro_widgets, charts)
OF_RK = tuple(vars(rk)["_NAMES"])


class Public(NamedTuple):
    """A name somebody outside may use."""

    name: str
    value: Any

    @property
    def text(self) -> str:
        """Its docstring; of a class with that of its constructor."""
        own = inspect.getdoc(self.value) or ""
        init = inspect.getdoc(self.value.__init__) if inspect.isclass(self.value) else ""
        return f"{own}\n{init}"


def names_of(place: ModuleType) -> tuple[str, ...]:
    return OF_RK if place is rk else tuple(place.__all__)


def is_ours(value: object) -> bool:
    module = getattr(value, "__module__", "") or ""
    return module.startswith(("rustro_kernel", "rustro_widgets"))


def members(name: str, cls: type) -> Iterator[Public]:
    """What a class of ours adds to its bases."""
    for key, raw in vars(cls).items():
        value = raw.__func__ if isinstance(raw, classmethod | staticmethod) else raw
        shown = value.fget if isinstance(value, property) else value
        if not key.startswith("_") and inspect.isfunction(shown) and is_ours(shown):
            yield Public(f"{name}.{key}", value)


def public() -> Iterator[Public]:
    for place in PLACES:
        for name in names_of(place):
            value = getattr(place, name)
            full = f"{place.__name__}.{name}"
            if inspect.ismodule(value):
                continue
            yield Public(full, value)
            for base in value.__mro__ if inspect.isclass(value) else ():
                if is_ours(base):
                    yield from members(full, base)


ALL: dict[str, Public] = {}
for item in public():  # a method comes before those it overrides
    ALL.setdefault(item.name, item)
CLASSES = {name: item.value for name, item in ALL.items() if inspect.isclass(item.value)}


def fields(kind: type) -> list[str]:
    """What an object of it holds, and somebody may read."""
    if issubclass(kind, enum.Enum):
        return list(kind.__members__)
    if issubclass(kind, msgspec.Struct):
        return list(kind.__struct_fields__)
    held = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
    return [field.name for field in held if not field.name.startswith("_")]


def is_told(field: str, text: str) -> bool:
    """Whether a docstring has a line of its own for it, or puts it between backticks."""
    return bool(re.search(rf"^ *(\w+, )*{field}(, \w+)*: |`{field}`", text, re.MULTILINE))


def raised(value: Any) -> set[str]:
    """Errors that its own lines raise; what they call is tried out below."""
    code = value.fget if isinstance(value, property) else value
    code = vars(code).get("__init__") if inspect.isclass(code) else code
    if not inspect.isfunction(code) or code.__code__.co_filename.startswith("<"):
        return set()  # none of ours, or written by dataclasses
    tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    errors = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise)]
    names = [e.func if isinstance(e, ast.Call) else e for e in errors]
    return {e.id for e in names if isinstance(e, ast.Name) and e.id[0].isupper()}


def told_errors(text: str) -> set[str]:
    """The names below Raises."""
    parts = re.findall(r"^Raises:\n((?:[ ]+.*\n?)+)", text, re.MULTILINE)
    return set(re.findall(r"^ +(\w+):", "".join(parts), re.MULTILINE))


def parameters(value: Any) -> list[str]:
    """Those a caller gives; structs and sections say at each field what it is."""
    described = (enum.Enum, pydantic.BaseModel, msgspec.Struct, tuple)
    if isinstance(value, property):
        return []
    if inspect.isclass(value) and issubclass(value, (*described, Exception)):
        return []  # their fields are described apart; errors are only caught
    signature = inspect.signature(value)
    return [name for name in signature.parameters if name not in ("self", "cls")]


@pytest.mark.parametrize("name", ALL)
def test_a_public_name_has_a_docstring_that_names_every_parameter(name):
    item = ALL[name]
    assert inspect.getdoc(item.value)
    unsaid = [p for p in parameters(item.value) if not re.search(rf"\b{p}\b", item.text)]
    assert unsaid == []


@pytest.mark.parametrize("name", CLASSES)
def test_a_public_class_says_what_it_is_in_its_own_words(name):
    assert vars(CLASSES[name]).get("__doc__")


@pytest.mark.parametrize("name", CLASSES)
def test_a_public_class_says_what_each_of_its_fields_is(name):
    text = ALL[name].text
    assert [field for field in fields(CLASSES[name]) if not is_told(field, text)] == []


def keys(section: type[pydantic.BaseModel], at: str = "") -> Iterator[tuple[str, str | None]]:
    """Every key of a configuration with its words."""
    for name, field in section.model_fields.items():
        kind = field.annotation
        if inspect.isclass(kind) and issubclass(kind, pydantic.BaseModel):
            yield f"{at}{name}", vars(kind).get("__doc__")
            yield from keys(kind, f"{at}{name}.")
        else:
            yield f"{at}{name}", field.description


def test_every_key_and_section_of_the_configuration_has_words():
    assert [key for key, words in keys(rk.Config) if not words] == []


@pytest.mark.parametrize("name", ALL)
def test_what_a_public_name_raises_is_in_its_docstring(name):
    item = ALL[name]
    assert raised(item.value) - told_errors(item.text) == set()


BARS = [1.0, 2.0, 1.5]
NOWHERE = "nowhere"
CALLS: dict[str, list[Callable[[], object]]] = {
    "rustro_kernel.attach": [lambda: rk.attach(NOWHERE)],
    "rustro_kernel.Config.load": [
        lambda: rk.Config.load(NOWHERE),
        lambda: rk.Config.load(**{"exits.stop_pct": "much"}),
    ],
    "rustro_kernel.Config.changed": [lambda: rk.Config.load().changed({"exits.stop": 1})],
    "rustro_kernel.Config.recorded": [lambda: rk.Config.recorded(Path(NOWHERE))],
    "rustro_kernel.History.load": [lambda: rk.History.load(NOWHERE), lambda: rk.History.load(3)],
    "rustro_kernel.save_strategy": [lambda: rk.save_strategy(3, "mine.py")],
    "rustro_kernel.Session": [lambda: rk.Session("demo")],  # type: ignore[arg-type]
    "rustro_kernel.certificate": [lambda: rk.certificate(NOWHERE, NOWHERE)],
    "rustro_kernel.check_strategy": [lambda: rk.check_strategy(NOWHERE)],
    "rustro_kernel.compare": [lambda: rk.compare(NOWHERE, NOWHERE)],
    "rustro_kernel.backtest": [
        lambda: rk.backtest(NOWHERE),
        lambda: rk.backtest(NOWHERE, "no strategy"),
        lambda: rk.backtest(NOWHERE, start="yesterday"),
    ],
    "rustro_kernel.promote": [lambda: rk.promote(NOWHERE)],
    "rustro_kernel.replay": [lambda: rk.replay(NOWHERE)],
    "rustro_kernel.runs": [lambda: rk.runs(NOWHERE)],
    "rustro_kernel.sweep": [lambda: rk.sweep(NOWHERE, grid={"exits.stop_pct": [1]})],
    "rustro_kernel.Sweeper": [lambda: rk.Sweeper(NOWHERE)],
    "rustro_kernel.walk_forward": [
        lambda: rk.walk_forward(NOWHERE, None, {"exits.stop_pct": [1]}),
    ],
    "rustro_kernel.why": [lambda: rk.why(Path(NOWHERE)), lambda: rk.why([], at="noon")],
    "rustro_kernel.indicators.ADX": [lambda: indicators.ADX(1)],
    "rustro_kernel.indicators.ADX.update": [lambda: indicators.ADX().update(1, 2, 1)],
    "rustro_kernel.indicators.EMA": [lambda: indicators.EMA(0)],
    "rustro_kernel.indicators.RSI": [lambda: indicators.RSI(1)],
    "rustro_kernel.indicators.adx": [lambda: indicators.adx(BARS, BARS[1:], BARS)],
    "rustro_kernel.indicators.ema": [lambda: indicators.ema([float("nan")], 3)],
    "rustro_kernel.indicators.rsi": [lambda: indicators.rsi([BARS])],
    "rustro_kernel.indicators.together": [lambda: indicators.together(BARS, BARS, BARS, slow=0)],
    "rustro_widgets.Cockpit": [lambda: rustro_widgets.Cockpit(3)],  # type: ignore[arg-type]
    "rustro_widgets.Tuner": [lambda: rustro_widgets.Tuner(NOWHERE)],
    "rustro_widgets.charts.adx": [lambda: charts.adx(NOWHERE)],
    "rustro_widgets.charts.day": [lambda: charts.day(NOWHERE)],
    "rustro_widgets.charts.equity": [lambda: charts.equity(NOWHERE)],
    "rustro_widgets.charts.funnel": [lambda: charts.funnel(NOWHERE)],
    "rustro_widgets.charts.hourly_bars": [lambda: charts.hourly_bars(NOWHERE)],
    "rustro_widgets.charts.load": [lambda: charts.load(NOWHERE)],
    "rustro_widgets.charts.why_strip": [lambda: charts.why_strip(NOWHERE)],
}


@pytest.mark.parametrize("name", CALLS)
def test_what_a_mistake_raises_is_in_the_docstring(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = told_errors(ALL[name].text)
    for call in CALLS[name]:
        with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is what is asked
            call()
        assert {kind.__name__ for kind in type(caught.value).__mro__} & told
        assert str(caught.value)


WILDER = r"Wilder.*1978"
SOURCES = [
    *((indicators.ADX, WILDER), (indicators.adx, WILDER), (indicators.RSI, WILDER)),
    *((indicators.rsi, WILDER), (indicators.together, WILDER)),
    *((indicators.EMA, "TA-Lib"), (indicators.ema, "TA-Lib")),
    (result.Result.deflated_sharpe, r"Bailey and M\. Lopez de Prado.*2014"),
    (deflated, r"Bailey and M\. Lopez de Prado.*2014"),
    (bootstrap, r"Politis and J\. P\. Romano.*1994"),
    (ratios.sortino, "Sortino and L. N. Price"),
    (greeks, r"Black.*1976"),
    (formula, r"Black.*1976"),
]


@pytest.mark.parametrize(
    ("value", "source"), SOURCES, ids=[f"{n} by {source}" for n, (_, source) in enumerate(SOURCES)]
)
def test_a_formula_says_whose_it_is(value, source):
    assert re.search(source, inspect.getdoc(value) or "", re.DOTALL)
