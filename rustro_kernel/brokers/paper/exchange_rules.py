"""Why an exchange or its broker would refuse an order, as a code and a sentence."""

from typing import NamedTuple

from rustro_kernel.domain.instruments import Instrument, Kind
from rustro_kernel.domain.money import rupees
from rustro_kernel.domain.orders import OrderRequest, Side
from rustro_kernel.domain.price_band import band
from rustro_kernel.domain.rules import PriceBand


class Refusal(NamedTuple):
    """A stable code and what it means here."""

    code: str
    message: str


def malformed(order: OrderRequest, instrument: Instrument | None) -> Refusal | None:
    """What is wrong with the order whatever the market does."""
    if instrument is None:
        return Refusal("UNKNOWN_INSTRUMENT", f"{order.instrument} is not in the master")
    if instrument.kind in (Kind.INDEX, Kind.VIX):
        return Refusal("NOT_TRADABLE", f"{instrument.symbol} is an {instrument.kind.value}")
    if order.quantity <= 0 or order.quantity % instrument.lot:
        return Refusal("LOT", f"{order.quantity} units are no multiple of lot {instrument.lot}")
    if 0 < instrument.freeze_quantity < order.quantity:
        limit = instrument.freeze_quantity
        return Refusal("FREEZE_QUANTITY", f"{order.quantity} units in one order, at most {limit}")
    if order.limit_paise <= 0 or order.limit_paise % instrument.tick:
        step = f"{rupees(instrument.tick):.2f}"
        return Refusal("TICK", f"price {rupees(order.limit_paise):.2f} is no multiple of {step}")
    return None


def outside_band(
    order: OrderRequest, reference_paise: int, rule: PriceBand | None
) -> Refusal | None:
    """A limit too far from the market; without any price yet there is no band."""
    if rule is None or not reference_paise:
        return None
    low, high = band(reference_paise, rule)
    if low <= order.limit_paise <= high:
        return None
    price, span = rupees(order.limit_paise), f"{rupees(low):.2f} to {rupees(high):.2f}"
    return Refusal("PRICE_BAND", f"price {price:.2f} is outside {span}")


def uncovered(order: OrderRequest, free_paise: int, free_units: int) -> Refusal | None:
    """A buy without the money, or a sell without the units: never a short."""
    if order.side is Side.SELL:
        words = f"{order.quantity} units to sell, {free_units} held and free"
        return Refusal("NO_SHORT", words) if order.quantity > free_units else None
    cost = order.quantity * order.limit_paise
    words = f"{rupees(cost):.2f} needed, {rupees(free_paise):.2f} available"
    return Refusal("FUNDS", words) if cost > free_paise else None
