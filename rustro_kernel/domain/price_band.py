"""Limit price protection: how far from the market an exchange takes a limit price."""

from rustro_kernel.domain.money import WHOLE_BPS
from rustro_kernel.domain.rules import PriceBand


def band(reference_paise: int, rule: PriceBand) -> tuple[int, int]:
    """Lowest and highest limit price around a reference price.

    Before the exchange had it, the band around the last price stands in.
    """
    if not rule.band_bps:
        width = max(rule.ltp_band_min, reference_paise * rule.ltp_band_bps // WHOLE_BPS)
    elif reference_paise <= rule.cheap_limit:
        width = rule.cheap_band
    else:
        width = reference_paise * rule.band_bps // WHOLE_BPS
    return max(1, reference_paise - width), reference_paise + width
