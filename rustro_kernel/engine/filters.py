"""The entry filters of SPEC 8: each one a gate with its value and threshold."""

from collections.abc import Iterator

from rustro_kernel.domain.instruments import Instrument
from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.domain.money import rupees
from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine import account, limited, sizing
from rustro_kernel.engine.chain import days_to_expiry
from rustro_kernel.engine.hours import is_tradable
from rustro_kernel.engine.state import Desk
from rustro_kernel.engine.world import World

HOURS_BEFORE = 20


def market_filters(world: World, desk: Desk, at: int) -> Iterator[Gate]:
    """Filters 1-5, 8 and 9: what needs no option. Each is worked out when it is asked for."""
    yield _time_window(world, at)
    yield from _positions(world, desk)
    yield _vix(world)
    yield _daily_loss(world)
    yield hour_volume(world, desk)
    yield _losses(world)
    yield Gate("market_open", world.state.phase, "OPEN", is_tradable(world.state.hours, at))


def option_filters(world: World, option: Instrument | None) -> Iterator[Gate]:
    """Filters 6 and 7 and the size, for the option an entry would buy; not evaluated without."""
    if option is None:
        yield from (Gate(name, None, None, None) for name in ("spread", "margin", "size"))
        return
    size = size_of(world, option)
    yield _spread(world, option)
    yield _margin(world, option, size)
    yield Gate("size", size.lots, 1, size.lots >= 1)


def size_of(world: World, option: Instrument) -> sizing.Size:
    """The size of section 9 for an option at its last price."""
    return sizing.size(
        world.settings.risk,
        balance=account.balance(world),
        vix_paise=world.state.account.vix,
        days=days_to_expiry(world, option.expiry),
        premium=world.quote(option.key).ltp,
        lot=option.lot,
        freeze=option.freeze_quantity,
        max_lots=world.state.max_lots,
        factor_bps=limited.lots_factor_bps(world),
    )


def _time_window(world: World, at: int) -> Gate:
    start, end = world.state.hours.window
    return Gate(
        "time_window", show_clock(at), f"{show_clock(start)}-{show_clock(end)}", start <= at < end
    )


def _positions(world: World, desk: Desk) -> tuple[Gate, Gate]:
    risk, taken = world.settings.risk, list(world.state.positions.values())
    mine = [p for p in taken if p.underlying == desk.name]
    most, each = limited.max_positions(world), risk.max_positions_per_underlying
    return (
        Gate("positions", len(taken), most, len(taken) < most),
        Gate("positions_underlying", len(mine), each, len(mine) < each),
    )


def _vix(world: World) -> Gate:
    risk, vix = world.settings.risk, world.state.account.vix
    if not vix:
        return Gate("vix", None, risk.vix_max, False)
    return Gate("vix", vix / 100, risk.vix_max, vix < world.limits.vix_max)


def _daily_loss(world: World) -> Gate:
    pnl, limit = account.day_pnl(world), account.loss_limit(world)
    return Gate("daily_loss", rupees(pnl), rupees(limit), pnl > limit)


def hour_volume(world: World, desk: Desk) -> Gate:
    """The future's last completed hour against the mean hour before it."""
    strategy, hours = world.settings.strategy, desk.future_hours
    if strategy.volume_filter == "off":
        return Gate("hour_volume", None, "off", True)
    before = hours[:-1]
    if strategy.volume_filter == "same_hour" and hours:
        before = [b for b in before if _clock(b.start_ns) == _clock(hours[-1].start_ns)]
    before = before[-HOURS_BEFORE:]
    if len(before) < HOURS_BEFORE:
        return Gate("hour_volume", len(before), HOURS_BEFORE, False)
    wanted = strategy.volume_mult * (sum(b.volume for b in before) / len(before))
    return Gate("hour_volume", hours[-1].volume, wanted, hours[-1].volume > wanted)


def _clock(ts: int) -> str:
    return show_clock(ts)


def _losses(world: World) -> Gate:
    losses, most = world.state.account.losses_in_row, world.settings.risk.max_losses
    return Gate("losses", losses, most, losses < most)


def _spread(world: World, option: Instrument) -> Gate:
    quote, most = world.quote(option.key), world.settings.strategy.max_spread_pct
    if not (quote.bid and quote.ask and quote.ltp):
        return Gate("spread", None, most, False)
    percent = 100.0 * (quote.ask - quote.bid) / quote.ltp
    return Gate("spread", percent, most, percent < most)


def _margin(world: World, option: Instrument, size: sizing.Size) -> Gate:
    free = account.free(world)
    wanted = world.settings.risk.margin_buffer * (size.units * world.quote(option.key).ltp)
    return Gate("margin", rupees(free), wanted / 100, free > wanted)
