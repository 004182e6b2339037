"""The limit of a sale that must trade now. Pure; all in paise."""

from rustro_kernel.brokers.angelone.quote_rows import Quote
from rustro_kernel.domain.money import WHOLE_BPS, tick_down, tick_up
from rustro_kernel.domain.price_band import band
from rustro_kernel.domain.rules import PriceBand
from rustro_kernel.engine.pricing import PROTECTION_BPS

DEAREST_BPS = 100


def sale_limit(quote: Quote, rule: PriceBand, tick: int) -> int | None:
    """Best bid less the protection of SPEC 10; without a bid the lowest price the band allows.

    None while there is nothing to price it from.
    """
    ltp, bid = int(quote.tick.ltp), int(quote.tick.bid)
    if ltp <= 0:
        return None
    lowest = max(band(ltp, rule)[0], quote.lower, tick)
    wanted = _protected(bid, tick) if bid > 0 else 0
    return max(wanted, tick_up(lowest, tick))


def _protected(bid: int, tick: int) -> int:
    slab = next((bps for below, bps in PROTECTION_BPS if bid < below), DEAREST_BPS)
    return tick_down(bid - max(bid * slab // WHOLE_BPS, tick), tick)
