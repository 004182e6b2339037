"""Limit prices: the entry ladder, the protected exit, the exchange's band. All in paise."""

from rustro_kernel.domain.instruments import Instrument
from rustro_kernel.domain.money import WHOLE_BPS, tick_down, tick_up
from rustro_kernel.domain.rules import PriceBand
from rustro_kernel.engine.state import Intent, Quote
from rustro_kernel.engine.world import World

PROTECTION_BPS = ((1_000, 500), (10_000, 300), (50_000, 200))
"""(premium below, protection) of an exit that must trade now; 1 % above the last."""


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
        price = _protected(quote, instrument.tick)
        return _inside(world, instrument, quote, price)
    return _ladder(world, intent, instrument, quote, attempt)


def _ladder(
    world: World, intent: Intent, instrument: Instrument, quote: Quote, attempt: int
) -> int:
    """The ltp now, one step further out per attempt, never past the chase limit."""
    limits = world.limits
    step = limits.steps_bps[min(attempt, len(limits.steps_bps) - 1)]
    if intent.is_entry:
        most = intent.first_ltp * (WHOLE_BPS + limits.chase_bps) // WHOLE_BPS
        wanted = -(-quote.ltp * (WHOLE_BPS + step) // WHOLE_BPS)
        return min(tick_up(wanted, instrument.tick), tick_down(most, instrument.tick))
    least = -(-intent.first_ltp * (WHOLE_BPS - limits.chase_bps) // WHOLE_BPS)
    wanted = quote.ltp * (WHOLE_BPS - step) // WHOLE_BPS
    return max(tick_down(wanted, instrument.tick), tick_up(least, instrument.tick))


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
