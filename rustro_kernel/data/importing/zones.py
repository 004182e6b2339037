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
        BadData: If the times lie outside the hours in every zone one could think of.
    """
    as_ist = stamps.ns - IST_OFFSET
    if dated:
        ns = stamps.ns if stamps.is_aware else as_ist
        return Timed(ns - (ns + IST_OFFSET) % DAY, "IST")
    if stamps.is_aware:
        return _aware(name, stamps, hours, said)
    if said is not None:
        return Timed(_in_zone(stamps.ns, said), said)
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


def _aware(name: str, stamps: Stamps, hours: MarketHours, said: str | None) -> Timed:
    """Moments as the file says, unless they make no sense; then its UTC clock may be another's."""
    fit, shifted = (_fit(ns, stamps.missing, hours) for ns in (stamps.ns, stamps.ns - IST_OFFSET))
    if fit < MOSTLY and said is not None:
        return Timed(_in_zone(stamps.ns, said), said)
    if shifted >= MOSTLY > fit:
        raise BadData(
            name,
            f"times say their zone, but {fit:.0%} of the rows lie inside the market's hours; they "
            "look like India's clock written as UTC; say --tz IST, or --tz UTC if they are right",
        )
    return Timed(stamps.ns, "as written")


def _fit(ns: Ints, missing: Mask, hours: MarketHours) -> float:
    """The share of rows inside the hours of their day."""
    known = ns[~missing]
    inside = np.zeros(len(known), dtype=np.bool_)
    numbers = date_numbers(known)
    for number in np.unique(numbers):
        rows = np.flatnonzero(numbers == number)
        day = hours.day(ist_date(int(known[rows[0]])))
        if isinstance(day, OpenDay):
            last = day.legs[-1].close_ns  # a bar labelled by its end has this label
            inside[rows] = (known[rows] >= day.legs[0].open_ns) & (known[rows] <= last)
    return float(inside.mean()) if len(known) else 0.0


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
