"""Figures and words as a trader in India reads them."""

from html import escape

__all__ = ["escape", "grouped", "price", "signed"]


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
