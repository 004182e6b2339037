"""What the rows of a file mean: their unit, zone, labels, and so their bars."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rustro_kernel.bar_files.arrays import Floats, Ints, Mask
from rustro_kernel.bar_files.raw import RawBars
from rustro_kernel.data.coverage import steps_within_days, typical_step
from rustro_kernel.data.importing.labels import labels_of, starts_of
from rustro_kernel.data.importing.sieve import Rows
from rustro_kernel.data.importing.target import Target
from rustro_kernel.data.importing.units import PAISE_IN, to_paise, unit_of
from rustro_kernel.data.importing.zones import moments
from rustro_kernel.data.market_hours import MarketHours
from rustro_kernel.domain.bars import SPAN_NS, Timeframe
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.market_time import MINUTE

FEW = 10
ON_ONE_GRID = 0.9
"""Share of the distances that are multiples of the most frequent one, in bars of that span."""


@dataclass(frozen=True)
class Wishes:
    """What the user said of a file; what is None is found out, or asked for where it is in doubt.

    `columns` has the file's names by ours.
    """

    timeframe: Timeframe = Timeframe.M1
    columns: Mapping[str, str] = field(default_factory=dict)
    zone: str | None = None
    labels: str | None = None
    units: str | None = None
    dates: str | None = None
    symbol: str | None = None


@dataclass(frozen=True)
class Reading:
    """The rows of a file, understood."""

    rows: Rows
    paise: Ints  # open, high, low, close, one row a bar
    rounded: Mask  # rows with a price between two paise
    unsorted: Mask  # rows earlier than the row above
    units: str
    zone: str
    labels: str
    notices: tuple[str, ...]


def understand(bars: RawBars, target: Target, hours: MarketHours, wishes: Wishes) -> Reading:
    """Find out what nobody said, and refuse what is in doubt.

    Raises:
        BadData: In a sentence that says what to say.
    """
    name, frame, gone = bars.source.name, wishes.timeframe, bars.stamps.missing
    units = unit_of(bars, target, wishes.units)
    _check_distance(name, bars.stamps.ns[~gone], frame)
    dated = frame is Timeframe.D1
    timed = moments(name, bars.stamps, hours, wishes.zone, dated=dated)
    labels = labels_of(name, timed.ns[~gone], hours, frame, wishes.labels)
    starts = starts_of(timed.ns, labels.kind, hours, frame)
    paise, rounded = to_paise(bars.ohlc, units)
    rows = Rows(starts, gone, bars.ohlc * PAISE_IN[units] / 100, _volume(bars.volume, len(bars)))
    unsorted = np.diff(starts, prepend=starts[:1]) < 0
    notices = tuple(filter(None, (timed.notice, labels.notice, *_about(bars))))
    return Reading(rows, paise, rounded, unsorted, units, timed.zone, labels.kind, notices)


def _volume(found: Floats | None, count: int) -> Floats:
    return np.zeros(count) if found is None else np.nan_to_num(found)


def _about(bars: RawBars) -> list[str]:
    notices = []
    if bars.volume is None:
        notices.append("no column of volume: 0 is stored")
    if bars.oi is not None:
        notices.append(f"column {bars.columns.oi} is not kept: bars have no open interest")
    return notices


def _check_distance(name: str, ts_ns: Ints, timeframe: Timeframe) -> None:
    """The file holds bars of the timeframe it is imported as."""
    steps = steps_within_days(ts_ns)
    step, span = typical_step(steps), SPAN_NS[timeframe]
    if step == span or (step == 0 and timeframe is Timeframe.D1) or len(ts_ns) < 2:
        return
    if step > span and _is_sparse(steps, step):
        return
    spans = {span: frame for frame, span in SPAN_NS.items()}
    found = spans.get(step) if step else Timeframe.D1
    hint = f"; say --timeframe {found.value}" if found else ""
    far = f"{step / MINUTE:g} minutes apart" if step else "one a day"
    raise BadData(name, f"its rows are {far}, these are no {timeframe.value} bars{hint}")


def _is_sparse(steps: Ints, step: int) -> bool:
    """Of what is seldom traded most bars are missing: the others keep to no longer grid."""
    if len(steps) < FEW:
        return step not in SPAN_NS.values()
    return bool((steps % step == 0).mean() < ON_ONE_GRID)
