"""A scene from a file of real 1m bars."""

import datetime as dt
from pathlib import Path

import numpy as np

from rustro_kernel.domain.errors import BadData
from rustro_kernel.simulator.bar_file import BarFile
from rustro_kernel.simulator.day_hours import DayHours
from rustro_kernel.simulator.index_path import IndexPath, stored_print
from rustro_kernel.simulator.minute_bars import MinuteBars
from rustro_kernel.simulator.past import stored_past
from rustro_kernel.simulator.scene import Calendar, PastDay, Scene, trading_days_ahead
from rustro_kernel.simulator.seeding import Purpose, generator
from rustro_kernel.simulator.spot import felt_spot
from rustro_kernel.simulator.vix import VixCourse, realised_level
from rustro_kernel.simulator.vix_file import vix_day

SYNTHETIC = (
    "index ticks bridged from 1m bars",
    "option chain priced by Black-76",
    "future basis and volume",
)
FROM_FILE = "VIX bridged from its daily values"
REALISED = "VIX from realised volatility"


def real_day(
    bars: BarFile,
    date: dt.date,
    calendar: Calendar,
    underlying: str,
    seed: int,
    vix_file: Path | None = None,
) -> Scene:
    """The scene of a date in the file; the rules' errors pass through.

    Raises:
        BadData: If the file has no bars in that day's hours, or the VIX file cannot be used.
    """
    rules = calendar.day(date, (underlying,))
    hours, today = DayHours.of(rules), bars.day(date)
    shown = today.within(hours.index)
    if not len(shown):
        raise BadData(bars.path.name, f"has no bars inside the trading hours of {date}")
    past = stored_past(bars, calendar, date, underlying)
    previous_close = int(past[-1].bars.close[-1]) if past else int(shown.open[0])
    path = _path(shown, today, hours, (date, seed))
    vix, vix_words = _vix(vix_file, date, past)
    hidden = generator(seed, date, Purpose.HIDDEN)
    spot = felt_spot(hours.seconds, path.ns, path.paise, vix.level / 100, hidden)
    return Scene(
        date=date,
        seed=seed,
        rules=rules,
        hours=hours,
        bars=shown,
        index=path,
        spot=spot,
        vix=vix.along(spot, previous_close, generator(seed, date, Purpose.VIX)),
        previous_close=previous_close,
        past=past,
        ahead=trading_days_ahead(calendar, rules),
        identity=bars.identity,
        synthetic=(*SYNTHETIC, vix_words),
    )


def _path(
    shown: MinuteBars, today: MinuteBars, hours: DayHours, key: tuple[dt.date, int]
) -> IndexPath:
    """The day's seconds: every bar of the continuous hours, then the auction's print."""
    date, seed = key
    everything = np.ones(len(shown), dtype=np.bool_)
    path = IndexPath.inside(shown, everything, generator(seed, date, Purpose.BRIDGE))
    for auction in hours.auction:
        ns, paise = stored_print(today, auction, generator(seed, date, Purpose.AUCTION))
        path = path.with_print(ns, paise) if ns else path
    return path


def _vix(path: Path | None, date: dt.date, past: tuple[PastDay, ...]) -> tuple[VixCourse, str]:
    """The course of the VIX and where it comes from, in words."""
    day = vix_day(path, date) if path else None
    if day:
        return VixCourse(day.previous, end=day), FROM_FILE
    return VixCourse(realised_level(past)), REALISED
