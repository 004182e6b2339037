"""What compiled code is handed: structured rows of days, sets and trades, and named arrays.

Money in paise, times in ns since the epoch, volumes in units, VIX in hundredths.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rustro_kernel.domain.verdicts import PRIORITY, ExitReason, TriggerKind

REASONS = tuple(ExitReason)
"""A reason's code in compiled rows is its place here, plus one; 0 is none."""
CODE = {reason: at for at, reason in enumerate(REASONS, start=1)}
PRIORITIES = (9, *(PRIORITY.get(reason, 9) for reason in REASONS))
TRIGGERS = tuple(TriggerKind)
EXPIRIES = 3
STEPS = 8
"""Most attempts of an entry that compiled code knows."""


ROWS = 400
"""Minutes of the longest plain day, and some."""
MOMENTS, FIELDS = 4, 4
WAYS, VOLUME_KINDS, HOURS = 2, 2, 10
VARIANTS = 4
"""Whether stubs are kept (2) and special days dropped (1), as one number."""
SIGNALS, FIVES = 16, 84
"""Most signals and 5m bars of a day."""


def _columns(
    kind: str, shape: tuple[int, ...], *names: str
) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(name, kind, shape) for name in names]


def _ints(*names: str) -> list[tuple[str, str]]:
    return [(name, "i8") for name in names]


DAY = np.dtype(
    [
        *_ints("number", "first_ns", "close_ns", "rows", "is_plain", "previous_close"),
        *_ints("lowest", "highest", "strike_step", "tick", "freeze", "vix_low", "vix_high"),
        *_ints("stt_sell", "exchange_txn", "ipft", "sebi_fee", "stamp_buy", "stamp_sell"),
        *_ints("tax_bps", "brokerage_cap", "brokerage_rate"),
        *_ints("cheap_limit", "cheap_band", "band_bps", "ltp_band_bps", "ltp_band_min"),
        *_ints("open_ns", "expiries", "offset"),
        *_columns("i8", (EXPIRIES,), "expiry_days", "lots", "end_ns", "sessions", "closed_days"),
        *_columns("i4", (ROWS,), "closes", "vix", "running", "last_volume"),
        *_columns("i4", (ROWS, MOMENTS), "spots"),
        *_columns("f8", (ROWS + 1,), "felt_vix"),
        *_columns("i2", (WAYS, ROWS), "breakouts"),
        *_columns("i1", (VARIANTS, ROWS), "hours_done", "volumes_done", "quiet"),
        *_columns("f8", (VOLUME_KINDS, VARIANTS, HOURS, 2), "volumes"),
    ]
)
"""One trading day with its minutes. A day that is not plain (halts, several legs) is the engine's.

closes: 0 where the index has no bar. felt_vix: one value more, that of the day's first second.
running, last_volume: the future's in the hour so far, and in the last one. breakouts: up and down,
the next row that closes beyond the last full hour. hours_done, volumes_done: completed by the
minute's end, of index and future. quiet: fifteen quiet minutes in a row. volumes: after so many
hours the last one's, and the mean before.
"""

CLOCK = np.dtype(_ints("start_ns", "end_ns", "daily_ns", "eod_ns", "expiry_eod_ns"))
"""The times of one day under one setting of hours: entry window, analysis, exits."""

TREND = np.dtype([("adx", "f8"), ("plus", "f8"), ("minus", "f8")])
"""Of a day's window of daily bars; NaN where there is none."""

TRENDS = np.dtype(_columns("f8", (HOURS,), "adx", "plus", "minus"))
"""The same after each of a day's own hours."""

CURVE = np.dtype(
    [
        *_ints("strike", "call", "expiry"),
        *_columns("u1", (ROWS,), "is_known"),
        *_columns("i4", (ROWS, MOMENTS, FIELDS), "quotes"),
        *_columns("i4", (ROWS, 3), "extremes"),
    ]
)
"""One option's quotes on one day, made minute by minute when they are wanted.

quotes: last price, bid, ask in paise, lots at each. extremes: lowest and highest last price, lowest
bid.
"""

