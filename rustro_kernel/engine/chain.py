"""The option chain of an underlying: which expiry, which strike, which are watched."""

import datetime as dt
from bisect import bisect_left

from rustro_kernel.domain.instruments import Instrument, InstrumentKey, Kind, Right
from rustro_kernel.domain.verdicts import Direction
from rustro_kernel.engine.bars import close_book, open_book
from rustro_kernel.engine.effects import Subscribe, Unsubscribe
from rustro_kernel.engine.events.market import SubscriptionsRequired
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.world import World

RIGHTS = {right: right.value for right in Right}


def days_to_expiry(world: World, expiry: str) -> int:
    """Calendar days from today to an expiry."""
    today = dt.date.fromisoformat(world.state.rules.date)
    return (dt.date.fromisoformat(expiry) - today).days


def option_key(strike: int, right: str) -> str:
    """How a desk looks an option up."""
    return f"{strike}|{right}"


def choose(world: World, desk: Desk, options: list[Instrument]) -> None:
    """Take the nearest listed expiry that is far enough away, with its strikes."""
    least = world.settings.strategy.min_dte
    expiries = sorted({option.expiry for option in options})
    far_enough = [e for e in expiries if days_to_expiry(world, e) >= least]
    if not far_enough:
        return
    desk.expiry = far_enough[0]
    chosen = [option for option in options if option.expiry == desk.expiry]
    world.listed[desk.name] = sorted({option.strike for option in chosen})
    desk.lot = chosen[0].lot
    desk.options = {
        option_key(option.strike, RIGHTS[option.right]): option.key
        for option in chosen
        if option.right is not None
    }


def strikes(world: World, desk: Desk) -> list[int]:
    """The listed strikes of the chosen expiry, lowest first."""
    listed = world.listed.get(desk.name)
    if listed is None:
        found = {int(key.split("|")[0]) for key in desk.options}
        listed = world.listed[desk.name] = sorted(found)
    return listed


def at_the_money(world: World, desk: Desk, price: int, direction: Direction) -> int:
    """The strike an entry would buy at a price."""
    rounding, is_put = world.settings.strategy.atm_rounding, direction is Direction.PE
    return strike_for(price, desk.step, rounding, strikes(world, desk), is_put=is_put)


def strike_for(price: int, step: int, rounding: str, listed: list[int], *, is_put: bool) -> int:
    """The strike for a price: rounded to the step, then the nearest listed one, ties down."""
    return nearest(rounded(price, step, rounding, is_put=is_put), listed)


def rounded(price: int, step: int, rounding: str, *, is_put: bool) -> int:
    """A price on the step, by the rule of `strategy.atm_rounding`."""
    if rounding == "nearest":
        return (price + step // 2) // step * step
    wanted = price // step * step
    return wanted + step if rounding == "itm" and is_put and wanted < price else wanted


def nearest(wanted: int, listed: list[int]) -> int:
    """The nearest listed strike, the lower one of two."""
    at = bisect_left(listed, wanted)
    around = listed[max(0, at - 1) : at + 1]
    return min(around, key=lambda strike: (abs(strike - wanted), strike))


def candidate(world: World, desk: Desk, price: int) -> Instrument | None:
    """The option an entry would buy now, if the day has a direction and a chain."""
    if desk.direction in (None, Direction.NO_TRADE.value) or not desk.options:
        return None
    direction = Direction(desk.direction)
    strike = at_the_money(world, desk, price, direction)
    right = Right(direction.value).value
    key = desk.options.get(option_key(strike, right))
    return world.state.instruments[key] if key else None


def follow(world: World, desk: Desk, price: int) -> None:
    """Keep the watched strikes around the money; what is held or worked stays watched."""
    if not desk.options or not world.state.is_connected:
        return
    center = at_the_money(world, desk, price, Direction.CE)
    if center == desk.center:
        return
    desk.center = center
    wanted = around(world, desk, center)
    watched = set(world.state.watched)
    mine = watched & set(desk.options.values())
    watch(world, [key for key in wanted if key not in watched])
    unwatch(world, sorted(mine - set(wanted) - _in_use(world)))


def around(world: World, desk: Desk, center: int) -> list[str]:
    """The calls and puts of the strikes around one, lowest first."""
    listed = strikes(world, desk)
    at, each = listed.index(center), world.settings.strategy.strikes_each_side
    near = listed[max(0, at - each) : at + each + 1]
    keys = (desk.options.get(option_key(s, right.value)) for s in near for right in Right)
    return [key for key in keys if key is not None]


def _in_use(world: World) -> set[str]:
    state = world.state
    return set(state.by_instrument) | {intent.instrument for intent in state.intents.values()}


def watch(world: World, keys: list[str], *, depth: bool = False) -> None:
    """Subscribe to instruments and open their bar books."""
    state = world.state
    fresh = [key for key in keys if key not in state.watched or (depth and not state.watched[key])]
    if not fresh:
        return
    for key in fresh:
        if key not in state.watched:
            open_book(world, state.instruments[key])
        state.watched[key] = depth
    symbols = tuple(state.instruments[key].symbol for key in fresh)
    world.emit(SubscriptionsRequired(symbols, depth))
    world.ask(Subscribe(tuple(InstrumentKey(key) for key in fresh), depth))


def watch_again(world: World) -> None:
    """Subscribe once more to everything that is watched; its books go on."""
    watched = world.state.watched
    for depth in (False, True):
        keys = tuple(InstrumentKey(key) for key, deep in watched.items() if deep is depth)
        if keys:
            world.ask(Subscribe(keys, depth))


def unwatch(world: World, keys: list[str]) -> None:
    """Stop watching."""
    state = world.state
    if not keys:
        return
    for key in keys:
        state.watched.pop(key, None)
        close_book(world, key)
        state.quotes.pop(key, None)
    world.ask(Unsubscribe(tuple(InstrumentKey(key) for key in keys)))


def by_kind(instruments: tuple[Instrument, ...], name: str, kind: Kind) -> list[Instrument]:
    """The instruments of one underlying and kind, by expiry and strike."""
    found = [i for i in instruments if i.underlying == name and i.kind is kind]
    return sorted(found, key=lambda i: (i.expiry, i.strike, i.symbol))
