"""Numbers and times in the shapes the broker's JSON has them."""

from decimal import Decimal, InvalidOperation

from rustro_kernel.domain.instruments import Instrument
from rustro_kernel.domain.market_time import ist_date, show_clock

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def stamp(ts_ns: int) -> str:
    """23-Nov-2026 10:02:31 in India; empty for 0, which is never."""
    if not ts_ns:
        return ""
    date = ist_date(ts_ns)
    return f"{date.day:02d}-{MONTHS[date.month - 1]}-{date.year} {show_clock(ts_ns)}"


def plain(ts_ns: int) -> str:
    """2026-11-23 10:02:31 in India."""
    return f"{ist_date(ts_ns)} {show_clock(ts_ns)}"


def iso(ts_ns: int) -> str:
    """2026-11-23T10:02:31+05:30."""
    return f"{ist_date(ts_ns)}T{show_clock(ts_ns)}+05:30"


def money(paise: int) -> str:
    """Two decimals, as text."""
    sign = "-" if paise < 0 else ""
    return f"{sign}{abs(paise) // 100}.{abs(paise) % 100:02d}"


def expiry(instrument: Instrument) -> str:
    """24NOV2026, or empty."""
    if not instrument.expiry:
        return ""
    year, month, day = instrument.expiry.split("-")
    return f"{day}{MONTHS[int(month) - 1].upper()}{year}"


def paise_of(value: object) -> int | None:
    """Paise of rupees given as a number or a numeric text; None if they are neither, or finer."""
    exact = _decimal(value)
    if exact is None:
        return None
    paise = exact * 100
    return int(paise) if paise == paise.to_integral_value() else None


def whole(value: object) -> int | None:
    """A whole number given as one or as text."""
    exact = _decimal(value)
    return None if exact is None or exact != exact.to_integral_value() else int(exact)


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        exact = Decimal(str(value).strip() or "0")
    except InvalidOperation:
        return None
    return exact if exact.is_finite() and abs(exact) < 10**12 else None
