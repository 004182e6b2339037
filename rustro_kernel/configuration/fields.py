"""Every key in words: default, meaning, allowed range."""

import datetime as dt
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from rustro_kernel.domain.settings import Clock

NAMES: dict[object, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    dt.date: "a date as YYYY-MM-DD",
    Path: "a path",
    type(None): "nothing",
    dict: "a table of plain values",
}
CLOCK = "a time as HH:MM:SS"


class Row(NamedTuple):
    """One key as `rustro config show` lists it."""

    key: str
    default: object
    description: str
    allowed: str


def walk(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every leaf key of a model with its field, in order."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from walk(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field


def row(key: str, field: FieldInfo) -> Row:
    """One key in words."""
    return Row(key, field.default, field.description or "", allowed(field))


def allowed(field: FieldInfo) -> str:
    """What a field accepts, in words."""
    return _words(field.annotation, tuple(field.metadata))


def _words(kind: object, limits: tuple[object, ...] = ()) -> str:
    """The words of a type, with the limits that were annotated on it."""
    outer, inner = get_origin(kind), get_args(kind)
    if outer is Annotated:
        return _words(inner[0], _flat(inner[1:]))
    if outer is Literal:
        return f"{'one of ' if len(inner) > 1 else ''}{', '.join(map(repr, inner))}"
    if outer in (Union, types.UnionType):
        return " or ".join(_words(k, () if k is type(None) else limits) for k in inner)
    if outer is tuple:
        return f"a list{_bounds(limits)}, each {_words(inner[0])}"
    if any(limit in Clock.__metadata__ for limit in limits):  # type: ignore[attr-defined]
        return CLOCK
    return NAMES[outer if outer is dict else kind] + _bounds(limits)


def _flat(limits: tuple[object, ...]) -> tuple[object, ...]:
    """Limits, with those inside a `Field(...)` taken out."""
    groups = (limit.metadata if isinstance(limit, FieldInfo) else [limit] for limit in limits)
    return tuple(limit for group in groups for limit in group)


def _bounds(limits: tuple[object, ...]) -> str:
    """The limits in words, in the order they were given: from, then up to."""
    words = ""
    for limit in limits:
        match limit:
            case Ge(ge=low):
                words += f" from {low}"
            case Gt(gt=low):
                words += f" above {low}"
            case Le(le=high):
                words += f" up to {high}"
            case MinLen(min_length=least):
                words += f" of at least {least}"
            case _:
                pass  # what is not a bound says what it wants when it refuses
    pattern = next((p for limit in limits if (p := getattr(limit, "pattern", None))), None)
    return f"{words} like {pattern}" if pattern else words
