"""Minutes in which a position is only held, compiled: four moments judged by their extremes.

Nothing of `_hold` can happen in them, so they are passed over; the trailing stop moves along.
"""

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.research.sweep.breaker import STATED
from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.entries import is_aligned_at
from rustro_kernel.research.sweep.exits import UNKNOWN, is_margin_breached, target_price
from rustro_kernel.research.sweep.layout import Row
from rustro_kernel.research.sweep.money import WHOLE_BPS
from rustro_kernel.research.sweep.orders import NONE, day_pnl, loss_limit
from rustro_kernel.research.sweep.quotes import price

DEAREST, MORE = 1 << 30, 100_000


@compiled
def passed_over(day: Row, rules: Row, row: int, curve: Row, w: Row) -> int:
    """The first minute from `row` on in which something may happen."""
    if w.kind != NONE or w.exit_reason or not w.bought:
        return row
    if w.loss_bid == UNKNOWN:
        w.loss_bid = DEAREST if is_margin_breached(w, rules) else _loss_bid(w, rules, day)
    target = target_price(w, rules) if rules.target_bps else DEAREST
    due_ns = min(w.eod_ns, w.expiry_eod_ns) if w.expires_today else w.eod_ns
    end = min((due_ns - day.first_ns - 1) // MINUTE, day.rows)
    while row < end and _is_calm(day, rules, row, w):
        if day.closes[row]:
            price(curve, day, row)
            low, high = curve.extremes[row, 0], curve.extremes[row, 1]
            if low <= w.stop or high >= target or curve.extremes[row, 2] < w.loss_bid:
                return row
            if not _is_trailed(w, rules, low, high):
                return row
        row += 1
    return row


@compiled
def _is_calm(day: Row, rules: Row, row: int, w: Row) -> bool:
    """Whether a minute's end asks for no exit."""
    if w.has_breaker and w.breaker[row] & STATED:
        return False
    if rules.low_volume and day.quiet[rules.variant, row]:
        return False
    return is_aligned_at(day, rules, row, w)


@compiled
def _is_trailed(w: Row, rules: Row, low: int, high: int) -> bool:
    """Move the trailing stop over a minute; false if it may be armed or hit in it."""
    stop = high * (WHOLE_BPS - rules.gap_bps) // WHOLE_BPS
    if w.trail >= 0:
        if low < max(stop, w.trail):
            return False
        w.trail = max(stop, w.trail)
        return True
    if rules.is_floored and stop < w.break_even:
        return True
    return high * w.bought * WHOLE_BPS < w.buy_value * (WHOLE_BPS + rules.arm_bps)


@compiled
def _loss_bid(w: Row, rules: Row, day: Row) -> int:
    """The lowest bid at which the day's loss limit is not reached; 0: at any."""
    low, high, limit = 0, 4 * (w.buy_value // w.bought) + MORE, loss_limit(w, rules)
    while low < high:
        middle = (low + high) // 2
        if day_pnl(w, day, max(middle, 1)) > limit:
            high = middle
        else:
            low = middle + 1
    return low
