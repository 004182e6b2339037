"""From the clock a file shows to moments; the market's hours tell which zone it is in."""

import datetime as dt
import zoneinfo
from typing import NamedTuple

import numpy as np

from rustro_kernel.bar_files.arrays import Ints, Mask
from rustro_kernel.bar_files.dates import Stamps
from rustro_kernel.bar_files.text_forms import ZONE, offset_of
from rustro_kernel.data.coverage import date_numbers
from rustro_kernel.data.market_hours import MarketHours, OpenDay
from rustro_kernel.domain.errors import BadData, BadUsage
from rustro_kernel.domain.market_time import DAY, IST_OFFSET, MINUTE, SECOND, ist_date

MOSTLY = 0.6
"""Share of the rows inside the hours from which a zone fits; the other one then fits badly."""
HALF = 0.5
"""A zone that was said is wrong below this: an hour or two of other rows may be there as well."""


class Timed(NamedTuple):
    """Moments in ns since the epoch, the zone they were read in, and what to say of it."""

    ns: Ints
    zone: str
    notice: str = ""


def moments(
    name: str, stamps: Stamps, hours: MarketHours, said: str | None, *, dated: bool = False
) -> Timed:
    """The moments of all rows.

    Args:
        name: The file's, for sentences.
        stamps: Its times.
        hours: The instrument's.
        said: The zone the user named, as IST, UTC, +05:30 or a name of the zone database.
        dated: Only the date in India counts; the moments are its midnights.

    Raises:
        BadData: If most times lie outside the hours in the zone that was named, or in every zone
            one could think of.
    """
    as_ist = stamps.ns - IST_OFFSET
    if dated:
        ns = stamps.ns if stamps.is_aware else as_ist
        return Timed(ns - (ns + IST_OFFSET) % DAY, "IST")
    if stamps.is_aware:
        return _aware(name, stamps, hours, said)
    if said is not None:
        return _as_said(name, stamps, hours, said)
    ist, utc = _fit(as_ist, stamps.missing, hours), _fit(stamps.ns, stamps.missing, hours)
    if utc >= MOSTLY > ist:
        return Timed(stamps.ns, "UTC", f"times name no zone; read as UTC: {utc:.0%} in the hours")
    if ist >= MOSTLY:
        return Timed(as_ist, "IST", f"times name no zone; read as IST: {ist:.0%} in the hours")
    raise BadData(
        name,
        f"times name no zone, and read as IST {ist:.0%} of the rows lie inside the market's hours, "
        f"as UTC {utc:.0%}; say --tz",
    )


def _as_said(name: str, stamps: Stamps, hours: MarketHours, said: str, notice: str = "") -> Timed:
    """Moments in the zone the user named; where that is wrong, most rows lie outside the hours."""
    ns = _in_zone(stamps.ns, said)
    inside = _inside(ns, stamps.missing, hours).of_trading_days
    if len(inside) and inside.mean() < HALF:
        raise BadData(
            name,
            f"read in --tz {said} {1 - inside.mean():.0%} of the rows on trading days lie outside "
            "the market's hours; say the zone of the file's clock",
        )
    return Timed(ns, said, notice)


def _aware(name: str, stamps: Stamps, hours: MarketHours, said: str | None) -> Timed:
    """Moments as the file says, unless they make no sense; then its UTC clock may be another's."""
    fit, shifted = (_fit(ns, stamps.missing, hours) for ns in (stamps.ns, stamps.ns - IST_OFFSET))
    if fit < MOSTLY and said is not None:
        words = f"times say their zone, in it {fit:.0%} lie in the hours; read as --tz {said} says"
        return _as_said(name, stamps, hours, said, words)
    if shifted >= MOSTLY > fit:
        raise BadData(
            name,
            f"times say their zone, but {fit:.0%} of the rows lie inside the market's hours; they "
            "look like India's clock written as UTC; say --tz IST",
        )
    unused = f"times say their zone, in it {fit:.0%} lie in the hours; --tz {said} is not used"
    return Timed(stamps.ns, "as written", unused if said is not None else "")


def _fit(ns: Ints, missing: Mask, hours: MarketHours) -> float:
    """The share of rows inside the hours of their day."""
    inside = _inside(ns, missing, hours).of_all
    return float(inside.mean()) if len(inside) else 0.0


class _Inside(NamedTuple):
    """Which rows lie inside the hours of their day."""

    of_all: Mask
    of_trading_days: Mask  # one entry for each row of a day with hours


def _inside(ns: Ints, missing: Mask, hours: MarketHours) -> _Inside:
    known = ns[~missing]
    inside, traded = (np.zeros(len(known), dtype=np.bool_) for _ in range(2))
    numbers = date_numbers(known)
    for number in np.unique(numbers):
        rows = np.flatnonzero(numbers == number)
        day = hours.day(ist_date(int(known[rows[0]])))
        if isinstance(day, OpenDay):
            last = day.legs[-1].close_ns  # a bar labelled by its end has this label
            inside[rows] = (known[rows] >= day.legs[0].open_ns) & (known[rows] <= last)
            traded[rows] = True
    return _Inside(inside, inside[traded])


def _in_zone(clock_ns: Ints, zone: str) -> Ints:
    """The moments at which the clocks of a zone show these times."""
    if ZONE.fullmatch(zone):
        return clock_ns - offset_of(zone)
    if zone.upper() in ("IST", "UTC"):
        return clock_ns - (IST_OFFSET if zone.upper() == "IST" else 0)
    try:
        place = zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as exc:
        raise BadUsage(f"--tz {zone}: no such time zone") from exc
    minutes, position = np.unique(clock_ns // MINUTE, return_inverse=True)
    offsets = [_offset_ns(int(minute), place) for minute in minutes]
    return clock_ns - np.array(offsets, dtype=np.int64)[position]


def _offset_ns(minute: int, place: zoneinfo.ZoneInfo) -> int:
    shown = dt.datetime(1970, 1, 1, tzinfo=place) + dt.timedelta(minutes=minute)
    offset = shown.utcoffset()
    assert offset is not None
    return round(offset.total_seconds()) * SECOND
