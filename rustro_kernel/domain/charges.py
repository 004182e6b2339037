"""What executed orders cost: brokerage, taxes and fees, in exact integers.

A rate is an integer of 1e-9 of the value and the tax one of 1e-4 of some charges, so every item is
an exact multiple of 1e-13 paise. The total is summed exactly and rounded once; items are rounded
on their own, for showing, and may differ from the total by a paisa.
"""

from collections.abc import Sequence

import msgspec

from rustro_kernel.domain.money import WHOLE_BPS, Paise, round_half_up
from rustro_kernel.domain.rules import RATE_UNIT, ChargeRates

EXACT_UNIT = RATE_UNIT * WHOLE_BPS
TAXED = ("brokerage", "exchange_txn", "ipft", "sebi_fee")


class Charges(msgspec.Struct, frozen=True):
    """Charges in paise, each rounded half up from its exact value."""

    brokerage: Paise
    stt: Paise
    exchange_txn: Paise
    ipft: Paise
    sebi_fee: Paise
    stamp: Paise
    tax: Paise
    total: Paise


def charges(rates: ChargeRates, buys: Sequence[int], sells: Sequence[int]) -> Charges:
    """The charges of executed orders, each given as its premium value in paise."""
    bought, sold = sum(buys), sum(sells)
    turnover = bought + sold
    parts = {
        "brokerage": sum(_brokerage(rates, value) for value in (*buys, *sells)),
        "stt": rates.stt_sell * sold,
        "exchange_txn": rates.exchange_txn * turnover,
        "ipft": rates.ipft * turnover,
        "sebi_fee": rates.sebi_fee * turnover,
        "stamp": rates.stamp_buy * bought + rates.stamp_sell * sold,
    }
    taxed = sum(parts[item] for item in TAXED)
    exact = {item: part * WHOLE_BPS for item, part in parts.items()}
    exact["tax"] = taxed * rates.tax_bps
    exact["total"] = sum(exact.values())
    return Charges(**{item: _in_paise(value) for item, value in exact.items()})


def _brokerage(rates: ChargeRates, value: int) -> int:
    """One order's brokerage in `RATE_UNIT`ths of a paisa."""
    cap = rates.brokerage_cap * RATE_UNIT
    return min(cap, rates.brokerage_rate * value) if rates.brokerage_rate else cap


def _in_paise(exact: int) -> Paise:
    return Paise(round_half_up(exact, EXACT_UNIT))
