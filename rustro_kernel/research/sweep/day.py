"""Days and blocks of sets, compiled: from trigger to trigger, minutes only in a position."""

import numpy as np

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.research.sweep.breaker import HALTED, STATED, breaker
from rustro_kernel.research.sweep.calm import passed_over
from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.entries import (
    aligned_hours,
    busy_hours,
    direction,
    expiry_of,
    is_aligned_at,
    is_repeated,
    may_enter,
    open_row,
    strike_of,
    trigger_of,
    units_of,
    window_rows,
)
from rustro_kernel.research.sweep.exits import UNKNOWN, close_all, settle, signal
from rustro_kernel.research.sweep.layout import (
    CODE,
    MOMENTS,
    Columns,
    Floats,
    Ints,
    Row,
    Rows,
)
from rustro_kernel.research.sweep.moments import see, show, until
from rustro_kernel.research.sweep.money import MOST
from rustro_kernel.research.sweep.orders import ENTRY, NEVER, advance, begin, end_entry
from rustro_kernel.research.sweep.quotes import (
    AFTER_NS,
    CLOSE,
    SLOTS,
    begin_curve,
    place_of,
    price,
)
from rustro_kernel.research.sweep.tally import add, clear, count, record

VIX, ALIGNMENT_LOST = CODE[ExitReason.VIX], CODE[ExitReason.ALIGNMENT_LOST]
LOW_VOLUME = CODE[ExitReason.LOW_VOLUME]
SHORT_OF = 1 << 30
"""Later than every row."""


@compiled
def _set_out(day: Row, clock: Row, w: Row, now: int) -> None:
    """A position from its signal on."""
    w.is_alive, w.trail, w.loss_bid, w.urgency, w.is_shown = 1, -1, UNKNOWN, 9, 0
    w.bought = w.buy_value = w.sold = w.sell_value = w.brokered = w.stop = w.break_even = 0
    w.exit_reason = w.entry_ns = w.closed_ns = w.leaving = w.net = w.vix_halted = 0
    w.lot, w.expires_today = day.lots[w.expiry], day.expiry_days[w.expiry] == 0
    w.window_end_ns = clock.end_ns if clock.end_ns > now else NEVER
    w.expiry_eod_ns = clock.expiry_eod_ns if clock.expiry_eod_ns > now else NEVER
    w.eod_ns = clock.eod_ns if clock.eod_ns > now else NEVER


@compiled
def _catch_up(day: Row, first: int, curve: Row, w: Row) -> None:
    """Know the last quote of the minutes passed over: the next one may have no bar."""
    for row in range(w.row - 1, first - 1, -1):
        if day.closes[row]:
            see(w, curve, row, CLOSE, day.first_ns + row * MINUTE + AFTER_NS[CLOSE])
            w.is_shown, w.taken_bid, w.taken_ask = 1, 0, 0
            return


@compiled
def _hold(day: Row, rules: Row, clock: Row, curve: Row, w: Row) -> None:
    """Live through minutes until the position is gone; `row` is then the first not decided yet."""
    start_ns = clock.start_ns
    while w.is_alive and not w.needs_engine:
        first = w.row
        w.row = passed_over(day, rules, first, curve, w)
        _catch_up(day, first, curve, w)
        if w.row >= day.rows:
            w.needs_engine = 1
            return
        begins_ns = day.first_ns + w.row * MINUTE
        if day.closes[w.row]:
            price(curve, day, w.row)
            for moment in range(MOMENTS):
                until(w, rules, day, start_ns, begins_ns + AFTER_NS[moment])
                if not w.is_alive or w.needs_engine:
                    return
                show(w, rules, day, start_ns, curve, w.row, moment)
        until(w, rules, day, start_ns, begins_ns + MINUTE)
        if not w.is_alive or w.needs_engine:
            return
        _boundary(day, rules, start_ns, w)
        w.row += 1


@compiled
def _boundary(day: Row, rules: Row, start_ns: int, w: Row) -> None:
    """The end of a minute with a position: the VIX, then `technical.on_boundary`."""
    row, now = w.row, day.first_ns + (w.row + 1) * MINUTE
    if w.has_breaker:
        w.vix_halted = w.breaker[row] & HALTED
        if w.breaker[row] & STATED:
            close_all(w, rules, day, start_ns, VIX, now)
    is_aligned = is_aligned_at(day, rules, row, w)
    if w.bought and not is_aligned:
        signal(w, rules, day, start_ns, ALIGNMENT_LOST, now)
    elif w.bought and rules.low_volume and day.quiet[rules.variant, row]:
        signal(w, rules, day, start_ns, LOW_VOLUME, now)
    elif not w.bought and not is_aligned:
        end_entry(w, rules, now)
    settle(w, rules, day, start_ns, now)


