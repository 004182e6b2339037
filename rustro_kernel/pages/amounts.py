"""Numbers as they are read in India: 1,23,45,678.50 and Rs; a true minus sign."""

MINUS = "\u2212"
NONE = "\u2013"
_BLANK = "\u00a0"
_LAKH, _CRORE = 100_000, 10_000_000


def grouped(whole: int) -> str:
    """Digits in groups of three, then of two: 1234567 is 12,34,567."""
    digits = str(abs(whole))
    head, tail = digits[:-3], digits[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)][::-1]
    return (MINUS if whole < 0 else "") + ",".join([*pairs, tail])


def rs(paise: int | None, *, signed: bool = False) -> str:
    """An amount in paise as rupees with two digits: Rs 1,02,345.50."""
    if paise is None:
        return NONE
    whole, part = divmod(abs(paise), 100)
    return f"{_sign(paise, signed=signed)}Rs{_BLANK}{grouped(whole)}.{part:02d}"


def amount(paise: int | None, *, signed: bool = False) -> str:
    """The same without Rs, for columns that say it in their head."""
    return rs(paise, signed=signed).replace(f"Rs{_BLANK}", "")


def rupees(value: float | None, *, signed: bool = False) -> str:
    """An amount that is in rupees already."""
    return rs(None if value is None else round(value * 100), signed=signed)


def rs_tile(value: float | None, *, signed: bool = False) -> str:
    """Rupees in large letters: from ten thousand on without paise."""
    if value is None or abs(value) < 10_000:
        return rupees(value, signed=signed)
    return rs(round(value) * 100, signed=signed).removesuffix(".00")


def rs_short(value: float) -> str:
    """Rupees for an axis: 12,500, 2.5 L (lakh), 1.2 Cr (crore)."""
    for unit, name in ((_CRORE, "Cr"), (_LAKH, "L")):
        if abs(value) >= unit:
            short = f"{abs(value) / unit:.2f}".rstrip("0").rstrip(".")
            return f"{_sign(value, signed=False)}{short}{_BLANK}{name}"
    return grouped(round(value))


def number(value: float | None, digits: int = 2, *, signed: bool = False) -> str:
    """A figure with so many digits; a dash if there is none."""
    if value is None or value != value:
        return NONE
    size = f"{abs(value):.{digits}f}"
    whole, dot, part = size.partition(".")
    is_zero = not size.strip("0.")
    return ("" if is_zero else _sign(value, signed=signed)) + grouped(int(whole)) + dot + part


def percent(value: float | None, digits: int = 2, *, signed: bool = False) -> str:
    """A figure in percent with its sign of percent."""
    shown = number(value, digits, signed=signed)
    return shown if shown == NONE else f"{shown}{_BLANK}%"


def duration(seconds: float | None) -> str:
    """9 min 30 s, 2 h 05 min."""
    if seconds is None:
        return NONE
    minutes, rest = divmod(round(seconds), 60)
    hours, left = divmod(minutes, 60)
    if hours:
        return f"{hours}{_BLANK}h{_BLANK}{left:02d}{_BLANK}min"
    return f"{minutes}{_BLANK}min{_BLANK}{rest:02d}{_BLANK}s" if minutes else f"{rest}{_BLANK}s"


def tone(value: float | None) -> str:
    """How a gain or a loss is coloured: up, down, or empty for neither."""
    if not value or value != value:
        return ""
    return "up" if value > 0 else "down"


def _sign(value: float, *, signed: bool) -> str:
    if value < 0:
        return MINUS
    return "+" if signed and value > 0 else ""
