"""Round numbers for the ends and steps of sliders."""

import math

MANTISSAS = (1.0, 2.0, 2.5, 5.0, 10.0)
FEWEST = 100
"""Steps a slider has at least."""
FINEST = 0.01
"""Percents are basis points inside: nothing finer is told apart."""


def round_up(value: float) -> float:
    """The next number of 1, 2, 2.5, 5 times a power of ten that is not below."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(round(power * m, 9) for m in MANTISSAS if power * m >= value - 1e-9)


def step_of(low: float, high: float, value: object, *, is_whole: bool) -> float:
    """The widest round step of which the range has enough, and on which the value lies."""
    widest = (high - low) / FEWEST
    least = 1.0 if is_whole else FINEST
    power = 10.0 ** math.floor(math.log10(max(widest, least)))
    for _ in range(6):
        for mantissa in reversed(MANTISSAS):
            step = round(power * mantissa, 9)
            if least <= step <= max(widest, least) and _lies(low, value, step):
                return step
        power /= 10
    return least


def _lies(low: float, value: object, step: float) -> bool:
    if not isinstance(value, int | float):
        return True
    steps = (value - low) / step
    return abs(steps - round(steps)) < 1e-6


def ladder(low: float, high: float, value: float, step: float, count: int = 7) -> list[float]:
    """About so many values around one, on its steps: what a sweep begins with."""
    width = min((high - low) / (count - 1), max(abs(value) / 5, step))
    stride = max(1, round(width / step)) * step
    first = value - (count // 2) * stride
    values = (first + at * stride for at in range(count))
    return [round(each, 9) for each in values if low - 1e-9 <= each <= high + 1e-9]
