"""What the user said about parameters when the Tuner was made."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from rustro_kernel.research.sweep.grid import Span, choices_of
from rustro_widgets.tuning.parameter import Parameter
from rustro_widgets.tuning.steps import step_of


class Wishes(NamedTuple):
    """Which come first, where they begin, and their ranges."""

    keys: tuple[str, ...] = ()
    values: Mapping[str, object] = {}
    ranges: Mapping[str, Sequence[Any]] = {}


def wishes(said: Mapping[str, object] | Sequence[str] | None) -> Wishes:
    """Keys alone, or keys with a value to begin at, or with "START:STOP:STEP" or a list.

    Raises:
        BadUsage: If a range is none.
    """
    if said is None:
        return Wishes()
    told = dict(said) if isinstance(said, Mapping) else dict.fromkeys(said)
    ranges = {key: _values(key, one) for key, one in told.items() if _is_range(key, one)}
    values = {k: v for k, v in told.items() if k not in ranges and v is not None}
    return Wishes(tuple(told), values, ranges)


def _is_range(key: str, said: object) -> bool:
    is_text = isinstance(said, str) and ":" in said and not key.startswith("hours.")
    return is_text or isinstance(said, list | tuple | range)


def _values(key: str, said: object) -> Sequence[Any]:
    values = choices_of({key: said})[key]
    return [values.low, values.high] if isinstance(values, Span) else values


def ranged(plain: Parameter, values: Sequence[Any]) -> Parameter:
    """The parameter with a range of the user's; what is no even ladder becomes a choice."""
    is_ladder = plain.is_number and all(isinstance(each, int | float) for each in values)
    gaps = {round(b - a, 9) for a, b in pairwise(values)} if is_ladder else set()
    if len(gaps) != 1 or min(gaps) <= 0:
        start = plain.value if plain.value in values else values[0]
        return plain._replace(kind="choice", choices=tuple(values), value=start)
    step, low, high = gaps.pop(), float(values[0]), float(values[-1])
    step = step_of(low, high, low, is_whole=plain.kind == "whole") if len(values) == 2 else step
    nearest = min(values, key=lambda each: abs(each - (plain.value or low)))
    inside = plain.value is not None and low <= plain.value <= high
    start = plain.value if inside else nearest
    return plain._replace(low=low, high=high, step=step, value=start)
