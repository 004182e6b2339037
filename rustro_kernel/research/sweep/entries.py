"""From a trigger to a size, compiled: direction, alignment, filters, strike."""

import numpy as np

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.layout import Columns, Floats, Ints, Market, Row
from rustro_kernel.research.sweep.money import lots
from rustro_kernel.research.sweep.orders import loss_limit

BREAKOUT, PULLBACK = 1, 2
NEAREST, IN_THE_MONEY = 1, 2


@compiled
def direction(columns: Columns, rules: Row, d: int) -> int:
    """`AdxStrategy.direction`: 1 calls, -1 puts, 0 nothing."""
    found = columns.daily[rules.daily_key, d]
    strength, plus, minus = found[0], found[1], found[2]
    if not strength >= rules.daily_adx or plus == minus:
        return 0
    return 1 if plus > minus else -1


@compiled
def expiry_of(market: Market, rules: Row, d: int) -> int:
    """`chain.choose`: the place of the nearest expiry with days enough, or -1."""
    for at in range(market.days[d].expiries):
        if market.expiries[d, at].days >= rules.min_dte:
            return at
    return -1


@compiled
def window_rows(day: Row, clock: Row) -> tuple[int, int]:
    """First and last minute at whose end an entry is allowed."""
    end_ns = min(clock.end_ns, clock.eod_ns, day.close_ns)
    first = -((day.first_ns - clock.start_ns) // MINUTE) - 1
    return max(0, first), min(-((day.first_ns - end_ns) // MINUTE) - 2, day.rows - 1)


@compiled
def aligned_hours(columns: Columns, rules: Row, d: int, way: int) -> int:
    """`AdxStrategy.alignment` after each hour, a bit an hour."""
    found = 0
    for hour in range(columns.hourly.shape[2]):
        given = columns.hourly[rules.hourly_key, d, hour]
        strength, plus, minus = given[0], given[1], given[2]
        agrees = plus > minus if way > 0 else minus > plus
        if strength >= rules.hourly_adx and agrees:
            found |= 1 << hour
    return found


@compiled
def is_aligned_at(market: Market, rules: Row, row: int, w: Row) -> bool:
    """`Desk.is_aligned` at a minute's end."""
    done = market.hours_done[rules.variant, w.day, row]
    return row >= w.daily_row and done > 0 and (w.aligned >> (done - 1)) & 1 == 1


@compiled
def trigger_of(columns: Columns, rules: Row, row: int, w: Row) -> int:
    """`AdxStrategy.trigger` of a minute that is a candidate of one kind or both."""
    end = columns.breakout_first[w.day + 1]
    if w.breakout < end and _is_broken(columns.breakouts[w.breakout], rules, row, w.way):
        return BREAKOUT
    end = columns.pullback_first[rules.pullback_key, w.day + 1]
    if w.pullback < end and _is_pulled(columns.pullbacks[w.pullback], rules, row, w.way):
        return PULLBACK
    return 0


@compiled
def _is_broken(found: Floats, rules: Row, row: int, way: int) -> bool:
    """`AdxStrategy._breakout`, of which the price is checked already."""
    is_busy = rules.breakout_mult == 0 or found[2] > rules.breakout_mult * found[3]
    return found[0] == row and found[1] == way and is_busy and found[4] >= rules.breakout_minutes


@compiled
def _is_pulled(found: Floats, rules: Row, row: int, way: int) -> bool:
    """`AdxStrategy._pullback`, of which only the RSI is left to check."""
    if found[0] != row or found[1] != way:
        return False
    return found[2] < rules.rsi_low if way > 0 else found[2] > rules.rsi_high


@compiled
def may_enter(market: Market, columns: Columns, rules: Row, row: int, w: Row) -> bool:
    """The entry filters that need no option, and the rules of one's own."""
    now = market.days[w.day].first_ns + (row + 1) * MINUTE
    if w.cooldown_until_ns and w.cooldown_until_ns <= now:
        w.cooldown_until_ns = w.losses = 0
    if w.is_loss_halted or w.cooldown_until_ns or w.losses >= rules.max_losses:
        return False
    if market.vix[w.day, row] >= rules.vix_max or w.realised <= loss_limit(w, rules):
        return False
    if (w.used_hours >> market.signal_hour[w.day, row]) & 1 or now < w.pause_until_ns:
        return False
    if w.losing_exits and w.reentries >= rules.max_reentries:
        return False
    if rules.volume_kind < 0:
        return True
    done = market.volumes_done[rules.variant, w.day, row]
    found = columns.volumes[rules.volume_kind, rules.variant, w.day, done]
    return found[0] > rules.volume_mult * found[1]


@compiled
def strike_of(rules: Row, day: Row, price: int, way: int) -> int:
    """`chain.strike_for`: listed strikes have no holes."""
    step = day.strike_step
    wanted = price // step * step
    if rules.rounding == NEAREST:
        wanted = (price + step // 2) // step * step
    if rules.rounding == IN_THE_MONEY and way < 0 and wanted < price:
        wanted += step
    return min(max(wanted, day.lowest), day.highest)


@compiled
def units_of(rules: Row, day: Row, expiry: Row, vix: int, seen: Ints, total: Row, w: Row) -> int:
    """The filters of the option and the size; 0 if one of them says no."""
    last, bid, ask = np.int64(seen[0]), np.int64(seen[1]), np.int64(seen[2])
    if not (bid and ask and last) or not 100.0 * (ask - bid) / last < rules.max_spread_pct:
        return 0
    balance = w.balance + (w.realised if rules.compounds else 0)
    found = lots(rules, balance, vix, expiry.days, last, expiry.lot, day.freeze)
    if found < 1:
        total.unsized += 1
        return 0
    units = found * expiry.lot
    return units if w.balance + w.realised > rules.margin_buffer * (units * last) else 0


@compiled
def is_repeated(decided: Ints, w: Row, strike: int, now: int, rules: Row) -> bool:
    """`validation._same_intent`: the contract was decided on a moment ago."""
    found = False
    for at in range(w.signals):
        if decided[at, 0] == strike and now - decided[at, 1] < rules.same_intent_ns:
            found = True
    decided[w.signals, 0], decided[w.signals, 1] = strike, now
    w.signals += 1
    return found