SET = np.dtype(
    [
        *_ints("daily_key", "hourly_key", "pullback_key", "clock_key", "variant", "volume_kind"),
        ("daily_adx", "f8"),
        ("hourly_adx", "f8"),
        ("rsi_low", "f8"),
        ("rsi_high", "f8"),
        ("volume_mult", "f8"),
        ("breakout_mult", "f8"),
        ("max_spread_pct", "f8"),
        ("margin_buffer", "f8"),
        *_ints("breakout_minutes", "min_dte", "rounding", "max_reentries", "pause_ns"),
        *_ints("size_bps", "max_quantity", "loss_bps", "max_losses", "cooldown_ns"),
        *_ints("vix_max", "vix_spike", "vix_resume", "margin_exit_bps"),
        *_ints("max_order_value", "max_order_lots", "same_intent_ns", "underlying_bps"),
        *_ints("stop_bps", "arm_bps", "gap_bps", "target_bps", "is_floored", "low_volume"),
        *_ints("chase_bps", "steps", "slippage_ticks", "latency_ns", "balance", "compounds"),
        ("step_bps", "i8", (STEPS,)),
        ("step_ns", "i8", (STEPS,)),
    ]
)
"""One parameter set; the `_key` fields say which shared columns it reads."""

TRADE = np.dtype(
    [
        *_ints("set", "day", "trigger", "right", "strike", "expiry", "units"),
        *_ints("entry_ns", "exit_ns", "buy_value", "sell_value", "net", "reason"),
    ]
)
"""A round trip: `set`, `day` and `expiry` are places, the others values."""

TOTAL = np.dtype(
    _ints("trades", "wins", "net", "gross", "won", "lost", "held_ns", "unsized", "exact_days")
)
"""The sums of one set; `unsized`: signals that were too dear for one lot."""

Row = Any
"""One row of a structured array: compiled code reads its fields as attributes."""
Rows = NDArray[np.void]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bars = NDArray[np.int32]
Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]


class Columns(NamedTuple):
    """What sets share: indicators and trigger minutes, by key."""

    clocks: Rows  # [clock_key, day] of CLOCK
    daily: Rows  # [daily_key, day] of TREND
    hourly: Rows  # [hourly_key, day] of TRENDS
    pullback_first: Ints  # [pullback_key, way, day + 1]: where a day's candidates begin
    pullbacks: Floats  # [candidate, 2]: row, extreme RSI


WORK = np.dtype(
    [
        # the day as it is for this set
        *_ints("day", "way", "expiry", "aligned", "daily_row", "row", "last_row", "has_breaker"),
        *_ints("trigger", "strike", "busy", "pullback", "pullbacks"),
        *_columns("i8", (FIVES,), "pullback_rows"),
        *_columns("f8", (FIVES,), "pullback_rsi"),
        *_columns("u1", (ROWS,), "breaker"),
        *_columns("i8", (SIGNALS,), "decided_strike", "decided_ns"),
        # the day so far
        *_ints("balance", "realised", "losses", "losing_exits", "reentries", "pause_until_ns"),
        *_ints(
            "cooldown_until_ns", "is_loss_halted", "needs_engine", "used_hours", "cash", "signals"
        ),
        # the position
        *_ints("is_alive", "bought", "buy_value", "sold", "sell_value", "brokered", "stop"),
        *_ints("trail", "break_even", "exit_reason", "urgency", "entry_ns", "leaving"),
        *_ints("closed_ns", "net", "lot", "expires_today", "vix_halted", "is_repeated", "loss_bid"),
        # the intent at work: 0 none, 1 entry, 2 exit by ladder, 3 exit by chase
        *_ints("kind", "wanted", "born_ns", "first_price", "attempt", "due_attempt", "traded"),
        *_ints("is_ending", "is_over", "was_chase", "next_step", "expire_ns", "reprice_ns"),
        # its order, as we know it and as the exchange does
        *_ints("is_live", "is_cancelling", "units", "limit", "filled", "value"),
        *_ints("arrives_ns", "cancel_ns", "has_arrived", "done", "done_value"),
        # the quote we have, and what our fills took of the one the exchange shows
        *_ints("ltp", "bid", "ask", "lots", "quoted_ns", "is_shown", "taken_bid", "taken_ask"),
        # times of the day that are still to come
        *_ints("window_end_ns", "expiry_eod_ns", "eod_ns"),
    ]
)
"""What is going on in one day of one set: the parts of `engine.State` that decide trades."""
