"""One order at a time, compiled: the entry ladder, the exit's ladder, the chase.

Each function is one of the engine's; its docstring names it. What cannot happen here by the rules
of the paper broker (a refusal, a day that ends with a position) sets `needs_engine`: the engine
plays that day.
"""

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.layout import Row
from rustro_kernel.research.sweep.money import WHOLE_BPS, brokerage, charges, down, our_band, up

NEVER = 1 << 62
NONE, ENTRY, LADDER, CHASE = 0, 1, 2, 3
OLD_PRINT_NS, LAST_RESTS_NS, REPRICE_NS = 3 * SECOND, 5 * SECOND, SECOND


@compiled
def held(w: Row) -> int:
    """`account.open_units`."""
    return w.bought - w.sold


@compiled
def open_cost(w: Row) -> int:
    """`account.open_cost`."""
    return w.buy_value * (w.bought - w.sold) // w.bought if w.bought else 0


@compiled
def day_pnl(w: Row, day: Row, price: int) -> int:
    """`account.day_pnl` with what is held sold at a price; a part filled is charged as it is."""
    units = w.bought - w.sold
    if units <= 0:
        return w.realised
    rest = units * price
    brokered = w.brokered + brokerage(day, rest)
    if w.is_live and w.value:
        brokered += brokerage(day, w.value)
    cost = charges(day, brokered, w.buy_value, w.sell_value + rest)
    return w.realised + w.sell_value + rest - w.buy_value - cost


@compiled
def bid_or_last(w: Row) -> int:
    """What `day_pnl` sells at."""
    return w.bid if w.bid else w.ltp