@compiled
def _opened(day: Row, rules: Row, clock: Row, trend: Row, trends: Row, w: Row) -> bool:
    """A new day; whether there can be an entry at all. A day with halts is the engine's."""
    w.realised = w.losses = w.losing_exits = w.reentries = w.pause_until_ns = w.signals = 0
    w.cooldown_until_ns = w.is_loss_halted = w.used_hours = w.is_over = w.leaving = 0
    w.cash = w.balance
    w.way, w.expiry = direction(trend, rules), expiry_of(day, rules)
    w.row, w.last_row = window_rows(day, clock)
    if w.way == 0 or w.expiry < 0 or w.row > w.last_row:
        return False
    if not day.is_plain or w.balance > MOST:
        w.needs_engine = 1
        return False
    w.aligned, w.busy = aligned_hours(trends, rules, w.way), busy_hours(day, rules)
    w.daily_row = -((day.first_ns - clock.daily_ns) // MINUTE) - 1
    w.row = max(w.row, w.daily_row)
    w.has_breaker = day.vix_high > rules.vix_max or day.vix_high - day.vix_low > rules.vix_spike
    if w.has_breaker and w.aligned:
        breaker(day, rules, w)
    return w.aligned != 0 and w.busy != 0


@compiled
def _bring_pullbacks(first: int, end: int, pullbacks: Floats, w: Row) -> None:
    """The day's candidates of a set's own way."""
    w.pullback, w.pullbacks = 0, end - first
    for at in range(w.pullbacks):
        w.pullback_rows[at] = int(pullbacks[first + at, 0])
        w.pullback_rsi[at] = pullbacks[first + at, 1]


@compiled
def _next_row(day: Row, rules: Row, w: Row) -> int:
    """The next minute at which something may have triggered, from `row` on, or SHORT_OF."""
    while w.row <= w.last_row:
        row = int(day.breakouts[0 if w.way > 0 else 1, w.row])
        while w.pullback < w.pullbacks and w.pullback_rows[w.pullback] < w.row:
            w.pullback += 1
        if w.pullback < w.pullbacks:
            row = min(row, w.pullback_rows[w.pullback])
        if row > w.last_row:
            return SHORT_OF
        w.row = open_row(day, rules, row, w)
        if w.row == row:
            return row
    return SHORT_OF


@compiled
def _is_wanted(day: Row, rules: Row, row: int, w: Row) -> bool:
    """Whether a minute triggers and no filter that needs no option says no."""
    if day.closes[row] == 0:
        return False
    w.trigger = trigger_of(day, rules, row, w)
    if w.trigger == 0 or (w.has_breaker and w.breaker[row] & HALTED):
        return False
    return may_enter(day, rules, row, w)


@compiled
def _enter(day: Row, rules: Row, clock: Row, row: int, curve: Row, total: Row, w: Row) -> bool:
    """`entries._enter`, if spread, size and margin allow it."""
    price(curve, day, row)
    now = day.first_ns + (row + 1) * MINUTE
    see(w, curve, row, CLOSE, now - MINUTE + AFTER_NS[CLOSE])
    units = units_of(day, rules, row, total, w)
    if units == 0:
        return False
    w.used_hours |= 1 << ((row + day.offset) // 60)
    w.reentries += w.losing_exits > 0
    w.is_repeated = is_repeated(w, now, rules)
    _set_out(day, clock, w, now)
    begin(w, rules, ENTRY, units, w.ltp, now)
    advance(w, rules, day, clock.start_ns, now)
    settle(w, rules, day, clock.start_ns, now)
    return True


@compiled
def _curve(curves: Rows, used: Ints, day: Row, rules: Row, row: int, w: Row) -> int:
    """The place of the option that an entry would buy."""
    w.strike = strike_of(rules, day, day.closes[row], w.way)
    at = place_of(curves, used[0], w.expiry, w.way > 0, w.strike)
    if at == used[0]:
        at = 0 if at == SLOTS else at  # a day with so many is rare: begin anew
        begin_curve(curves[at], w.expiry, w.way > 0, w.strike)
        used[0] = at + 1
    return at


@compiled
def _day(
    day: Row,
    rules: Row,
    clock: Row,
    number: int,
    trades: Rows,
    found: int,
    curves: Rows,
    used: Ints,
    total: Row,
    w: Row,
) -> int:
    """One day of one set; returns the number of trades so far."""
    before = found
    row = _next_row(day, rules, w)
    while row <= w.last_row:
        w.row = row + 1
        if _is_wanted(day, rules, row, w):
            curve = curves[_curve(curves, used, day, rules, row, w)]
            if _enter(day, rules, clock, row, curve, total, w):
                _hold(day, rules, clock, curve, w)
                if w.needs_engine:
                    return before
                if w.bought:
                    count(total, w)
                    if found < trades.shape[0]:
                        record(trades[found], number, w)
                    found += 1
        row = _next_row(day, rules, w)
    return found


@compiled
def play(
    every: Rows,
    columns: Columns,
    sets: Rows,
    days: Ints,
    at: Ints,
    balances: Ints,
    nets: Ints,
    totals: Rows,
    trades: Rows,
    curves: Rows,
    states: Rows,
    today: Rows,
) -> int:
    """Days of every set of a block, day by day: the quotes of a day are shared.

    `at` is the place in `days` each set has come to. A set stays where the engine is needed.
    Returns how many trades there were; as many as there is room for are in `trades`.
    """
    found, w, total = 0, states[0], today[0]
    used = np.zeros(1, dtype=np.int64)
    for place in range(days.shape[0]):
        d, used[0] = days[place], 0
        day = every[d]
        for number in range(sets.shape[0]):
            if at[number] != place:
                continue
            rules = sets[number]
            clear(total)
            w.balance, w.needs_engine, w.day = balances[number], 0, d
            clock, counted = columns.clocks[rules.clock_key, d], found
            trend, trends = columns.daily[rules.daily_key, d], columns.hourly[rules.hourly_key, d]
            if _opened(day, rules, clock, trend, trends, w):
                first = columns.pullback_first[rules.pullback_key, 0 if w.way > 0 else 1]
                _bring_pullbacks(first[d], first[d + 1], columns.pullbacks, w)
                counted = _day(day, rules, clock, number, trades, found, curves, used, total, w)
            if w.needs_engine:
                continue
            add(totals[number], total)
            found, nets[number, place] = counted, w.realised
            if rules.compounds:
                balances[number] = max(0, w.balance + w.realised)
            at[number] = place + 1
    return found
