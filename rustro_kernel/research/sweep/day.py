"""Days and blocks of sets, compiled: from trigger to trigger, minutes only in a position."""

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.research.sweep.breaker import HALTED, STATED, breaker
from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.entries import (
    aligned_hours,
    direction,
    expiry_of,
    is_aligned_at,
    is_repeated,
    may_enter,
    strike_of,
    trigger_of,
    units_of,
    window_rows,
)
from rustro_kernel.research.sweep.exits import close_all, settle, signal
from rustro_kernel.research.sweep.layout import (
    CODE,
    Columns,
    Ints,
    Kept,
    Market,
    Row,
    Rows,
    Work,
)
from rustro_kernel.research.sweep.moments import show, until
from rustro_kernel.research.sweep.money import MOST
from rustro_kernel.research.sweep.orders import ENTRY, NEVER, advance, begin, end_entry
from rustro_kernel.research.sweep.quotes import AFTER_NS, CLOSE, MOMENTS, quote, slot_of
from rustro_kernel.research.sweep.tally import add, clear, count, record

VIX, ALIGNMENT_LOST = CODE[ExitReason.VIX], CODE[ExitReason.ALIGNMENT_LOST]
LOW_VOLUME = CODE[ExitReason.LOW_VOLUME]


@compiled
def _set_out(w: Row, rules: Row, clock: Row, expiry: Row, seen: Ints, now: int) -> None:
    """A position from its signal on."""
    w.is_alive, w.trail = 1, -1
    w.bought = w.buy_value = w.sold = w.sell_value = w.brokered = w.stop = w.break_even = 0
    w.exit_reason = w.entry_ns = w.closed_ns = w.leaving = w.net = 0
    w.urgency, w.lot, w.expires_today = 9, expiry.lot, expiry.days == 0
    w.ltp, w.bid, w.ask, w.lots = seen[0], seen[1], seen[2], seen[3]
    w.quoted_ns, w.is_shown = now - MINUTE + AFTER_NS[CLOSE], 0
    w.window_end_ns = clock.end_ns if clock.end_ns > now else NEVER
    w.expiry_eod_ns = clock.expiry_eod_ns if clock.expiry_eod_ns > now else NEVER
    w.eod_ns = clock.eod_ns if clock.eod_ns > now else NEVER


@compiled
def _hold(
    market: Market, rules: Row, clock: Row, row: int, slot: int, kept: Kept, work: Work
) -> int:
    """Live through minutes until the position is gone; returns the first one not decided yet."""
    w, start_ns = work.states[0], clock.start_ns
    day = market.days[w.day]
    while w.is_alive and not w.needs_engine:
        if row >= day.rows:
            w.needs_engine = 1
            return row
        begins_ns = day.first_ns + row * MINUTE
        if market.closes[w.day, row]:
            for moment in range(MOMENTS):
                until(w, rules, day, start_ns, begins_ns + AFTER_NS[moment])
                if not w.is_alive or w.needs_engine:
                    return row
                seen = quote(kept, slot, market, w.day, row, moment)
                show(w, rules, day, start_ns, seen, begins_ns + AFTER_NS[moment])
        until(w, rules, day, start_ns, begins_ns + MINUTE)
        if not w.is_alive or w.needs_engine:
            return row
        _boundary(market, rules, start_ns, row, work)
        row += 1
    return row


@compiled
def _boundary(market: Market, rules: Row, start_ns: int, row: int, work: Work) -> None:
    """The end of a minute with a position: the VIX, then `technical.on_boundary`."""
    w = work.states[0]
    day = market.days[w.day]
    now = day.first_ns + (row + 1) * MINUTE
    if w.has_breaker:
        w.vix_halted = work.flags[row] & HALTED
        if work.flags[row] & STATED:
            close_all(w, rules, day, start_ns, VIX, now)
    is_aligned = is_aligned_at(market, rules, row, w)
    if w.bought and not is_aligned:
        signal(w, rules, day, start_ns, ALIGNMENT_LOST, now)
    elif w.bought and rules.low_volume and market.quiet[rules.variant, w.day, row]:
        signal(w, rules, day, start_ns, LOW_VOLUME, now)
    elif not w.bought and not is_aligned:
        end_entry(w, rules, now)
    settle(w, rules, day, start_ns, now)


