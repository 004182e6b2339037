"""What only several settings together can get wrong, at the start and when one is changed."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from rustro_kernel.domain.market_time import clock_ns
from rustro_kernel.domain.settings import EngineSettings, Hours, Orders, Risk, Strategy

Problem = tuple[str, str]


def setting_problems(settings: EngineSettings) -> list[Problem]:
    """Key and problem of every pair that does not fit together."""
    return [
        *_strategy(settings.strategy),
        *_risk(settings.risk),
        *_orders(settings.orders),
        *_hours(settings.hours),
    ]


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


def _grows(values: Sequence[float], fits: Callable[[float, float], bool]) -> bool:
    return all(fits(a, b) for a, b in pairwise(values))
