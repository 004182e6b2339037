"""Charges, sizes and price bands, compiled: exact integers, as in `domain` and `engine`."""

from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.layout import Row

WHOLE_BPS = 10_000
UNIT = 1_000_000_000
"""Charge rates are integers of 1e-9 (`rules.RATE_UNIT`)."""
MOST = 5_000_000_000
"""Turnover, balance in paise up to which every product below fits 64 bits."""


@compiled
def brokerage(day: Row, value: int) -> int:
    """One executed order's, in UNITths of a paisa."""
    cap = day.brokerage_cap * UNIT
    return min(cap, day.brokerage_rate * value) if day.brokerage_rate else cap


@compiled
def charges(day: Row, brokered: int, bought: int, sold: int) -> int:
    """`domain.charges` of orders of these values in paise, rounded once."""
    turnover = bought + sold
    taxed = brokered + (day.exchange_txn + day.ipft + day.sebi_fee) * turnover
    rest = day.stt_sell * sold + day.stamp_buy * bought + day.stamp_sell * sold
    parts = taxed + rest
    whole = parts // UNIT
    exact = (parts - whole * UNIT) * WHOLE_BPS + taxed * day.tax_bps
    return whole + (2 * exact + UNIT * WHOLE_BPS) // (2 * UNIT * WHOLE_BPS)


@compiled
def multiplier(vix: int) -> int:
    """`sizing.vix_multiplier` in 625ths of its unit, of which each is a whole number."""
    if vix <= 1200:
        return 20_000
    if vix <= 2000:
        return 20_000 - 5 * (vix - 1200)
    if vix <= 3000:
        return 16_000 - 4 * (vix - 2000)
    return 8_000


@compiled
def lots(rules: Row, balance: int, vix: int, days: int, premium: int, lot: int, freeze: int) -> int:
    """`sizing.size`."""
    quarters = 4 if days >= 5 else 3 if days >= 2 else 2
    amount = balance * rules.size_bps * multiplier(vix) * quarters // 640_000_000
    if premium <= 0 or lot <= 0:
        return 0
    found = min(amount // (premium * lot), rules.max_quantity // lot)
    return min(found, freeze // lot) if freeze else found


@compiled
def our_band(day: Row, reference: int) -> tuple[int, int]:
    """`engine.pricing.band`."""
    half = max(reference * day.ltp_band_bps // WHOLE_BPS, day.ltp_band_min)
    if day.band_bps:
        is_cheap = reference <= day.cheap_limit
        half = min(half, day.cheap_band if is_cheap else reference * day.band_bps // WHOLE_BPS)
    return max(reference - half, 0), reference + half


@compiled
def exchange_band(day: Row, reference: int) -> tuple[int, int]:
    """`domain.price_band.band`."""
    if not day.band_bps:
        width = max(day.ltp_band_min, reference * day.ltp_band_bps // WHOLE_BPS)
    elif reference <= day.cheap_limit:
        width = day.cheap_band
    else:
        width = reference * day.band_bps // WHOLE_BPS
    return max(1, reference - width), reference + width


@compiled
def up(price: int, tick: int) -> int:
    """`money.tick_up`."""
    return -(-price // tick) * tick


@compiled
def down(price: int, tick: int) -> int:
    """`money.tick_down`."""
    return price // tick * tick
