"""The paper exchange and what its reports do to a position, compiled."""

from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.layout import Row
from rustro_kernel.research.sweep.money import WHOLE_BPS, brokerage, charges, exchange_band
from rustro_kernel.research.sweep.orders import ENTRY, NEVER, finish, remaining, send


@compiled
def take(w: Row, rules: Row, day: Row, at_own_limit: bool) -> None:
    """`Book.take`: what the shown quote gives an order that is at the exchange."""
    units, slip = w.units - w.done, 0 if at_own_limit else rules.slippage_ticks * day.tick
    if w.kind == ENTRY:
        size = min(units, w.lots * w.lot - w.taken_ask)
        if not (0 < w.ask <= w.limit) or size <= 0:
            return
        w.taken_ask += size
        price = w.limit if at_own_limit else min(w.limit, w.ask + slip)
        w.cash -= price * size
    else:
        size = min(units, w.lots * w.lot - w.taken_bid)
        if not (w.bid > 0 and w.bid >= w.limit) or size <= 0:
            return
        w.taken_bid += size
        price = w.limit if at_own_limit else max(w.limit, w.bid - slip)
        w.cash += price * size
    w.done += size
    w.done_value += price * size


@compiled
def break_even(w: Row, day: Row) -> int:
    """`trades.break_even`."""
    bought = w.brokered + brokerage(day, w.value)
    low = w.buy_value // w.bought
    high = 2 * low + 100_000
    while low < high:
        middle = (low + high) // 2
        value = middle * w.bought
        cost = charges(day, bought + brokerage(day, value), w.buy_value, value)
        if value - w.buy_value - cost >= 0:
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def _bought(w: Row, rules: Row, day: Row, units: int, value: int, now: int) -> None:
    """`positions._bought`."""
    if not w.bought:
        w.entry_ns = now
    w.bought += units
    w.buy_value += value
    w.stop = w.buy_value * (WHOLE_BPS - rules.stop_bps) // (w.bought * WHOLE_BPS)
    if rules.is_floored:
        w.break_even = break_even(w, day)


@compiled
def after_order(w: Row, rules: Row, day: Row, start_ns: int, now: int) -> None:
    """The end of `fills._take_end` and `ladder.after_order`."""
    if w.value:
        w.brokered += brokerage(day, w.value)
    w.traded += w.filled
    w.is_live = 0
    if w.is_ending or remaining(w, day) <= 0:
        finish(w)
    elif w.due_attempt > w.attempt:
        send(w, rules, day, start_ns, w.due_attempt, now)


@compiled
def report(w: Row, rules: Row, day: Row, start_ns: int, now: int) -> None:
    """`fills._take_fill` and `_take_end`: the exchange has traded more than we know of."""
    units, value = w.done - w.filled, w.done_value - w.value
    if not units:
        return
    w.filled, w.value = w.done, w.done_value
    if w.kind == ENTRY:
        _bought(w, rules, day, units, value, now)
    else:
        w.sold += units
        w.sell_value += value
    if w.filled == w.units:
        after_order(w, rules, day, start_ns, now)


@compiled
def arrive(w: Row, rules: Row, day: Row, start_ns: int, now: int) -> None:
    """`Venue.place`: the order is there; what would be refused is left to the engine."""
    w.has_arrived, w.arrives_ns = 1, NEVER
    reference = (w.bid + w.ask) // 2 if w.bid and w.ask else w.ltp
    low, high = exchange_band(day, reference)
    is_short = w.kind == ENTRY and w.units * w.limit > w.cash
    if not w.is_shown or now >= day.close_ns or is_short or not low <= w.limit <= high:
        w.needs_engine = 1
        return
    take(w, rules, day, False)
    report(w, rules, day, start_ns, now)


@compiled
def cancelled(w: Row, rules: Row, day: Row, start_ns: int, now: int) -> None:
    """`Venue.cancel` of an order that still stands."""
    w.cancel_ns = NEVER
    after_order(w, rules, day, start_ns, now)
