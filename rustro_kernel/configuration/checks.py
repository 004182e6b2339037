"""What only several keys together can get wrong."""

import datetime as dt
import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from rustro_kernel.configuration.sections import Sim
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.market_time import clock_ns
from rustro_kernel.domain.settings import (
    EngineSettings,
    Exits,
    Hours,
    Orders,
    Risk,
    Section,
    Strategy,
)

AUCTION_REGIME = dt.date(2026, 8, 3)
"""From here on the index stands still in its last hour, so that the stub is no continuous bar."""

Problem = tuple[str, str]


def cross_problems(settings: EngineSettings, mode: str, sim: Sim) -> list[Problem]:
    """Key and problem of everything that does not fit together."""
    found = [
        *_infinite(settings),
        *_strategy(settings.strategy),
        *_risk(settings.risk),
        *_orders(settings.orders),
        *_hours(settings.hours),
        *_exits(settings.exits, mode),
    ]
    return found + (_stub(settings.strategy, sim.date) if mode == "sim" else [])


def refuse_stub(strategy: Strategy, date: dt.date) -> None:
    """Refuse the hourly stub on a date on which it has no meaning.

    Raises:
        BadConfig: If `strategy.hourly_stub` keeps it there.
    """
    for key, problem in _stub(strategy, date):
        raise BadConfig(key, problem)


def _infinite(settings: EngineSettings) -> list[Problem]:
    return [
        (f"{section}.{key}", f"got {value}, allowed is a finite number")
        for section, keys in settings
        if isinstance(keys, Section)
        for key, value in keys
        if not all(map(math.isfinite, _floats(value)))
    ]


def _floats(value: object) -> list[float]:
    values = value if isinstance(value, tuple) else (value,)
    return [v for v in values if isinstance(v, float)]


def _strategy(s: Strategy) -> list[Problem]:
    if s.rsi_low < s.rsi_high:
        return []
    return [("strategy.rsi_low", f"got {s.rsi_low}, must be below rsi_high = {s.rsi_high}")]


def _risk(r: Risk) -> list[Problem]:
    if r.vix_resume < r.vix_max:
        return []
    return [("risk.vix_resume", f"got {r.vix_resume}, must be below vix_max = {r.vix_max}")]


def _orders(o: Orders) -> list[Problem]:
    found = []
    if len(o.retry_steps_pct) != len(o.retry_at_s) - 1:
        words = f"got {len(o.retry_steps_pct)} steps, must be one fewer than the"
        found.append(("orders.retry_steps_pct", f"{words} {len(o.retry_at_s)} times of retry_at_s"))
    if not _grows((0, *o.retry_steps_pct), lambda a, b: a <= b):
        words = f"got {list(o.retry_steps_pct)}, must not be negative or fall"
        found.append(("orders.retry_steps_pct", words))
    if o.retry_at_s[:1] != (0,) or not _grows(o.retry_at_s, lambda a, b: a < b):
        words = f"got {list(o.retry_at_s)}, must start at 0 and grow"
        found.append(("orders.retry_at_s", words))
    return found


def _hours(h: Hours) -> list[Problem]:
    if clock_ns(h.daily_analysis) < clock_ns(h.entry_window[1]):
        return []
    words = f"got {h.daily_analysis}, must be before the entry window ends at {h.entry_window[1]}"
    return [("hours.daily_analysis", words)]


def _exits(e: Exits, mode: str) -> list[Problem]:
    rests = e.broker_stop == "on" or (e.broker_stop == "live" and mode == "live")
    if not rests or e.broker_stop_pct > e.stop_pct:
        return []
    words = f"got {e.broker_stop_pct}, must be further away than stop_pct = {e.stop_pct}"
    return [("exits.broker_stop_pct", words)]


def _stub(s: Strategy, date: dt.date) -> list[Problem]:
    if s.hourly_stub == "drop" or date < AUCTION_REGIME:
        return []
    words = f"got 'keep', allowed is 'drop' from {AUCTION_REGIME} on, and the day is {date}"
    return [("strategy.hourly_stub", words)]


def _grows(values: Sequence[float], fits: Callable[[float, float], bool]) -> bool:
    return all(fits(a, b) for a, b in pairwise(values))
