"""Drawing the frozen view from the state."""

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.verdicts import Direction
from rustro_kernel.engine import account, commands, exits, flaws, limited, vix
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.holdings import Intent, Order, Position
from rustro_kernel.engine.order_protocol import FINALS
from rustro_kernel.engine.refusals import refusals
from rustro_kernel.engine.state import Desk, State
from rustro_kernel.engine.view import (
    KillView,
    LimitsView,
    OrderView,
    PositionView,
    UnderlyingView,
    View,
)
from rustro_kernel.engine.world import World

HOLDING = (
    *("KILLED", "VIX_HALT", "VIX_STALE", "LOSS_HALT", "COOLDOWN", "PAUSED", "RECOVERING_DATA"),
    *("MARKET_HALTED", "STREAM_DOWN", "STRATEGY_FAILED", "STOPPING", "TOKEN_DEGRADED", "OVERSOLD"),
    *("DISK_REFUSES", "POSITION_STALE", "STRATEGY_STALLED", "INBOX_BACKLOG", "OUTAGE"),
)


def view(world: World) -> View:
    """The whole picture as it stands."""
    state = world.state
    reasons = refusals(world)
    held = account.open_positions(world)
    return View(
        mode=state.mode,
        session_id=state.session_id,
        date=state.rules.date,
        now_ns=state.now_ns,
        input=state.input,
        seq=state.seq,
        state=state.stage,
        overlays=_overlays(world),
        phase=state.phase,
        accepting_entries=not reasons,
        refusals=tuple(reason.text for reason in reasons),
        reasons=reasons,
        can_resume=bool(commands.lifted(world)),
        is_flat=not held,
        kill=_kill(state, is_flat=not held),
        limited_until_ns=state.limited_until_ns,
        is_flat_proven=not held and _is_settled(world),
        is_authenticated=state.tokens.generation > 0 and "TOKEN_DEGRADED" not in state.halts,
        connected=state.is_connected,
        vix_paise=state.account.vix,
        balance_paise=state.account.balance,
        day_pnl_paise=account.day_pnl(world),
        realised_paise=state.account.realised,
        losses_in_row=state.account.losses_in_row,
        underlyings=tuple(_underlying(world, desk) for desk in state.desks.values()),
        positions=tuple(_position(world, p) for p in held),
        orders=tuple(_order(i, state.orders[i.live]) for i in state.intents.values() if i.live),
        markers=tuple(state.markers),
        trades=state.account.trades,
        flaws=flaws.totals(state),
        bars_corrected=state.bars_corrected,
        limits=_limits(world),
        token_ends_ns=state.tokens.expires_ns,
    )


def _is_settled(world: World) -> bool:
    """Nothing is at work, every order's end was reported, and after a restart both sides agree."""
    state = world.state
    is_over = all(order.state in FINALS for order in state.orders.values())
    return not state.intents and is_over and state.recovery is None


def _limits(world: World) -> LimitsView:
    state, limits, risk = world.state, world.limits, world.settings.risk
    most = limited.max_positions(world)
    return LimitsView(
        daily_loss_limit_paise=account.loss_limit(world),
        funds_paise=account.funds(world),
        margin_used_paise=account.used(world),
        margin_used_bps=account.used_bps(world) if state.positions else 0,
        margin_limit_bps=limits.margin_exit_bps,
        vix_halt_paise=limits.vix_max,
        vix_spike_paise=limits.vix_spike,
        vix_rise_paise=vix.rise(world),
        vix_resume_paise=limits.vix_resume,
        max_losses=risk.max_losses,
        cooldown_until_ns=state.account.cooldown_until_ns,
        max_positions=most,
        entries_left=max(most - len(state.positions), 0),
        entry_from_ns=state.hours.window[0],
        entry_until_ns=state.hours.window[1],
        eod_ns=state.hours.eod_ns,
    )


def _kill(state: State, *, is_flat: bool) -> KillView | None:
    kill = state.kill
    if kill is None:
        return None
    return KillView(
        begun_ns=kill.begun_ns,
        entries_ended=bool(kill.entries_ended_ns),
        flat_by_books=is_flat,
        flat_proven=is_flat and kill.is_proven,
        outcome=kill.outcome,
        attempts=kill.attempts,
    )


def _overlays(world: World) -> tuple[str, ...]:
    state = world.state
    shown = [name for name in HOLDING if name in state.halts]
    if state.bulk is not None:
        shown.append("FLATTENING")
    desks = list(state.desks.values())
    if (
        desks and all(desk.direction == Direction.NO_TRADE.value for desk in desks)
    ) or "NO_TRADE_TODAY" in state.halts:
        shown.append("NO_TRADE_TODAY")
    return tuple(shown)


def _underlying(world: World, desk: Desk) -> UnderlyingView:
    book = world.state.books.get(desk.index)
    bars = tuple(book.rings.get(Timeframe.M1.value, ())) if book else ()
    future = world.state.instruments.get(desk.future)
    return UnderlyingView(
        name=desk.name,
        key=desk.index,
        price_paise=world.quote(desk.index).ltp,
        direction=desk.direction or "UNDETERMINED",
        aligned=desk.is_aligned,
        first_no=desk.first_no,
        gates=desk.gates,
        bars=bars,
        partial=_partial(world, desk.index),
        anchor_ns=book.anchor_ns if book else 0,
        future=future.symbol if future else "",
    )


def _partial(world: World, key: str) -> Bar | None:
    book = world.state.books.get(key)
    if book is None or not book.minute.start:
        return None
    forming = book.minute
    return Bar(
        forming.start, forming.open, forming.high, forming.low, forming.close, forming.volume
    )


def _position(world: World, position: Position) -> PositionView:
    held = open_units(position)
    return PositionView(
        position_id=position.id,
        symbol=position.symbol,
        right=position.right,
        units=held,
        entry_paise=position.buy_value / position.bought,
        price_paise=position.price,
        bid_paise=world.quote(position.instrument).bid,
        stop_paise=position.stop,
        trail_paise=position.trail,
        target_paise=exits.target(world, position) if world.limits.target_bps else None,
        pnl_paise=held * position.price - account.open_cost(position),
        opened_ns=position.entry_ns,
        closing=position.exit_reason,
        partial=_partial(world, position.instrument),
    )


def _order(intent: Intent, order: Order) -> OrderView:
    return OrderView(
        order.tag,
        intent.symbol,
        intent.side,
        order.units,
        order.filled,
        order.limit,
        order.state.value,
        order.trigger,
    )
