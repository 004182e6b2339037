"""A history as arrays for compiled code: made once, read by every set."""

import datetime as dt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rustro_kernel.domain.bars import SPAN_NS, Bar
from rustro_kernel.domain.market_time import HOUR, IST_OFFSET, MINUTE
from rustro_kernel.research.history import History
from rustro_kernel.research.history_day import HistoryDay
from rustro_kernel.research.past_bars import FRAMES
from rustro_kernel.research.sweep.layout import (
    DAY,
    HOURS,
    ROWS,
    VARIANTS,
    VOLUME_KINDS,
    WAYS,
    Ints,
    Rows,
)
from rustro_kernel.research.sweep.shared import hours_by_row
from rustro_kernel.research.sweep.volumes import (
    breakout_rows,
    hour_so_far,
    hour_volumes,
    quiet_minutes,
)
from rustro_kernel.simulator.chain import LISTED_EXPIRIES, strikes

OF_EXPIRY = ("expiry_days", "lots", "end_ns", "sessions", "closed_days")


class Longer(NamedTuple):
    """The longer bars of one frame, oldest first."""

    first: Ints  # [day + 1]: where each day's begin
    row: Ints  # the minute at whose end it is complete
    clock: Ints  # ns since midnight at its start
    high: Ints
    low: Ints
    close: Ints
    volume: Ints
    stub: NDArray[np.bool_]
    special: NDArray[np.bool_]


class Tables(NamedTuple):
    """Everything of a history that no parameter changes."""

    days: Rows  # of DAY
    volumes: Ints  # [day, row] of the future
    daily: Longer
    hours: Longer
    fives: Longer
    future_hours: Longer
    quarters: Longer


def tables(history: History) -> Tables:
    """Read every day of a history once; what compiled code does not read is let go."""
    days = np.zeros(len(history), dtype=DAY)
    volumes = np.zeros((len(days), ROWS), dtype=np.int64)
    for number, row in enumerate(days):
        _fill(row, volumes[number], history, history.made(number))
    frames = [_longer(history, days["first_ns"], at) for at in range(len(FRAMES))]
    made = Tables(days, volumes, *frames)
    for variant in range(VARIANTS):
        _fill_variant(made, variant)
    _fill_hours(made)
    return made


def _fill(row: np.void, volumes: Ints, history: History, day: HistoryDay) -> None:
    """One day's own facts and minutes; what is longer than any plain day is cut."""
    course, count = day.course, min(len(day.course), ROWS)
    for name, value in zip(DAY.names or (), _facts(day, history.anchor), strict=False):
        row[name] = value
    for at, expiry in enumerate(day.rules.contracts[0].expiries[:LISTED_EXPIRIES]):
        term = history.term(day, expiry.date)
        left = (dt.date.fromisoformat(expiry.date) - day.date).days
        found = (left, expiry.lot, term.end_ns, term.sessions, term.closed_days)
        for name, value in zip(OF_EXPIRY, found, strict=True):
            row[name][at] = value
    volumes[:count] = course.volumes[:count]
    row["closes"][:count], row["vix"][:count] = course.closes[:count], course.vix[:count]
    row["spots"][:count], row["felt_vix"][: count + 1] = (
        course.spots[:count],
        course.felt_vix[: count + 1],
    )


def _fill_variant(made: Tables, variant: int) -> None:
    """What depends on which bars windows take."""
    keep_stub, days, quarters = variant // 2, made.days, made.quarters
    out = np.zeros((len(days), ROWS), dtype=np.int8)
    for bars, name in ((made.hours, "hours_done"), (made.future_hours, "volumes_done")):
        hours_by_row(bars.first, bars.row, bars.stub, keep_stub, out)
        days[name][:, variant] = out
    quiet_minutes(
        *(quarters.first, quarters.row, quarters.volume, kept(quarters, variant)),
        *(made.volumes, days["rows"].copy(), out),
    )
    days["quiet"][:, variant] = out
    bars = made.future_hours
    for kind in range(VOLUME_KINDS):
        means = np.empty((len(days), HOURS, 2))
        hour_volumes(
            *(bars.first, bars.clock, bars.volume, bars.stub, kept(bars, variant)),
            *(keep_stub, kind == 1, means),
        )
        days["volumes"][:, kind, variant] = means


