"""What is wrong with a configuration, as one sentence about one key."""

import difflib
from collections.abc import Mapping

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from rustro_kernel.configuration.fields import allowed
from rustro_kernel.configuration.layers import Layer, origin
from rustro_kernel.domain.errors import BadConfig

Fields = Mapping[str, FieldInfo]


def refusal(found: list[tuple[str, str]], layers: list[Layer]) -> BadConfig:
    """The error that names the first of the problems and counts the others."""
    faults = tuple(str(BadConfig(k, p, where=origin(layers, k))) for k, p in found)
    key, problem = found[0]
    others = len({name for name, _ in found} - {key})
    if others:
        keys = "key is wrong" if others == 1 else "keys are wrong"
        problem += f"; {others} more {keys}, `rustro config check` names them all"
    return BadConfig(key, problem, where=origin(layers, key), faults=faults)


def problems(error: ValidationError, fields: Fields) -> list[tuple[str, str]]:
    """Key and problem of everything pydantic found, in order, unknown keys first."""
    details = sorted(error.errors(), key=lambda d: d["type"] != "extra_forbidden")
    return [_problem(detail, fields) for detail in details]


def _problem(detail: ErrorDetails, fields: Fields) -> tuple[str, str]:
    path = ".".join(str(part) for part in detail["loc"])
    key = next((k for k in fields if f"{path}.".startswith(f"{k}.")), path)
    if detail["type"] == "extra_forbidden":
        return key, _unknown(key, fields)
    field = fields.get(key)
    got = _received(detail)
    if field is None:
        return key, f"got {got}, allowed is a table of keys"
    words = f"got {got}, allowed is {allowed(field)}"
    if detail["type"] == "value_error":
        words = f"{words} ({detail['ctx']['error']})"
    return key, words


def _received(detail: ErrorDetails) -> str:
    """The value as the user knows it, cut to a readable length."""
    value = detail["input"]
    text = repr(str(value) if not isinstance(value, (int, float, list, tuple)) else value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _unknown(key: str, fields: Fields) -> str:
    sections = {name.split(".")[0] for name in fields} if "." not in key else ()
    near = difflib.get_close_matches(key, [*fields, *sections], n=1, cutoff=0.75)
    return f"unknown key; did you mean {near[0]}?" if near else "unknown key"
