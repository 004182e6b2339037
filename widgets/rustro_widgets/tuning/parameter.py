"""One parameter as a slider, a switch or a list needs it, read off its field."""

from types import NoneType
from typing import Any, Literal, NamedTuple, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from rustro_widgets.tuning.steps import round_up, step_of

UNITS = {
    "_pct": "%",
    "_ms": "ms",
    "_s": "s",
    "_mult": "x",
    "_minutes": "min",
    "_ticks": "ticks",
    "_period": "bars",
    "_bars": "bars",
    "_lookback": "bars",
    "_dte": "days",
    "balance": "Rs",
}
"""A key says its unit at its end."""
FAR = 4
"""A slider without a narrow range ends at so many times the value it begins at."""
UNSET = 20.0
"""What is taken as usual of a parameter that is off."""
LONG = 500
"""Whole numbers up to here are walked one by one."""


class Parameter(NamedTuple):
    """One parameter. `choices` are all its values where it is no number."""

    key: str
    group: str
    kind: Literal["whole", "number", "switch", "choice"]
    unit: str
    doc: str
    value: Any
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0
    choices: tuple[Any, ...] = ()
    is_optional: bool = False

    @property
    def label(self) -> str:
        """The key without its section and unit, as words."""
        name = self.key.rsplit(".", 1)[-1]
        ending = next((each for each in UNITS if each[0] == "_" and name.endswith(each)), "")
        wanted = name.removesuffix(ending) if ending in ("_pct", "_ms", "_s", "_mult") else name
        return wanted.replace("_", " ")

    @property
    def said(self) -> str:
        """The label with its unit: stop, %."""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    @property
    def is_number(self) -> bool:
        """Whether it has a range that can be swept."""
        return self.kind in ("whole", "number")


def parameter(key: str, group: str, field: FieldInfo, value: Any) -> Parameter:  # noqa: ANN401
    """The parameter of a field of the configuration, or of a strategy's own, with its value."""
    kind, is_optional = _plain(field.annotation)
    doc = field.description or ""
    about = (key, group)
    if kind is bool:
        return Parameter(*about, "switch", "", doc, bool(value))
    if get_origin(kind) is Literal:
        return Parameter(*about, "choice", "", doc, value, choices=get_args(kind))
    if kind is not int and kind is not float:
        return Parameter(*about, "choice", "", doc, value, choices=(value,))
    low, high = _range(field, value, is_whole=kind is int)
    is_long = kind is float or high - low > LONG
    step = step_of(low, high, value, is_whole=kind is int) if is_long else 1.0
    low = step if low == 0 and any(isinstance(one, Gt) for one in field.metadata) else low
    name = "whole" if kind is int else "number"
    unit = _unit(key, field)
    return Parameter(*about, name, unit, doc, value, low, high, step, (), is_optional)  # type: ignore[arg-type]


def _plain(annotation: Any) -> tuple[Any, bool]:  # noqa: ANN401 - types of types
    """The type without its None, and whether it may be None."""
    inner = [each for each in get_args(annotation) if each is not NoneType]
    if NoneType in get_args(annotation) and len(inner) == 1:
        return inner[0], True
    return annotation, False


def _range(field: FieldInfo, value: Any, *, is_whole: bool) -> tuple[float, float]:  # noqa: ANN401
    low, high = 0.0, float("inf")
    for limit in field.metadata:
        match limit:
            case Ge(ge=bound) | Gt(gt=bound):
                low = float(str(bound))
            case Le(le=bound) | Lt(lt=bound):
                high = float(str(bound))
            case _:
                pass  # no bound
    numbers = [abs(float(each)) for each in (field.default, value) if isinstance(each, int | float)]
    usual = max(numbers, default=UNSET) or (10.0 if is_whole else 2.5)
    return low, min(high, round_up(FAR * usual))


def _unit(key: str, field: FieldInfo) -> str:
    extra = field.json_schema_extra
    if isinstance(extra, dict) and "unit" in extra:
        return str(extra["unit"])
    return next((unit for ending, unit in UNITS.items() if key.endswith(ending)), "")
