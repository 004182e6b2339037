"""How many lots (SPEC 9), in exact integers."""

import msgspec

from rustro_kernel.domain.money import WHOLE_BPS, bps
from rustro_kernel.domain.settings import Risk

MULTIPLIER = 10_000_000
"""Unit of the VIX multiplier: every step of 0.01 VIX is a whole number of it."""


class Size(msgspec.Struct, frozen=True):
    """The amount at stake in paise and what it buys."""

    amount_paise: int
    lots: int
    units: int


def vix_multiplier(vix_paise: int) -> int:
    """1.25 at or below 12, linear to 1.00 at 20, to 0.75 at 30, 0.50 above; in MULTIPLIERths.

    `vix_paise` is the VIX in hundredths.
    """
    if vix_paise <= 1200:
        return 12_500_000
    if vix_paise <= 2000:
        return 12_500_000 - 3125 * (vix_paise - 1200)
    if vix_paise <= 3000:
        return MULTIPLIER - 2500 * (vix_paise - 2000)
    return 5_000_000


def days_multiplier_bps(days: int) -> int:
    """1.00 from 5 days to expiry on, 0.75 from 2, else 0.50."""
    if days >= 5:
        return WHOLE_BPS
    return 7_500 if days >= 2 else 5_000


def size(
    risk: Risk,
    *,
    balance: int,
    vix_paise: int,
    days: int,
    premium: int,
    lot: int,
    freeze: int,
    max_lots: int = 0,
    factor_bps: int = WHOLE_BPS,
) -> Size:
    """Lots for a premium. All money in paise, `freeze` in units; limits of 0 are none.

    `factor_bps` is the part of the lots that is traded, rounded down.
    """
    share = balance * bps(risk.base_size_pct)
    scaled = share * vix_multiplier(vix_paise) * days_multiplier_bps(days)
    amount = scaled // (WHOLE_BPS * MULTIPLIER * WHOLE_BPS)
    if premium <= 0 or lot <= 0:
        return Size(amount, 0, 0)
    lots = min(amount // (premium * lot), risk.max_quantity // lot)
    if freeze:
        lots = min(lots, freeze // lot)
    if max_lots:
        lots = min(lots, max_lots)
    lots = lots * factor_bps // WHOLE_BPS
    return Size(amount, lots, lots * lot)
