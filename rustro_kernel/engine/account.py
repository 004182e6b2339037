"""Money: what is free, what is used, what the day has made."""

from rustro_kernel.domain.charges import charges
from rustro_kernel.domain.money import WHOLE_BPS
from rustro_kernel.engine.holdings import Position
from rustro_kernel.engine.world import World


def open_units(position: Position) -> int:
    """Units held now."""
    return position.bought - position.sold


def open_cost(position: Position) -> int:
    """What the held units cost, in paise, rounded down."""
    if not position.bought:
        return 0
    return position.buy_value * open_units(position) // position.bought


def open_positions(world: World) -> list[Position]:
    """Positions with units, oldest first."""
    return [p for p in world.state.positions.values() if open_units(p) > 0]


def net_if_closed(world: World, position: Position) -> int:
    """Net result of a position if the rest were sold at the bid now, in paise."""
    held = open_units(position)
    sells = list(position.sell_orders.values())
    value = position.sell_value
    if held > 0:
        rest = held * (world.quote(position.instrument).bid or position.price)
        sells.append(rest)
        value += rest
    rates = world.state.rules.charges
    cost = charges(rates, list(position.buy_orders.values()), sells).total
    return value - position.buy_value - cost


def day_pnl(world: World) -> int:
    """The day's result as the loss limit sees it: realised, and open positions net of exit.

    What earlier sessions of the day have made belongs to it.
    """
    account = world.state.account
    return (
        account.earlier
        + account.realised
        + sum(net_if_closed(world, p) for p in open_positions(world))
    )


def loss_limit(world: World) -> int:
    """The day's result at which trading halts, in paise; a resume counts afresh from there."""
    account = world.state.account
    funds = account.day_funds or account.balance
    return account.loss_base - funds * world.limits.loss_bps // WHOLE_BPS


def balance(world: World) -> int:
    """What sizes are taken from: the day's first balance, with its result if that compounds."""
    account = world.state.account
    gained = account.realised if world.settings.account.compound else 0
    return account.balance + gained


def used(world: World, underlying: str = "") -> int:
    """Premium bound by open positions and by entries at work, of all or of one underlying."""
    state = world.state
    mine = [p for p in state.positions.values() if underlying in ("", p.underlying)]
    ids = {position.id for position in mine}
    orders = [
        state.orders[intent.live]
        for intent in state.intents.values()
        if intent.is_entry and intent.live and intent.position_id in ids
    ]
    held = sum(open_cost(position) for position in mine)
    return held + sum((order.units - order.filled) * order.limit for order in orders)


def funds(world: World) -> int:
    """The day's first balance with what was made since."""
    return world.state.account.balance + world.state.account.realised


def free(world: World) -> int:
    """What new entries can be paid from."""
    return funds(world) - used(world)


def used_bps(world: World) -> int:
    """Share of the funds that is bound, rounded up: a share above a limit is never on it."""
    total = funds(world)
    return -(-WHOLE_BPS * used(world) // total) if total > 0 else WHOLE_BPS
