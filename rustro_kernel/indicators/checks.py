"""What an indicator refuses, in sentences. Plain Python: the engine imports it."""

import math
import operator

from rustro_kernel.domain.errors import BadIndicatorInput

STILL = 1e-300
"""A smoothed true range up to this is no movement; above it 100 / range cannot overflow."""


def checked_period(indicator: str, period: int, least: int) -> int:
    """The period as a plain int.

    Raises:
        BadIndicatorInput: not a whole number, or less than `least`.
    """
    try:
        bars = operator.index(period)
    except TypeError as exc:
        problem = f"period must be a whole number, got {period!r}"
        raise BadIndicatorInput(indicator, problem) from exc
    if bars < least:
        raise BadIndicatorInput(indicator, f"period must be at least {least}, got {bars}")
    return bars


def bad_bar(indicator: str, bar: int, **prices: float) -> BadIndicatorInput:
    """The error that says what is wrong with the bar at 0-based index `bar`.

    TA-Lib swallows such a bar and goes on with numbers nobody can explain; we stop.
    """
    for name, price in prices.items():
        if not math.isfinite(price):
            return BadIndicatorInput(indicator, f"{name} is {float(price)} at bar {bar}")
    high, low = float(prices["high"]), float(prices["low"])
    if high < low:
        return BadIndicatorInput(indicator, f"high {high} is below low {low} at bar {bar}")
    return BadIndicatorInput(indicator, f"high {high} minus low {low} overflows at bar {bar}")