@compiled
def loss_limit(w: Row, rules: Row) -> int:
    """`account.loss_limit`."""
    return -(w.balance * rules.loss_bps // WHOLE_BPS)


@compiled
def trigger_price(w: Row, now: int) -> int:
    """`pricing.exit_reference`: the last trade, or the middle of the book when that is old."""
    if now - w.quoted_ns <= OLD_PRINT_NS:
        return w.ltp
    if w.bid and w.ask:
        return (w.bid + w.ask) // 2
    return w.ltp


@compiled
def limit_price(w: Row, rules: Row, day: Row, attempt: int, now: int) -> int:
    """`pricing.limit_price`."""
    tick = day.tick
    if w.kind == CHASE:
        price = 0
        if w.bid:
            slab = (
                500 if w.bid < 1_000 else 300 if w.bid < 10_000 else 200 if w.bid < 50_000 else 100
            )
            price = down(w.bid - max(w.bid * slab // WHOLE_BPS, tick), tick)
        low, _ = our_band(day, w.ltp)
        return max(price, up(low, tick), tick)
    step = rules.step_bps[min(attempt, rules.steps - 1)]
    if w.kind == ENTRY:
        most = w.first_price * (WHOLE_BPS + rules.chase_bps) // WHOLE_BPS
        wanted = -(-w.ltp * (WHOLE_BPS + step) // WHOLE_BPS)
        return min(up(wanted, tick), down(most, tick))
    least = -(-w.first_price * (WHOLE_BPS - rules.chase_bps) // WHOLE_BPS)
    wanted = trigger_price(w, now) * (WHOLE_BPS - step) // WHOLE_BPS
    return max(down(wanted, tick), up(least, tick))


@compiled
def remaining(w: Row, day: Row) -> int:
    """`ladder._remaining`."""
    traded = w.traded + (w.filled if w.is_live else 0)
    if w.kind == ENTRY:
        return w.wanted - traded
    units = w.bought - w.sold
    return min(units, day.freeze - traded) if day.freeze else units


@compiled
def _passes(w: Row, rules: Row, day: Row, start_ns: int, units: int, limit: int, now: int) -> bool:
    """`validation.checks` of an entry; a price that no band would take is the engine's."""
    low, high = our_band(day, w.ltp)
    cost = units * limit
    if not (low <= limit <= high or limit == day.tick) or limit <= 0 or limit % day.tick:
        return False
    if w.balance + w.realised - open_cost(w) < cost or day_pnl(
        w, day, bid_or_last(w)
    ) <= loss_limit(w, rules):
        return False
    if w.vix_halted or not start_ns <= now < w.window_end_ns or now >= day.close_ns:
        return False
    if w.is_repeated or cost > rules.max_order_value or units // w.lot > rules.max_order_lots:
        return False
    funds = w.balance + w.realised
    return (open_cost(w) + cost) * WHOLE_BPS <= rules.underlying_bps * funds


@compiled
def finish(w: Row) -> None:
    """`ladder.finish`: an intent is over; `settle` tells the position."""
    w.is_over, w.was_chase = 1, w.kind == CHASE
    w.kind, w.is_live, w.expire_ns, w.reprice_ns = NONE, 0, NEVER, NEVER


@compiled
def withdraw(w: Row, rules: Row, now: int) -> None:
    """`submission.withdraw`."""
    if not w.is_cancelling:
        w.is_cancelling, w.cancel_ns = 1, now + rules.latency_ns


@compiled
def end_entry(w: Row, rules: Row, now: int) -> None:
    """`ladder.end`."""
    w.is_ending = 1
    if w.is_live:
        withdraw(w, rules, now)
    else:
        finish(w)


@compiled
def send(w: Row, rules: Row, day: Row, start_ns: int, attempt: int, now: int) -> None:
    """`ladder._send` and `submission.submit`."""
    units, limit = remaining(w, day), limit_price(w, rules, day, attempt, now)
    if units <= 0:
        return
    w.attempt = attempt
    if w.kind == ENTRY:
        if not _passes(w, rules, day, start_ns, units, limit, now):
            end_entry(w, rules, now)
            return
    else:
        low, high = our_band(day, w.ltp)
        if not (low <= limit <= high or limit == day.tick) or now >= day.close_ns:
            w.needs_engine = 1
    w.is_live, w.is_cancelling, w.has_arrived = 1, 0, 0
    w.units, w.limit, w.filled, w.value, w.done, w.done_value = units, limit, 0, 0, 0, 0
    w.arrives_ns, w.cancel_ns = now + rules.latency_ns, NEVER


@compiled
def advance(w: Row, rules: Row, day: Row, start_ns: int, now: int) -> None:
    """`ladder._advance`."""
    if not w.is_live:
        send(w, rules, day, start_ns, w.due_attempt, now)
    elif not w.is_cancelling:
        is_wanted = (
            w.kind == CHASE
            and w.units - w.filled == remaining(w, day)
            and w.limit == limit_price(w, rules, day, w.due_attempt, now)
        )
        if not is_wanted:
            withdraw(w, rules, now)


@compiled
def begin(w: Row, rules: Row, kind: int, units: int, price: int, now: int) -> None:
    """`intents._birth` and the times of `ladder.begin`."""
    w.kind, w.wanted, w.born_ns, w.first_price = kind, units, now, price
    w.attempt, w.due_attempt, w.traded, w.is_ending, w.is_live = -1, 0, 0, 0, 0
    w.next_step, w.reprice_ns, w.expire_ns = 1, NEVER, NEVER
    if kind != CHASE:
        w.expire_ns = now + rules.step_ns[rules.steps - 1] + LAST_RESTS_NS


@compiled
def reprice(w: Row, rules: Row, day: Row, start_ns: int, now: int) -> None:
    """`ladder.on_reprice`."""
    if now < day.close_ns:
        w.due_attempt = w.attempt + 1
        w.reprice_ns = now + REPRICE_NS
        advance(w, rules, day, start_ns, now)
    else:
        w.needs_engine = 1


@compiled
def chase(w: Row, rules: Row, day: Row, start_ns: int, now: int) -> None:
    """`ladder.chase`."""
    if w.kind == LADDER:
        w.kind = CHASE
        reprice(w, rules, day, start_ns, now)
