"""From a trigger to a size, compiled: direction, alignment, filters, strike."""

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.layout import HOURS, Row
from rustro_kernel.research.sweep.money import lots
from rustro_kernel.research.sweep.orders import loss_limit

BREAKOUT, PULLBACK = 1, 2
NEAREST, IN_THE_MONEY = 1, 2
MINUTES_IN_HOUR = 60


@compiled
def direction(trend: Row, rules: Row) -> int:
    """`AdxStrategy.direction`: 1 calls, -1 puts, 0 nothing."""
    if not trend.adx >= rules.daily_adx or trend.plus == trend.minus:
        return 0
    return 1 if trend.plus > trend.minus else -1


@compiled
def expiry_of(day: Row, rules: Row) -> int:
    """`chain.choose`: the place of the nearest expiry with days enough, or -1."""
    for at in range(day.expiries):
        if day.expiry_days[at] >= rules.min_dte:
            return at
    return -1


@compiled
def window_rows(day: Row, clock: Row) -> tuple[int, int]:
    """First and last minute at whose end an entry is allowed."""
    end_ns = min(clock.end_ns, clock.eod_ns, day.close_ns)
    first = -((day.first_ns - clock.start_ns) // MINUTE) - 1
    return max(0, first), min(-((day.first_ns - end_ns) // MINUTE) - 2, day.rows - 1)


@compiled
def aligned_hours(trends: Row, rules: Row, way: int) -> int:
    """`AdxStrategy.alignment` after each hour, a bit an hour."""
    found = 0
    for hour in range(HOURS):
        plus, minus = trends.plus[hour], trends.minus[hour]
        agrees = plus > minus if way > 0 else minus > plus
        if trends.adx[hour] >= rules.hourly_adx and agrees:
            found |= 1 << hour
    return found


@compiled
def busy_hours(day: Row, rules: Row) -> int:
    """`filters.hour_volume` after so many hours of the future, a bit for each number."""
    if rules.volume_kind < 0:
        return (1 << HOURS) - 1
    found = 0
    for done in range(HOURS):
        last, mean = (
            day.volumes[rules.volume_kind, rules.variant, done, 0],
            day.volumes[rules.volume_kind, rules.variant, done, 1],
        )
        if last > rules.volume_mult * mean:
            found |= 1 << done
    return found


@compiled
def is_aligned_at(day: Row, rules: Row, row: int, w: Row) -> bool:
    """`Desk.is_aligned` at a minute's end."""
    done = day.hours_done[rules.variant, row]
    return row >= w.daily_row and done > 0 and (w.aligned >> (done - 1)) & 1 == 1


@compiled
def open_row(day: Row, rules: Row, row: int, w: Row) -> int:
    """The first minute from `row` on that no fact of a whole hour or of the clock rules out."""
    if w.is_loss_halted or (w.losing_exits and w.reentries >= rules.max_reentries):
        return w.last_row + 1
    wait_ns = max(w.pause_until_ns, w.cooldown_until_ns)
    row = max(row, -((day.first_ns - wait_ns) // MINUTE) - 1)
    while row <= w.last_row:
        is_busy = (w.busy >> day.volumes_done[rules.variant, row]) & 1
        if not is_busy or not is_aligned_at(day, rules, row, w):
            row += MINUTES_IN_HOUR - (row + 1 + day.offset) % MINUTES_IN_HOUR
        elif (w.used_hours >> ((row + day.offset) // MINUTES_IN_HOUR)) & 1:
            row += MINUTES_IN_HOUR - (row + day.offset) % MINUTES_IN_HOUR
        else:
            return row
    return row


@compiled
def trigger_of(day: Row, rules: Row, row: int, w: Row) -> int:
    """`AdxStrategy.trigger` of a minute that is a candidate of one kind or both."""
    if day.breakouts[0 if w.way > 0 else 1, row] == row:
        wanted = rules.breakout_mult * day.last_volume[row]
        is_busy = rules.breakout_mult == 0 or day.running[row] > wanted
        if is_busy and (row + 1 + day.offset) % MINUTES_IN_HOUR >= rules.breakout_minutes:
            return BREAKOUT
    if w.pullback < w.pullbacks and w.pullback_rows[w.pullback] == row:
        extreme = w.pullback_rsi[w.pullback]
        if extreme < rules.rsi_low if w.way > 0 else extreme > rules.rsi_high:
            return PULLBACK
    return 0


@compiled
def may_enter(day: Row, rules: Row, row: int, w: Row) -> bool:
    """The filters that change from minute to minute and need no option."""
    now = day.first_ns + (row + 1) * MINUTE
    if w.cooldown_until_ns and w.cooldown_until_ns <= now:
        w.cooldown_until_ns = w.losses = 0
    if w.losses >= rules.max_losses or w.realised <= loss_limit(w, rules):
        return False
    return day.vix[row] < rules.vix_max


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
def units_of(day: Row, rules: Row, row: int, total: Row, w: Row) -> int:
    """The filters of the option that is quoted now, and the size; 0 if one of them says no."""
    if not (w.bid and w.ask and w.ltp):
        return 0
    if not 100.0 * (w.ask - w.bid) / w.ltp < rules.max_spread_pct:
        return 0
    balance = w.balance + (w.realised if rules.compounds else 0)
    days, lot = day.expiry_days[w.expiry], day.lots[w.expiry]
    found = lots(rules, balance, day.vix[row], days, w.ltp, lot, day.freeze)
    if found < 1:
        total.unsized += 1
        return 0
    units = found * lot
    return units if w.balance + w.realised > rules.margin_buffer * (units * w.ltp) else 0


@compiled
def is_repeated(w: Row, now: int, rules: Row) -> bool:
    """`validation._same_intent`: the contract was decided on a moment ago."""
    found = False
    for at in range(w.signals):
        is_same = w.decided_strike[at] == w.strike
        if is_same and now - w.decided_ns[at] < rules.same_intent_ns:
            found = True
    w.decided_strike[w.signals], w.decided_ns[w.signals] = w.strike, now
    w.signals += 1
    return found
