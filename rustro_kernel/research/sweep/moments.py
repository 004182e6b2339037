"""The order of things inside a minute, compiled: timers, reports, then the next quote."""

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.exits import EOD, close_all, on_mark, settle, watch
from rustro_kernel.research.sweep.fills import arrive, cancelled, report, take
from rustro_kernel.research.sweep.layout import Row
from rustro_kernel.research.sweep.orders import (
    ENTRY,
    LADDER,
    NEVER,
    NONE,
    advance,
    chase,
    end_entry,
    held,
    reprice,
)
from rustro_kernel.research.sweep.quotes import AFTER_NS


@compiled
def _time_of_day(w: Row, rules: Row, day: Row, start_ns: int, now: int) -> None:
    """`day.on_window_close`, `on_eod_expiry`, `on_eod`; each happens once."""
    if w.window_end_ns == now:
        w.window_end_ns = NEVER
        if w.kind == ENTRY:
            end_entry(w, rules, now)
    elif w.expiry_eod_ns == now:
        w.expiry_eod_ns = NEVER
        if w.expires_today:
            close_all(w, rules, day, start_ns, EOD, now)
    else:
        w.eod_ns = NEVER
        close_all(w, rules, day, start_ns, EOD, now)


@compiled
def _expire(w: Row, rules: Row, day: Row, start_ns: int, now: int) -> None:
    """`ladder.on_expire`."""
    w.expire_ns = NEVER
    if w.is_ending:
        return
    if w.kind == ENTRY:
        end_entry(w, rules, now)
    else:
        chase(w, rules, day, start_ns, now)


@compiled
def until(w: Row, rules: Row, day: Row, start_ns: int, ts: int) -> None:
    """Everything due by `ts`: timers, then what reaches the exchange, each at its time."""
    if w.kind == NONE and _times_of_day(w) > ts:
        return  # no order is at work
    while w.is_alive and not w.needs_engine:
        timer_ns = min(_times_of_day(w), _step_ns(w, rules), w.expire_ns, w.reprice_ns)
        order_ns = min(w.arrives_ns, w.cancel_ns) if w.is_live else NEVER
        now = min(timer_ns, order_ns)
        if now > ts:
            return
        if timer_ns <= order_ns:
            _on_timer(w, rules, day, start_ns, now)
        elif w.arrives_ns <= w.cancel_ns:
            arrive(w, rules, day, start_ns, now)
        else:
            cancelled(w, rules, day, start_ns, now)
        settle(w, rules, day, start_ns, now)


@compiled
def _times_of_day(w: Row) -> int:
    """When the day itself wants something next."""
    return min(w.window_end_ns, w.expiry_eod_ns, w.eod_ns)


@compiled
def _step_ns(w: Row, rules: Row) -> int:
    """When the ladder has its next attempt."""
    has_step = (w.kind == ENTRY or w.kind == LADDER) and w.next_step < rules.steps
    return w.born_ns + rules.step_ns[w.next_step] if has_step else NEVER


@compiled
def _on_timer(w: Row, rules: Row, day: Row, start_ns: int, now: int) -> None:
    """What is due now; at one time the day's come first, then the ladder's."""
    if _times_of_day(w) == now:
        _time_of_day(w, rules, day, start_ns, now)
    elif _step_ns(w, rules) == now:
        w.next_step += 1
        if not w.is_ending:
            w.due_attempt = w.next_step - 1
            advance(w, rules, day, start_ns, now)
    elif w.expire_ns == now:
        _expire(w, rules, day, start_ns, now)
    else:
        reprice(w, rules, day, start_ns, now)


@compiled
def show(w: Row, rules: Row, day: Row, start_ns: int, curve: Row, row: int, moment: int) -> None:
    """One moment: the exchange's quote, our stops, then the reports of what traded on it."""
    now = day.first_ns + row * MINUTE + AFTER_NS[moment]
    see(w, curve, row, moment, now)
    w.is_shown, w.taken_bid, w.taken_ask = 1, 0, 0
    if w.is_live and w.has_arrived:
        take(w, rules, day, True)
    if held(w) > 0:
        watch(w, rules, day, start_ns, now)
        on_mark(w, rules, day, start_ns, now)
        settle(w, rules, day, start_ns, now)
    if w.is_live:
        report(w, rules, day, start_ns, now)
        settle(w, rules, day, start_ns, now)


@compiled
def see(w: Row, curve: Row, row: int, moment: int, now: int) -> None:
    """`quotes.keep`."""
    w.ltp, w.bid = curve.quotes[row, moment, 0], curve.quotes[row, moment, 1]
    w.ask, w.lots = curve.quotes[row, moment, 2], curve.quotes[row, moment, 3]
    w.quoted_ns = now