@compiled
def _opened(market: Market, columns: Columns, rules: Row, clock: Row, work: Work) -> bool:
    """A new day; whether there can be an entry at all. A day with halts is the engine's."""
    w = work.states[0]
    day = market.days[w.day]
    clear(work.today[0])
    w.realised = w.losses = w.losing_exits = w.reentries = w.pause_until_ns = w.signals = 0
    w.cooldown_until_ns = w.is_loss_halted = w.used_hours = w.is_over = w.leaving = 0
    w.cash = w.balance
    w.way, w.expiry = direction(columns, rules, w.day), expiry_of(market, rules, w.day)
    w.row, w.last_row = window_rows(day, clock)
    if w.way == 0 or w.expiry < 0 or w.row > w.last_row:
        return False
    if not day.is_plain or w.balance > MOST:
        w.needs_engine = 1
        return False
    w.aligned = aligned_hours(columns, rules, w.day, w.way)
    w.daily_row = -((day.first_ns - clock.daily_ns) // MINUTE) - 1
    w.row = max(w.row, w.daily_row)
    w.breakout = columns.breakout_first[w.day]
    w.pullback = columns.pullback_first[rules.pullback_key, w.day]
    w.has_breaker = day.vix_high > rules.vix_max or day.vix_high - day.vix_low > rules.vix_spike
    if w.has_breaker and w.aligned:
        breaker(market, rules, w.day, work.flags)
    return w.aligned != 0


@compiled
def _next_row(columns: Columns, rules: Row, w: Row) -> int:
    """The next minute at which something may have triggered, from `row` on."""
    following = NEVER
    end = columns.breakout_first[w.day + 1]
    while w.breakout < end and columns.breakouts[w.breakout, 0] < w.row:
        w.breakout += 1
    if w.breakout < end:
        following = int(columns.breakouts[w.breakout, 0])
    end = columns.pullback_first[rules.pullback_key, w.day + 1]
    while w.pullback < end and columns.pullbacks[w.pullback, 0] < w.row:
        w.pullback += 1
    if w.pullback < end:
        following = min(following, int(columns.pullbacks[w.pullback, 0]))
    return following


@compiled
def _is_wanted(market: Market, columns: Columns, rules: Row, row: int, work: Work) -> bool:
    """Whether a minute triggers and no filter that needs no option says no."""
    w = work.states[0]
    if market.closes[w.day, row] == 0 or not is_aligned_at(market, rules, row, w):
        return False
    w.trigger = trigger_of(columns, rules, row, w)
    if w.trigger == 0 or (w.has_breaker and work.flags[row] & HALTED):
        return False
    return may_enter(market, columns, rules, row, w)


@compiled
def _enter(market: Market, rules: Row, clock: Row, row: int, kept: Kept, work: Work) -> int:
    """`entries._enter`, if spread, size and margin allow it; returns where the option is kept."""
    w = work.states[0]
    day, expiry = market.days[w.day], market.expiries[w.day, w.expiry]
    w.strike = strike_of(rules, day, int(market.closes[w.day, row]), w.way)
    slot = slot_of(kept, w.expiry, w.way > 0, w.strike)
    seen = quote(kept, slot, market, w.day, row, CLOSE)
    units = units_of(rules, day, expiry, market.vix[w.day, row], seen, work.today[0], w)
    if units == 0:
        return -1
    now = day.first_ns + (row + 1) * MINUTE
    w.used_hours |= 1 << market.signal_hour[w.day, row]
    w.reentries += w.losing_exits > 0
    w.is_repeated = is_repeated(work.decided, w, w.strike, now, rules)
    w.vix_halted = 0
    _set_out(w, rules, clock, expiry, seen, now)
    begin(w, rules, ENTRY, units, w.ltp, now)
    advance(w, rules, day, clock.start_ns, now)
    settle(w, rules, day, clock.start_ns, now)
    return slot


@compiled
def _day(
    market: Market,
    columns: Columns,
    rules: Row,
    number: int,
    trades: Rows,
    found: int,
    kept: Kept,
    work: Work,
) -> int:
    """One day of one set; returns the number of trades so far."""
    w = work.states[0]
    clock, before = columns.clocks[rules.clock_key, w.day], found
    if not _opened(market, columns, rules, clock, work):
        return found
    row = _next_row(columns, rules, w)
    while row <= w.last_row:
        w.row = row + 1
        if _is_wanted(market, columns, rules, row, work):
            found = _trade(market, rules, clock, row, number, trades, found, kept, work)
            if w.needs_engine:
                return before
        row = _next_row(columns, rules, w)
    return found


@compiled
def _trade(
    market: Market,
    rules: Row,
    clock: Row,
    row: int,
    number: int,
    trades: Rows,
    found: int,
    kept: Kept,
    work: Work,
) -> int:
    """From a signal to the end of its position; returns the number of trades so far."""
    w = work.states[0]
    slot = _enter(market, rules, clock, row, kept, work)
    if slot < 0:
        return found
    w.row = _hold(market, rules, clock, w.row, slot, kept, work)
    if w.needs_engine or not w.bought:
        return found
    count(work.today[0], w)
    if found < trades.shape[0]:
        record(trades[found], number, w)
    return found + 1


@compiled
def play(
    market: Market,
    columns: Columns,
    sets: Rows,
    days: Ints,
    at: Ints,
    balances: Ints,
    nets: Ints,
    totals: Rows,
    trades: Rows,
    kept: Kept,
    work: Work,
) -> int:
    """Every day of every set of a block, day by day: quotes of a day are shared.

    `at` is the place in `days` each set has come to. A set stays where the engine is needed.
    Returns how many trades there were; as many as there is room for are in `trades`.
    """
    found, w = 0, work.states[0]
    for place in range(days.shape[0]):
        kept.used[0] = 0
        for number in range(sets.shape[0]):
            if at[number] != place:
                continue
            w.balance, w.needs_engine, w.day = balances[number], 0, days[place]
            counted = _day(market, columns, sets[number], number, trades, found, kept, work)
            if w.needs_engine:
                continue
            add(totals[number], work.today[0])
            found, nets[number, place] = counted, w.realised
            if sets[number].compounds:
                balances[number] = max(0, w.balance + w.realised)
            at[number] = place + 1
    return found
