"""Which parameter sets a sweep plays: every combination of a grid, or some drawn at random."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

import numpy as np

from rustro_kernel.domain.errors import BadUsage

Params = dict[str, object]
MOST_SETS = 1_000_000
DECIMALS = 2
"""Of a value drawn from a range without steps: percents are basis points inside."""


class Span:
    """A range without steps, `low` <= value <= `high`, from which values can be drawn."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high


Choices = Span | Sequence[object]


def every(grid: Mapping[str, object]) -> list[Params]:
    """All combinations, the last key changing fastest.

    Raises:
        BadUsage: If there are none, too many, or a range has no step.
    """
    choices = choices_of(grid)
    for key, found in choices.items():
        if isinstance(found, Span):
            raise BadUsage(f"{key}: a grid wants START:STOP:STEP; START:STOP is for random sets")
    rows = [found for found in choices.values() if not isinstance(found, Span)]
    count = int(np.prod([len(row) for row in rows], dtype=np.float64))
    if count > MOST_SETS:
        raise BadUsage(f"the grid has {count:,} sets, at most {MOST_SETS:,} can be played")
    return [dict(zip(choices, values, strict=True)) for values in itertools.product(*rows)]


def drawn(grid: Mapping[str, object], n: int, seed: int) -> list[Params]:
    """So many sets drawn at random; the same seed gives the same sets.

    Raises:
        BadUsage: If the grid is empty, `n` is not 1..MOST_SETS, or the seed is negative.
    """
    choices = choices_of(grid)
    refuse_odd(n, seed)
    rng = np.random.default_rng(seed)
    return [{key: _one(found, rng) for key, found in choices.items()} for _ in range(n)]


def refuse_odd(n: object, seed: object) -> None:
    """Refuse a number of sets or a seed that cannot be.

    Raises:
        BadUsage: If `n` is not 1..MOST_SETS or the seed no whole number from 0 on.
    """
    if not isinstance(n, int) or not 1 <= n <= MOST_SETS:
        raise BadUsage(f"n is 1 to {MOST_SETS:,} sets, got {n!r}")
    if not isinstance(seed, int) or seed < 0:
        raise BadUsage(f"seed is a whole number from 0 on, got {seed!r}")


def choices_of(grid: Mapping[str, object]) -> dict[str, Choices]:
    """The values of each key.

    Raises:
        BadUsage: If it is no mapping, there is no key, or a key without a value.
    """
    if not grid:
        raise BadUsage("the grid is empty: say at least one key, such as exits.stop_pct=10:30:5")
    return {key: _values(key, said) for key, said in _mapping(grid).items()}


def _mapping(grid: object) -> Mapping[str, object]:
    if not isinstance(grid, Mapping):
        kind, such = type(grid).__name__, "{'exits.stop_pct': [10, 20]}"
        raise BadUsage(f"a grid is values by key, such as {such}, got a {kind}")
    return grid


def _values(key: str, said: object) -> Choices:
    if isinstance(said, str) and ":" in said and key.split(".")[0] != "hours":
        return _range(key, said)
    if isinstance(said, str) and "," in said:
        return [_number(part.strip()) for part in said.split(",")]
    if isinstance(said, str | int | float) or said is None:
        return [_number(said) if isinstance(said, str) else said]
    values = list(said) if isinstance(said, Sequence | Iterator | np.ndarray | range) else []
    if not values:
        raise BadUsage(f"{key}: wants values: a list, or START:STOP:STEP; got {said!r}")
    return [value.item() if isinstance(value, np.generic) else value for value in values]


def _range(key: str, said: str) -> Choices:
    """START:STOP:STEP with both ends, in decimal arithmetic; START:STOP is a span."""
    try:
        parts = [Decimal(part) for part in said.split(":")]
    except InvalidOperation as exc:
        raise BadUsage(f"{key}: a range is START:STOP:STEP in numbers, got {said!r}") from exc
    if len(parts) == 2 and parts[0] < parts[1]:
        return Span(float(parts[0]), float(parts[1]))
    if len(parts) != 3 or not all(part.is_finite() for part in parts):
        raise BadUsage(f"{key}: a range is START:STOP:STEP, got {said!r}")
    start, stop, step = parts
    if step <= 0 or stop < start:
        raise BadUsage(f"{key}: a range goes up from START to STOP by STEP > 0, got {said!r}")
    count = int((stop - start) / step) + 1
    if count > MOST_SETS:
        raise BadUsage(f"{key}: {said!r} has {count:,} values, at most {MOST_SETS:,} can be played")
    values = [start + at * step for at in range(count)]
    whole = all(value == value.to_integral_value() for value in values)
    return [int(value) if whole else float(value) for value in values]


def _number(text: str) -> object:
    """A value given as text: a number if it is one."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return {"null": None, "true": True, "false": False}.get(text, text)


def _one(choices: Choices, rng: np.random.Generator) -> object:
    if isinstance(choices, Span):
        return round(float(rng.uniform(choices.low, choices.high)), DECIMALS)
    return choices[int(rng.integers(len(choices)))]
