"""Leaving a position, compiled: stops, targets, everything that closes, and the trade it was."""

from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.layout import CODE, PRIORITIES, Row
from rustro_kernel.research.sweep.money import MOST, WHOLE_BPS, charges
from rustro_kernel.research.sweep.orders import (
    CHASE,
    ENTRY,
    LADDER,
    NONE,
    advance,
    begin,
    bid_or_last,
    chase,
    day_pnl,
    end_entry,
    held,
    loss_limit,
    open_cost,
    reprice,
    trigger_price,
)

WAITING_PRIORITY = 3
RISK_PRIORITY = 2
UNKNOWN = -1
EOD, STOP_LOSS = CODE[ExitReason.EOD], CODE[ExitReason.STOP_LOSS]
TARGET, TRAILING = CODE[ExitReason.TARGET], CODE[ExitReason.TRAILING_STOP]
DAILY_LOSS, MARGIN = CODE[ExitReason.DAILY_LOSS], CODE[ExitReason.MARGIN]
PRIORITY = PRIORITIES


@compiled
def start_exit(w: Row, rules: Row, day: Row, start_ns: int, is_urgent: bool, now: int) -> None:
    """`intents.start_exit`."""
    units = held(w)
    if not units or w.kind != NONE:
        return
    can_wait = w.urgency >= WAITING_PRIORITY and not is_urgent
    units = min(units, day.freeze) if day.freeze else units
    begin(w, rules, LADDER if can_wait else CHASE, units, trigger_price(w, now), now)
    if can_wait:
        advance(w, rules, day, start_ns, now)
    else:
        reprice(w, rules, day, start_ns, now)


@compiled
def signal(w: Row, rules: Row, day: Row, start_ns: int, reason: int, now: int) -> None:
    """`exits.signal`, of the most urgent reason."""
    priority = PRIORITY[reason]
    if w.exit_reason:
        w.urgency = min(w.urgency, priority)
        if priority < WAITING_PRIORITY:
            chase(w, rules, day, start_ns, now)
        return
    w.exit_reason, w.urgency = reason, priority
    if w.kind == ENTRY:
        end_entry(w, rules, now)
    else:
        start_exit(w, rules, day, start_ns, False, now)


@compiled
def close_all(w: Row, rules: Row, day: Row, start_ns: int, reason: int, now: int) -> None:
    """`bulk.start` with one position."""
    if w.kind == ENTRY:
        w.leaving = reason
        end_entry(w, rules, now)
    if held(w) > 0:
        signal(w, rules, day, start_ns, reason, now)


@compiled
def _close(w: Row, rules: Row, day: Row, now: int) -> None:
    """`positions.close`, `losses.on_trade`."""
    w.is_alive, w.closed_ns = 0, now
    if w.buy_value + w.sell_value > MOST:
        w.needs_engine = 1
    w.net = w.sell_value - w.buy_value - charges(day, w.brokered, w.buy_value, w.sell_value)
    w.realised += w.net
    if w.exit_reason == STOP_LOSS or (w.exit_reason == TRAILING and w.net < 0):
        w.losing_exits += 1
        w.pause_until_ns = now + rules.pause_ns
    if w.net > 0:
        w.losses, w.cooldown_until_ns = 0, 0
    elif w.net < 0:
        w.losses += 1
        if w.losses >= rules.max_losses and not w.cooldown_until_ns:
            w.cooldown_until_ns = now + rules.cooldown_ns
    if w.realised <= loss_limit(w, rules):
        w.is_loss_halted = 1


@compiled
def settle(w: Row, rules: Row, day: Row, start_ns: int, now: int) -> None:
    """`positions.settle` and `_after_intent`."""
    while w.is_over:
        w.is_over = 0
        leaving, w.leaving = w.leaving, 0
        if not w.bought:
            w.is_alive = 0
        elif held(w) == 0:
            _close(w, rules, day, now)
        elif w.exit_reason:
            start_exit(w, rules, day, start_ns, w.was_chase, now)
        elif leaving:
            signal(w, rules, day, start_ns, leaving, now)


@compiled
def target_price(w: Row, rules: Row) -> int:
    """`exits.target`."""
    return w.buy_value * (WHOLE_BPS + rules.target_bps) // (w.bought * WHOLE_BPS)


@compiled
def trail(w: Row, rules: Row, price: int) -> None:
    """`exits.trail`."""
    stop = price * (WHOLE_BPS - rules.gap_bps) // WHOLE_BPS
    if w.trail < 0:
        is_armed = price * w.bought * WHOLE_BPS >= w.buy_value * (WHOLE_BPS + rules.arm_bps)
        if is_armed and not (rules.is_floored and stop < w.break_even):
            w.trail = stop
    else:
        w.trail = max(w.trail, stop)


@compiled
def watch(w: Row, rules: Row, day: Row, start_ns: int, now: int) -> None:
    """`exits.watch`."""
    price = w.ltp
    if w.exit_reason:
        if price <= w.stop and w.urgency > RISK_PRIORITY:
            signal(w, rules, day, start_ns, STOP_LOSS, now)
        return
    if price <= w.stop:
        signal(w, rules, day, start_ns, STOP_LOSS, now)
    elif rules.target_bps and price >= target_price(w, rules):
        signal(w, rules, day, start_ns, TARGET, now)
    elif w.trail >= 0 and price < w.trail:
        signal(w, rules, day, start_ns, TRAILING, now)
    else:
        trail(w, rules, price)


@compiled
def on_mark(w: Row, rules: Row, day: Row, start_ns: int, now: int) -> None:
    """`losses.on_mark`; where `calm` knows the bid that matters, a better one needs no sum."""
    if w.loss_bid != UNKNOWN and w.kind == NONE and w.bid >= max(w.loss_bid, 1):
        return
    if not w.is_loss_halted and day_pnl(w, day, bid_or_last(w)) <= loss_limit(w, rules):
        w.is_loss_halted = 1
        close_all(w, rules, day, start_ns, DAILY_LOSS, now)
    if not w.exit_reason and held(w) > 0 and is_margin_breached(w, rules):
        signal(w, rules, day, start_ns, MARGIN, now)


@compiled
def is_margin_breached(w: Row, rules: Row) -> bool:
    """`account.used_bps` against `risk.margin_exit_pct`."""
    used, funds = open_cost(w), w.balance + w.realised
    if w.kind == ENTRY and w.is_live:
        used += (w.units - w.filled) * w.limit
    share = -(-WHOLE_BPS * used // funds) if funds > 0 else WHOLE_BPS
    return share > rules.margin_exit_bps
