"""Copying what people ask for now and then out of the state.

It takes microseconds: nothing is worked out here.
"""

import datetime as dt

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import at, midnight_ns
from rustro_kernel.engine.asked import AtHand, OptionFigures
from rustro_kernel.engine.hours import close_ns
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.world import World

EXPIRES_AT = "15:30"


def at_hand(world: World, name: str = "") -> AtHand:
    """What there is of an underlying; empty: of the first one."""
    state = world.state
    settings, pending = state.settings, tuple(state.pending_settings)
    desk = state.desks.get(name) if name else next(iter(state.desks.values()), None)
    if desk is None:
        return AtHand(name=name, now_ns=state.now_ns, settings=settings, pending=pending)
    return AtHand(
        name=desk.name,
        expiry=desk.expiry,
        expiry_ns=_expiry_ns(world, desk.expiry) if desk.expiry else 0,
        now_ns=state.now_ns,
        spot_paise=world.quote(desk.index).ltp,
        forward_paise=_forward(world, desk),
        lot_units=desk.lot,
        center_paise=desk.center,
        options=_options(world, desk),
        earlier=_earlier(world, desk),
        settings=settings,
        pending=pending,
    )


def _expiry_ns(world: World, expiry: str) -> int:
    """A contract that ends today trades to today's close."""
    is_today = expiry == world.state.rules.date
    return (
        close_ns(world.state.hours) if is_today else at(dt.date.fromisoformat(expiry), EXPIRES_AT)
    )


def _forward(world: World, desk: Desk) -> int:
    """The future's price where it ends with the options."""
    future = world.state.instruments.get(desk.future)
    return world.quote(desk.future).ltp if future and future.expiry == desk.expiry else 0


def _options(world: World, desk: Desk) -> tuple[tuple[int, str, OptionFigures], ...]:
    found = []
    for key in desk.options.values():
        if key in world.state.watched:
            instrument, figures = world.state.instruments[key], _figures(world, key)
            right = instrument.right.value if instrument.right else ""
            found.append((instrument.strike, right, figures))
    return tuple(found)


def _figures(world: World, key: str) -> OptionFigures:
    quote, symbol = world.quote(key), world.state.instruments[key].symbol
    return OptionFigures(
        key,
        symbol,
        quote.ltp or None,
        quote.bid or None,
        quote.ask or None,
        quote.bid_qty,
        quote.ask_qty,
        quote.volume if quote.seen_ns else None,
        quote.oi or None,
        quote.seen_ns,
    )


def _earlier(world: World, desk: Desk) -> dict[str, tuple[Bar, ...]]:
    today_ns = midnight_ns(dt.date.fromisoformat(world.state.rules.date))
    known = {Timeframe.M5: desk.fives, Timeframe.H1: desk.hours, Timeframe.D1: desk.daily}
    return {
        frame.value: tuple(bar for bar in bars if bar.start_ns < today_ns)
        for frame, bars in known.items()
    }
