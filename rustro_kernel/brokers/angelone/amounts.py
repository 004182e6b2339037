"""The broker's numbers, printed now as numbers, now as texts, as exact integers.

REST speaks rupees; texts may hold a blank after the minus sign (facts/smartapi.md 3.4, 4.2).
"""

from decimal import Decimal

from rustro_kernel.domain.money import Paise

Number = str | int | float | None
MOST = 10**15
"""Far above any price or amount in paise; what is larger is no number of ours."""


def paise(value: Number) -> Paise:
    """Rupees as the nearest paisa; nothing and empty text are 0.

    Raises:
        ValueError, ArithmeticError: It is no number.
    """
    return Paise(int((_decimal(value) * 100).to_integral_value()))


def units(value: Number) -> int:
    """A whole quantity.

    Raises:
        ValueError, ArithmeticError: It is no whole number.
    """
    number = _decimal(value)
    if number != number.to_integral_value():
        raise ValueError("not a whole number")
    return int(number)


def rupees_text(amount: int) -> str:
    """Paise as the broker wants a price: "101.35"."""
    return f"{amount // 100}.{amount % 100:02d}"


def _decimal(value: Number) -> Decimal:
    if value is None or value == "":
        return Decimal(0)
    number = Decimal(str(value).replace(" ", "").replace(",", ""))
    if not abs(number) < MOST:
        raise ValueError("out of range")
    return number
