"""A history as arrays for compiled code: made once, read by every set."""

import datetime as dt
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rustro_kernel.domain.bars import SPAN_NS, Bar, Timeframe
from rustro_kernel.domain.market_time import HOUR, IST_OFFSET, MINUTE
from rustro_kernel.research.history import History
from rustro_kernel.research.history_day import HistoryDay
from rustro_kernel.research.past_bars import FRAMES
from rustro_kernel.research.sweep.layout import DAY, EXPIRIES, EXPIRY, Ints, Market
from rustro_kernel.research.sweep.shared import hours_by_row
from rustro_kernel.research.sweep.volumes import quiet_minutes
from rustro_kernel.simulator.chain import LISTED_EXPIRIES, strikes

MINUTES_IN_HOUR = 60
VARIANTS = 4
"""Whether stubs are kept (2) and special days dropped (1), as one number."""


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

    market: Market
    volumes: Ints  # [day, row] of the future
    highs: Ints
    lows: Ints
    offset: Ints  # [day] minutes from the start of the hour to the open
    daily: Longer
    hours: Longer
    fives: Longer
    future_hours: Longer
    quarters: Longer


def tables(history: History) -> Tables:
    """Read every day of a history once."""
    days = [history.day(number) for number in range(len(history))]
    frames = [_longer(history, days, at) for at in range(len(FRAMES))]
    _, hours, _, future_hours, quarters = frames
    count, rows = len(days), max(len(day.course) for day in days)
    offset = np.array([_offset(day, history.anchor) for day in days], dtype=np.int64)
    volumes = _by_row(days, "volumes", rows)
    market = Market(
        days=np.array([_day(day) for day in days], dtype=DAY),
        expiries=_expiries(history, days),
        closes=_by_row(days, "closes", rows).astype(np.int32),
        spots=_spots(days, rows),
        felt_vix=_felt(days, rows),
        vix=_by_row(days, "vix", rows).astype(np.int32),
        signal_hour=((np.arange(rows) + offset[:, None]) // MINUTES_IN_HOUR).astype(np.int8),
        hours_done=np.empty((VARIANTS, count, rows), dtype=np.int8),
        volumes_done=np.empty((VARIANTS, count, rows), dtype=np.int8),
        quiet=np.empty((VARIANTS, count, rows), dtype=np.bool_),
    )
    for variant in range(VARIANTS):
        keep_stub = variant // 2
        for bars, out in ((hours, market.hours_done), (future_hours, market.volumes_done)):
            hours_by_row(bars.first, bars.row, bars.stub, keep_stub, out[variant])
        windowed = kept(quarters, variant)
        quiet_minutes(
            *(quarters.first, quarters.row, quarters.volume, quarters.stub, windowed),
            *(keep_stub, volumes, market.days["rows"], market.quiet[variant]),
        )
    highs, lows = (_by_row(days, name, rows) for name in ("highs", "lows"))
    return Tables(market, volumes, highs, lows, offset, *frames)


def kept(bars: Longer, variant: int) -> NDArray[np.bool_]:
    """Which bars of earlier days a window takes."""
    keep_stub, drop_special = divmod(variant, 2)
    taken: NDArray[np.bool_] = (bool(keep_stub) | ~bars.stub) & ~(bool(drop_special) & bars.special)
    return taken


def _day(day: HistoryDay) -> tuple[int, ...]:
    rules, contract, course = day.rules, day.rules.contracts[0], day.course
    listed = strikes(contract.strike_step, day.previous_close)
    rates, band = rules.charges, rules.price_band
    return (
        *(day.number, course.first_ns, rules.derivative_legs[-1].close_ns, len(course)),
        *(_is_plain(day), day.previous_close, listed[0], listed[-1], contract.strike_step),
        *(contract.option_tick, contract.freeze_quantity, min(course.vix), max(course.vix)),
        *(rates.stt_sell, rates.exchange_txn, rates.ipft, rates.sebi_fee),
        *(rates.stamp_buy, rates.stamp_sell),
        *(rates.tax_bps, rates.brokerage_cap, rates.brokerage_rate),
        *(band.cheap_limit, band.cheap_band, band.band_bps, band.ltp_band_bps, band.ltp_band_min),
        *(day.hours.derivative[0].open_ns, min(len(contract.expiries), LISTED_EXPIRIES)),
    )


def _is_plain(day: HistoryDay) -> bool:
    """Whether the day is one stretch of trading without halts or silence."""
    rules, hours = day.rules, day.hours
    legs = (rules.index_legs, rules.derivative_legs, hours.index, hours.derivative)
    is_one = all(len(each) == 1 for each in legs) and not rules.interruptions
    return is_one and min(day.course.vix) > 0 and min(day.course.volumes) > 0


def _expiries(history: History, days: list[HistoryDay]) -> NDArray[np.void]:
    found = np.zeros((len(days), EXPIRIES), dtype=EXPIRY)
    for row, day in zip(found, days, strict=True):
        for at, expiry in enumerate(day.rules.contracts[0].expiries[:LISTED_EXPIRIES]):
            term = history.term(day, expiry.date)
            left = (dt.date.fromisoformat(expiry.date) - day.date).days
            row[at] = (left, expiry.lot, term.end_ns, term.sessions, term.closed_days)
    return found


def _by_row(days: list[HistoryDay], name: str, rows: int) -> Ints:
    found = np.zeros((len(days), rows), dtype=np.int64)
    for row, day in zip(found, days, strict=True):
        row[: len(day.course)] = getattr(day.course, name)
    return found


def _spots(days: list[HistoryDay], rows: int) -> NDArray[np.int32]:
    found = np.zeros((len(days), rows, 4), dtype=np.int32)
    for row, day in zip(found, days, strict=True):
        row[: len(day.course)] = day.course.spots
    return found


def _felt(days: list[HistoryDay], rows: int) -> NDArray[np.float64]:
    found = np.zeros((len(days), rows + 1))
    for row, day in zip(found, days, strict=True):
        row[: len(day.course) + 1] = day.course.felt_vix
    return found


def _offset(day: HistoryDay, anchor: str) -> int:
    if anchor == "open":
        return 0
    return ((day.course.first_ns + IST_OFFSET) % HOUR) // MINUTE


def _longer(history: History, days: list[HistoryDay], at: int) -> Longer:
    side, frame = FRAMES[at]
    bars, first = history.longer(at)
    number = np.repeat(np.arange(len(days)), [end - start for start, end in pairwise(first)])
    legs = [(d.rules.index_legs if side == "index" else d.rules.derivative_legs) for d in days]
    closes = np.array([each[-1].close_ns for each in legs], dtype=np.int64)[number]
    opens = np.array([day.course.first_ns for day in days], dtype=np.int64)[number]
    columns = [_column(bars, n) for n in ("start_ns", "high", "low", "close", "volume")]
    start, high, low, close, volume = columns
    span = SPAN_NS[Timeframe.D1] if frame is Timeframe.D1 else SPAN_NS[frame]
    row = (np.minimum(start + span, closes) - opens) // MINUTE - 1
    clock = (start + IST_OFFSET) % (24 * HOUR)
    marks = (_column(bars, name).astype(np.bool_) for name in ("stub", "special"))
    return Longer(np.array(first), row, clock, high, low, close, volume, *marks)


def _column(bars: list[Bar], name: str) -> Ints:
    return np.array([getattr(bar, name) for bar in bars], dtype=np.int64)
