"""What `set` may change during a day: every such key with its value, unit and bounds."""

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from rustro_kernel.domain.settings import EngineSettings
from rustro_kernel.engine.asked import AtHand, Kind, Setting
from rustro_kernel.engine.settings_change import CHANGEABLE, FIXED

KINDS: dict[object, Kind] = {bool: "switch", int: "whole", float: "number", str: "text"}
UNITS = {"_pct": "%", "_s": "s", "_ms": "ms", "_minutes": "min", "_value": "Rs"}


def settings_list(at_hand: AtHand) -> tuple[Setting, ...]:
    """In the order of the configuration; lists and tables cannot be changed during a day."""
    pending = dict(at_hand.pending)
    return tuple(
        found
        for section in CHANGEABLE
        for name, field in _model(section).model_fields.items()
        if f"{section}.{name}" not in FIXED
        and (found := _setting(section, name, field, at_hand.settings, pending)) is not None
    )


def _model(section: str) -> type[BaseModel]:
    model = EngineSettings.model_fields[section].annotation
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)
    return model


def _setting(
    section: str,
    name: str,
    field: FieldInfo,
    settings: Mapping[str, Mapping[str, Any]],
    pending: Mapping[str, str],
) -> Setting | None:
    kind, choices, can_be_none, bounds = _read(field.annotation)
    if kind is None:
        return None
    low, high = _bounds([*field.metadata, *bounds])
    key = f"{section}.{name}"
    return Setting(
        key=key,
        value=settings.get(section, {}).get(name, field.default),
        kind=kind,
        unit=next((unit for ending, unit in UNITS.items() if name.endswith(ending)), ""),
        low=low,
        high=high,
        choices=choices,
        meaning=field.description or "",
        default=field.default,
        can_be_none=can_be_none,
        pending=pending.get(key, ""),
    )


def _read(annotation: object) -> tuple[Kind | None, tuple[str, ...], bool, list[object]]:
    """Kind, choices, whether there may be none, and the bounds that stand in the type."""
    outer, inner = get_origin(annotation), get_args(annotation)
    if outer in (Union, UnionType):
        one = next(each for each in inner if each is not NoneType)
        kind, choices, _, bounds = _read(one)
        return kind, choices, NoneType in inner, bounds
    if outer is Annotated:
        kind, choices, can_be_none, bounds = _read(inner[0])
        return kind, choices, can_be_none, [*bounds, *_flat(inner[1:])]
    if outer is Literal:
        return "choice", tuple(map(str, inner)), False, []
    return KINDS.get(annotation), (), False, []


def _flat(metadata: tuple[object, ...]) -> Iterator[object]:
    for each in metadata:
        yield from each.metadata if isinstance(each, FieldInfo) else [each]


def _bounds(metadata: list[object]) -> tuple[float | None, float | None]:
    low = high = None
    for bound in metadata:
        match bound:
            case Ge(ge=least) | Gt(gt=least):
                low = float(least)  # type: ignore[arg-type]  # our bounds are numbers
            case Le(le=most):
                high = float(most)  # type: ignore[arg-type]  # as above
            case _:
                pass
    return low, high
