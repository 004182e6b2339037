"""What is to happen: the dates, what the exchange does wrong on them, and what we do."""

import datetime as dt
from typing import NamedTuple

from rustro_kernel.simulator.exchange.fault_script import Fault
from tests.session.live.fault_scripts import row

BUSY = {
    "strategy.daily_adx_threshold": 0, "strategy.hourly_adx_threshold": 0,
    "strategy.volume_filter": "off", "strategy.breakout_volume_mult": 0,
    "strategy.breakout_min_minutes": 0, "strategy.rsi_low": 99, "strategy.rsi_high": 100,
    "strategy.ema_period": 2, "strategy.pullback_rsi_lookback": 6, "strategy.max_spread_pct": 50,
    "strategy.max_reentries": 20, "strategy.reentry_pause_s": 0, "strategy.warmup_bars": 28,
    "exits.stop_pct": 25, "exits.broker_stop_pct": 40, "exits.trail_activate_pct": 8,
    "exits.trail_gap_pct": 3, "exits.target_pct": 12, "exits.low_volume_exit": "false",
    "risk.base_size_pct": 20, "risk.live_max_lots": 40, "risk.max_losses": 100,
    "risk.daily_loss_pct": 50, "risk.vix_stale_s": 3600, "data.gap_factor": 400,
    "data.position_stale_s": 600, "hours.entry_window": '["09:32:00", "15:00:00"]',
    "orders.retry_at_s": "[0, 2, 6, 14, 30, 60, 120, 240, 480, 720, 960, 1200]",
    "orders.retry_steps_pct": "[0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1]",
    "broker.order_timeout_s": 2, "stream.backoff_s": "[1, 2]",
}  # fmt: skip
"""Signals all day, positions that are held for a while; a second of the wall is minutes here."""


SPEED, SHORT_SPEED = 240.0, 300.0
"""Market seconds a second, while all is well."""


class Doing(NamedTuple):
    """Something that is done to the processes, at a time of the market or later."""

    what: str  # a method of `misfortunes.Misfortunes`
    at: str
    needs_position: bool = True


class Date(NamedTuple):
    """One date of the week."""

    date: dt.date
    about: str
    start: str = "09:02"
    faults: tuple[Fault, ...] = ()
    doings: tuple[Doing, ...] = ()


def _rows(*rows: list[Fault]) -> tuple[Fault, ...]:
    return tuple(fault for each in rows for fault in each)


FRIDAY = _rows(
    row("placeOrder", (Fault(what="timeout_after_accept"), Fault(what="html_502"))),
    row("getOrderBook", (Fault(what="html_502", times=2), Fault(what="empty_body"))),
)
EXPIRY = _rows(
    row("frame", (Fault(what="kill", byte=20), Fault(what="drop", times=20)), at="10:20"),
    row("frame", (Fault(what="kill", byte=0),), at="13:30"),
    row("order_update", (Fault(what="duplicate", times=3), Fault(what="drop", times=2))),
    row("cancelOrder", (Fault(what="html_502"), Fault(what="forbidden", times=2))),
)
MUHURAT = (Fault(what="clock_skew", at="14:00", skew_s=-5, for_s=600),)
THURSDAY = _rows(
    [Fault(what="token_expiry", at="11:15")],
    row("order", (Fault(what="reject"),), first=3),
    row("order_update", (Fault(what="stall", for_s=300.0), Fault(what="reorder", times=2))),
)
LAST = _rows(
    row("placeOrder", (Fault(what="empty_body"), Fault(what="html_502", accept=True))),
    row("getPosition", (Fault(what="html_502", times=2),)),
    row("frame", (Fault(what="stall", for_s=240.0),), at="13:00"),
)


def day(number: int) -> dt.date:
    """A date of October 2025: Diwali week."""
    return dt.date(2025, 10, number)


WEEK = (
    Date(
        day(17),
        "Friday",
        faults=FRIDAY,
        doings=(Doing("kill_supervisor", "10:00"), Doing("kill_all", "12:00")),
    ),
    Date(day(18), "Saturday"),
    Date(day(19), "Sunday"),
    Date(
        day(20),
        "Monday, NIFTY expiry (the Tuesday is a holiday)",
        faults=EXPIRY,
        doings=(Doing("kill_kernel", "11:00"),),
    ),
    Date(day(21), "Tuesday, Muhurat hour in the afternoon", start="13:10", faults=MUHURAT),
    Date(day(22), "Wednesday, holiday"),
    Date(
        day(23),
        "Thursday",
        faults=THURSDAY,
        doings=(Doing("stop_kernel", "12:30"),),
    ),
    Date(
        day(24),
        "Friday",
        faults=LAST,
        doings=(
            Doing("start_a_second", "10:00", needs_position=False),
            Doing("fill_sink", "10:30", needs_position=False),
        ),
    ),
)
SHORT = (
    Date(
        day(20),
        "Monday, NIFTY expiry, from the afternoon on",
        start="14:17",
        faults=(Fault(what="duplicate", on="order_update", times=3),),
        doings=(Doing("kill_kernel", "14:18"),),
    ),
    Date(day(21), "Tuesday, Muhurat hour in the afternoon", start="14:00"),
)