def _fill_hours(made: Tables) -> None:
    """What the last full hour and the running one say at each minute."""
    days, hours, future = made.days, made.hours, made.future_hours
    closes = days["closes"].copy()
    for way in range(WAYS):
        out = np.empty(closes.shape, dtype=np.int16)
        breakout_rows(
            *(hours.first, hours.row, hours.high, hours.low, hours.stub),
            *(closes, way == 0, out),
        )
        days["breakouts"][:, way] = out
    running, last = np.zeros_like(closes), np.zeros_like(closes)
    hour_so_far(
        *(future.first, future.row, future.volume, made.volumes),
        *(days["rows"].copy(), running, last),
    )
    days["running"], days["last_volume"] = running, last


def kept(bars: Longer, variant: int) -> NDArray[np.bool_]:
    """Which bars of earlier days a window takes."""
    keep_stub, drop_special = divmod(variant, 2)
    taken: NDArray[np.bool_] = (bool(keep_stub) | ~bars.stub) & ~(bool(drop_special) & bars.special)
    return taken


def _facts(day: HistoryDay, anchor: str) -> tuple[int, ...]:
    """The first fields of DAY, in their order."""
    rules, contract, course = day.rules, day.rules.contracts[0], day.course
    listed = strikes(contract.strike_step, day.previous_close)
    rates, band = rules.charges, rules.price_band
    return (
        *(day.number, course.first_ns, rules.derivative_legs[-1].close_ns),
        min(len(course), ROWS),
        *(_is_plain(day), day.previous_close, listed[0], listed[-1], contract.strike_step),
        *(contract.option_tick, contract.freeze_quantity, min(course.vix), max(course.vix)),
        *(rates.stt_sell, rates.exchange_txn, rates.ipft, rates.sebi_fee),
        *(rates.stamp_buy, rates.stamp_sell),
        *(rates.tax_bps, rates.brokerage_cap, rates.brokerage_rate),
        *(band.cheap_limit, band.cheap_band, band.band_bps, band.ltp_band_bps, band.ltp_band_min),
        *(day.hours.derivative[0].open_ns, min(len(contract.expiries), LISTED_EXPIRIES)),
        _offset(day, anchor),
    )


def _is_plain(day: HistoryDay) -> bool:
    """Whether the day is one stretch of trading without halts or silence."""
    rules, hours = day.rules, day.hours
    legs = (rules.index_legs, rules.derivative_legs, hours.index, hours.derivative)
    is_one = all(len(each) == 1 for each in legs) and not rules.interruptions
    is_one &= len(day.course) <= ROWS
    return is_one and min(day.course.vix) > 0 and min(day.course.volumes) > 0


def _offset(day: HistoryDay, anchor: str) -> int:
    if anchor == "open":
        return 0
    return ((day.course.first_ns + IST_OFFSET) % HOUR) // MINUTE


def _longer(history: History, opens_ns: Ints, at: int) -> Longer:
    side, frame = FRAMES[at]
    bars, first = history.longer(at)
    number = np.repeat(np.arange(len(opens_ns)), np.diff(first))
    rules = map(history.rules, range(len(opens_ns)))
    legs = [(day.index_legs if side == "index" else day.derivative_legs) for day in rules]
    closes_ns = np.array([each[-1].close_ns for each in legs], dtype=np.int64)[number]
    columns = [_column(bars, n) for n in ("start_ns", "high", "low", "close", "volume")]
    start, high, low, close, volume = columns
    ends_ns = np.minimum(start + SPAN_NS[frame], closes_ns)
    row = (ends_ns - opens_ns[number]) // MINUTE - 1
    clock = (start + IST_OFFSET) % (24 * HOUR)
    marks = (_column(bars, name).astype(np.bool_) for name in ("stub", "special"))
    return Longer(np.array(first), row, clock, high, low, close, volume, *marks)


def _column(bars: list[Bar], name: str) -> Ints:
    return np.fromiter((getattr(bar, name) for bar in bars), np.int64, len(bars))
