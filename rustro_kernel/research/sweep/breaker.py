"""The VIX breaker, compiled: what it says at the end of each minute of a day."""

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.layout import Row
from rustro_kernel.research.sweep.orders import NEVER

HALTED, STATED = 1, 2
TEN_MINUTES, FIVE_MINUTES_NS, TEN_MINUTES_NS = 10, 5 * MINUTE, 10 * MINUTE


@compiled
def breaker(day: Row, rules: Row, w: Row) -> None:
    """`vix.on_vix`: is it on, was it just stated."""
    is_on, stated_ns, below_ns = False, -NEVER, 0
    for row in range(day.rows):
        now, value, flags = day.first_ns + (row + 1) * MINUTE, day.vix[row], 0
        rise = value - day.vix[row - TEN_MINUTES] if row >= TEN_MINUTES else 0
        if value > rules.vix_max or rise > rules.vix_spike:
            below_ns = 0
            if not is_on or now - stated_ns >= FIVE_MINUTES_NS:
                is_on, stated_ns, flags = True, now, STATED
        if is_on:
            below_ns = _below_since(rules, value, below_ns, now)
            is_on = not (below_ns and now - below_ns >= TEN_MINUTES_NS)
            flags |= HALTED if is_on else 0
        w.breaker[row] = flags


@compiled
def _below_since(rules: Row, value: int, below_ns: int, now: int) -> int:
    """`vix._calm`: since when the VIX is low enough; 0 where it is not."""
    if value >= rules.vix_resume:
        return 0
    return below_ns if below_ns else now
