"""The nine checks before an order (SPEC 10). All are made, all failures are reported."""

from rustro_kernel.domain.instruments import Instrument
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.money import WHOLE_BPS, rupees
from rustro_kernel.engine import account, limited
from rustro_kernel.engine.events.orders import Check
from rustro_kernel.engine.holdings import STOP, Intent
from rustro_kernel.engine.hours import is_tradable
from rustro_kernel.engine.pricing import band
from rustro_kernel.engine.state import Entered
from rustro_kernel.engine.world import World


def checks(world: World, intent: Intent, units: int, limit: int) -> tuple[Check, ...]:
    """Every check of one order; exits skip position limit, margin, daily loss and VIX."""
    instrument = world.state.instruments[intent.instrument]
    return (
        _position_limit(world, intent),
        _freeze(instrument, units),
        _price_band(world, intent, limit),
        Check("lot_multiple", units, instrument.lot, units > 0 and units % instrument.lot == 0),
        Check("tick_multiple", limit, instrument.tick, limit > 0 and limit % instrument.tick == 0),
        _margin(world, intent, units, limit),
        _daily_loss(world, intent),
        _vix(world, intent),
        _market_hours(world, intent),
        *_fat_finger(world, intent, instrument, units, limit),
    )


def _position_limit(world: World, intent: Intent) -> Check:
    taken, most = len(world.state.positions), limited.max_positions(world)
    return Check("position_limit", taken, most, taken <= most if intent.is_entry else None)


def _freeze(instrument: Instrument, units: int) -> Check:
    most = instrument.freeze_quantity
    return Check("freeze_quantity", units, most, units <= most if most else None)


def _price_band(world: World, intent: Intent, limit: int) -> Check:
    low, high = band(world.state.rules.price_band, world.quote(intent.instrument).ltp)
    instrument = world.state.instruments[intent.instrument]
    floor_is_tick = limit == instrument.tick  # the lowest price there is
    is_inside = low <= limit <= high or floor_is_tick
    waits = intent.kind == STOP  # the exchange looks at its price when it is triggered
    return Check("price_band", limit, f"{low}-{high}", None if waits else is_inside)


def _margin(world: World, intent: Intent, units: int, limit: int) -> Check:
    free, needed = account.free(world), units * limit
    return Check(
        "margin", rupees(free), rupees(needed), free >= needed if intent.is_entry else None
    )


def _daily_loss(world: World, intent: Intent) -> Check:
    pnl, limit = account.day_pnl(world), account.loss_limit(world)
    ok = pnl > limit if intent.is_entry else None
    return Check("daily_loss", rupees(pnl), rupees(limit), ok)


def _vix(world: World, intent: Intent) -> Check:
    vix, calm = world.state.account.vix, "VIX_HALT" not in world.state.halts
    return Check("vix_breaker", vix / 100, "no breaker", calm if intent.is_entry else None)


def _market_hours(world: World, intent: Intent) -> Check:
    start, end = world.state.hours.window
    tradable = is_tradable(world.state.hours, world.now)
    ok = tradable and (not intent.is_entry or start <= world.now < end)
    return Check("market_hours", world.state.phase, "OPEN", ok)


def _fat_finger(
    world: World, intent: Intent, instrument: Instrument, units: int, limit: int
) -> tuple[Check, ...]:
    """Limits of a sane entry; exits are never refused by them."""
    if not intent.is_entry:
        return ()
    risk, lots = world.settings.risk, units // max(instrument.lot, 1)
    value = rupees(units * limit)
    return (
        Check("order_value", value, risk.max_order_value, value <= risk.max_order_value),
        Check("order_lots", lots, risk.max_order_lots, lots <= risk.max_order_lots),
        _same_intent(world, intent),
        _concentration(world, intent, units * limit),
    )


def _same_intent(world: World, intent: Intent) -> Check:
    """The same contract was decided on twice: seconds since the decision before this one."""
    least = world.settings.risk.same_intent_s
    before = earlier(world.state.entered, intent)
    if before is None:
        return Check("same_intent", None, least, True)
    age_ns = intent.born_ns - before
    return Check("same_intent", age_ns / SECOND, least, age_ns >= world.limits.same_intent_ns)


def earlier(entered: list[Entered], intent: Intent) -> int | None:
    """When the contract of an entry was last decided on, for another position and before it."""
    before = None
    for each in entered:
        if each.position_id == intent.position_id:
            break
        if each.instrument == intent.instrument:
            before = each.ts_ns
    return before


def _concentration(world: World, intent: Intent, value: int) -> Check:
    """The share of the funds in one underlying, with this order."""
    name = world.state.positions[intent.position_id].underlying
    bound, funds = account.used(world, name) + value, account.funds(world)
    most = world.settings.risk.max_underlying_pct
    is_within = bound * WHOLE_BPS <= world.limits.underlying_bps * funds
    return Check("concentration", 100 * bound / funds if funds > 0 else None, most, is_within)
