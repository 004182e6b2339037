"""Integer money: paise and basis points, and the one rounding rule.

Stops and targets of a long position round down to the paisa; limit prices round outward to the
tick (a buy up, a sell down). Nothing here ever touches a float except the two converters.
"""

from typing import NewType

Paise = NewType("Paise", int)
"""A price or an amount in hundredths of a rupee."""

WHOLE_BPS = 10_000


def paise(rupees: float) -> Paise:
    """The nearest paisa to an amount in rupees."""
    return Paise(round(rupees * 100))


def rupees(amount: int) -> float:
    """An amount in paise as rupees, for showing only."""
    return amount / 100


def bps(percent: float) -> int:
    """Basis points of a percentage: 1.5 (%) is 150."""
    return round(percent * 100)


def share_floor(amount: int, part_bps: int) -> Paise:
    """`part_bps` of an amount, rounded down to the paisa."""
    return Paise(amount * part_bps // WHOLE_BPS)


def tick_up(price: int, tick: int) -> Paise:
    """The smallest multiple of the tick at or above a price: a buy limit's rounding."""
    return Paise(-(-price // tick) * tick)


def tick_down(price: int, tick: int) -> Paise:
    """The largest multiple of the tick at or below a price: a sell limit's rounding."""
    return Paise(price // tick * tick)


def round_half_up(amount: int, unit: int) -> int:
    """`amount / unit` to the nearest integer, halves away from zero."""
    if amount >= 0:
        return (2 * amount + unit) // (2 * unit)
    return -((-2 * amount + unit) // (2 * unit))
