"""Everything public says what it takes, in the docstring `help` and Shift-Tab show."""

import enum
import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

import msgspec
import pydantic
import pytest

import rustro_kernel as rk
import rustro_widgets
from rustro_kernel import indicators
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


ALL = {item.name: item for item in public()}


def parameters(value: Any) -> list[str]:
    """Those a caller gives; structs and sections say at each field what it is."""
    described = (enum.Enum, pydantic.BaseModel, msgspec.Struct, tuple)
    if isinstance(value, property):
        return []
    if inspect.isclass(value) and issubclass(value, described):
        return []
    signature = inspect.signature(value)
    return [name for name in signature.parameters if name not in ("self", "cls")]


@pytest.mark.parametrize("name", ALL)
def test_a_public_name_has_a_docstring_that_names_every_parameter(name):
    item = ALL[name]
    assert inspect.getdoc(item.value)
    unsaid = [p for p in parameters(item.value) if not re.search(rf"\b{p}\b", item.text)]
    assert unsaid == []
