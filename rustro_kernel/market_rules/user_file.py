"""Reading and checking a user's file of market rules (its format: `override`)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import msgspec

from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.market_time import clock_ns
from rustro_kernel.market_rules.override import Override, OwnDay
from rustro_kernel.market_rules.tables import FIRST_DAY, LAST_DAY

WHOLE_FILE = "market rules file"


def read_override(path: Path) -> Override:
    """The user's file.

    Raises:
        BadConfig: If it cannot be read, or says something that cannot be.
    """
    override = _decode(path)
    for place, problem in _problems(override):
        raise BadConfig(place, problem, where=str(path))
    return override


def _decode(path: Path) -> Override:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Override)
    except OSError as exc:
        problem = exc.strerror or "cannot be read"
        raise BadConfig(WHOLE_FILE, problem, where=str(path)) from exc
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        problem, _, place = str(exc).partition(" - at `$.")
        raise BadConfig(place.rstrip("`") or WHOLE_FILE, problem, where=str(path)) from exc


def _problems(override: Override) -> Iterator[tuple[str, str]]:
    """Each (place, sentence) in which the file says something that cannot be."""
    yield from _date_problems("closed", [item.date for item in override.closed])
    yield from _date_problems("special_day", [item.date for item in override.special_day])
    for date in {item.date for item in override.closed} & {
        item.date for item in override.special_day
    }:
        yield "special_day", f"{date} is also in closed"
    for index, own in enumerate(override.special_day):
        yield from ((f"special_day[{index}].legs", text) for text in _leg_problems(own))
    for index, lot in enumerate(override.lot):
        if lot.last_expiry < lot.first_expiry:
            yield f"lot[{index}].last_expiry", "lies before first_expiry"
    for index, freeze in enumerate(override.freeze):
        if freeze.last_day < freeze.first_day:
            yield f"freeze[{index}].last_day", "lies before first_day"


def _date_problems(key: str, dates: Iterable[dt.date]) -> Iterator[tuple[str, str]]:
    for date, times in Counter(dates).items():
        if not FIRST_DAY <= date <= LAST_DAY:
            yield key, f"{date} is outside {FIRST_DAY} to {LAST_DAY}"
        if times > 1:
            yield key, f"{date} is there {times} times"


def _leg_problems(own: OwnDay) -> Iterator[str]:
    """Times that are none, or do not go forward."""
    try:
        times = [clock_ns(time) for leg in own.legs for time in leg]
    except ValueError as exc:
        yield str(exc)
        return
    if any(later <= earlier for earlier, later in pairwise(times)):
        yield "each time must be later than the one before it"
