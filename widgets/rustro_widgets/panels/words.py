"""Figures and words as a trader in India reads them."""

from html import escape

__all__ = ["NONE", "escape", "grouped", "lasting", "price", "rs", "signed", "whole_rs"]

NONE = "–"  # noqa: RUF001 - a dash, as tables have it


def grouped(whole: int) -> str:
    """12345678 as 1,23,45,678."""
    digits = str(abs(whole))
    head, tail = digits[:-3], digits[-3:]
    parts = [tail]
    while head:
        parts.insert(0, head[-2:])
        head = head[:-2]
    return ("-" if whole < 0 else "") + ",".join(parts)


def price(paise: float) -> str:
    """An amount of paise in rupees, grouped, two decimals."""
    amount = round(paise)
    sign = "-" if amount < 0 else ""
    return f"{sign}{grouped(abs(amount) // 100)}.{abs(amount) % 100:02d}"


def signed(paise: int) -> str:
    """The same, with its sign."""
    return price(paise) if paise < 0 else "+" + price(paise)


def rs(paise: int) -> str:
    """A result in rupees: Rs +1,234.50."""
    return f"Rs {signed(paise)}"


def whole_rs(paise: int) -> str:
    """An amount where paise do not matter: Rs 1,00,000."""
    return f"Rs {grouped(round(paise / 100))}"


def lasting(seconds: float) -> str:
    """A duration: 4 s, 12 min, 2 h 05 min."""
    whole = int(seconds)
    if whole < 120:
        return f"{whole} s"
    hours, minutes = whole // 3600, whole % 3600 // 60
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"
