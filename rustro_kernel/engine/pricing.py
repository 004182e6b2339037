"""Limit prices: the entry ladder, the protected exit, the exchange's band. All in paise."""

from rustro_kernel.domain.instruments import Instrument
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.money import WHOLE_BPS, tick_down, tick_up
from rustro_kernel.domain.rules import PriceBand
from rustro_kernel.engine.holdings import Intent
from rustro_kernel.engine.state import Quote
from rustro_kernel.engine.world import World

OLD_PRINT_NS = 3 * SECOND
PROTECTION_BPS = ((1_000, 500), (10_000, 300), (50_000, 200))
"""(premium below, protection) of an exit that must trade now; 1 % above the last."""


def trigger_price(quote: Quote, now: int) -> int | None:
    """The last trade, or the middle of a two-sided book when that is older than 3 s."""
    if now - quote.ltt <= OLD_PRINT_NS:
        return quote.ltp
    if quote.bid and quote.ask:
        return (quote.bid + quote.ask) // 2
    return None


def band(rules: PriceBand, reference: int) -> tuple[int, int]:
    """Lowest and highest price the exchange takes around a reference price."""
    half = max(reference * rules.ltp_band_bps // WHOLE_BPS, rules.ltp_band_min)
    if rules.band_bps:
        is_cheap = reference <= rules.cheap_limit
        protected = rules.cheap_band if is_cheap else reference * rules.band_bps // WHOLE_BPS
        half = min(half, protected)
    return max(reference - half, 0), reference + half


def limit_price(world: World, intent: Intent, attempt: int) -> int | None:
    """The limit of an attempt, or None while there is nothing to price it from."""
    quote = world.quote(intent.instrument)
    if quote.ltp <= 0:
        return None
    instrument = world.state.instruments[intent.instrument]
    if intent.kind == "chase":
        return _inside(world, instrument, quote, _protected(quote, instrument.tick))
    if intent.is_entry:
        return _buy_step(world, intent, instrument, attempt)
    return _sell_step(world, intent, instrument, attempt)


def _step_bps(world: World, attempt: int) -> int:
    steps = world.limits.steps_bps
    return steps[min(attempt, len(steps) - 1)]


def _buy_step(world: World, intent: Intent, instrument: Instrument, attempt: int) -> int:
    """The ltp now, one step further up per attempt, never above the first ltp's limit."""
    most = intent.first_ltp * (WHOLE_BPS + world.limits.chase_bps) // WHOLE_BPS
    ltp = world.quote(intent.instrument).ltp
    wanted = -(-ltp * (WHOLE_BPS + _step_bps(world, attempt)) // WHOLE_BPS)
    return min(tick_up(wanted, instrument.tick), tick_down(most, instrument.tick))


def _sell_step(world: World, intent: Intent, instrument: Instrument, attempt: int) -> int:
    """The same downward, from a price that is never an old print: an exit must not wait on one."""
    least = -(-intent.first_ltp * (WHOLE_BPS - world.limits.chase_bps) // WHOLE_BPS)
    price = exit_reference(world, intent.instrument)
    wanted = price * (WHOLE_BPS - _step_bps(world, attempt)) // WHOLE_BPS
    return max(tick_down(wanted, instrument.tick), tick_up(least, instrument.tick))


def exit_reference(world: World, key: str) -> int:
    """What an exit is priced from: the price that triggers stops, else the last there was."""
    quote = world.quote(key)
    return trigger_price(quote, world.now) or quote.ltp


def _protected(quote: Quote, tick: int) -> int:
    """Best bid less the protection, at least one tick; 0 when nobody bids."""
    if not quote.bid:
        return 0
    slab = next((bps for below, bps in PROTECTION_BPS if quote.bid < below), 100)
    return tick_down(quote.bid - max(quote.bid * slab // WHOLE_BPS, tick), tick)


def _inside(world: World, instrument: Instrument, quote: Quote, price: int) -> int:
    """A sell price lifted into the band: with no bid it rests at the lowest one allowed."""
    low, _ = band(world.state.rules.price_band, quote.ltp)
    return max(price, tick_up(low, instrument.tick), instrument.tick)
