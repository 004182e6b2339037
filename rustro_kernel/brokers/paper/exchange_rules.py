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
    return _bad_trigger(order, instrument) if order.is_stop else None


def _bad_trigger(order: OrderRequest, instrument: Instrument) -> Refusal | None:
    """A stop whose trigger is off tick, or beyond its limit: it could not trade when triggered."""
    trigger, limit = order.trigger_paise, order.limit_paise
    words = f"trigger {rupees(trigger):.2f}"
    if trigger % instrument.tick:
        return Refusal("TICK", f"{words} is no multiple of {rupees(instrument.tick):.2f}")
    if trigger < limit if order.side is Side.SELL else trigger > limit:
        side = order.side.value
        return Refusal("TRIGGER", f"{words} is beyond the limit {rupees(limit):.2f} of a {side}")
    return None


def is_triggered(order: OrderRequest, ltp_paise: int) -> bool:
    """Whether the last price has reached a stop's trigger; without a price it has not."""
    if ltp_paise <= 0:
        return False
    if order.side is Side.SELL:
        return ltp_paise <= order.trigger_paise
    return ltp_paise >= order.trigger_paise


def unchangeable(order: OrderRequest, asked: OrderRequest, filled: int) -> Refusal | None:
    """A change that no exchange makes: of a stop into a limit order, or below what is filled."""
    if order.is_stop != asked.is_stop:
        kind = "a stop" if order.is_stop else "a limit order"
        return Refusal("VARIETY", f"the order is {kind} and stays one")
    if asked.quantity <= filled:
        return Refusal("FILLED", f"{asked.quantity} units in all, {filled} are filled already")
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


def uncovered(order: OrderRequest, units: int, free_paise: int, free_units: int) -> Refusal | None:
    """A buy of so many units without the money, or a sell without the units: never a short."""
    if order.side is Side.SELL:
        words = f"{units} units to sell, {free_units} held and free"
        return Refusal("NO_SHORT", words) if units > free_units else None
    cost = units * order.limit_paise
    words = f"{rupees(cost):.2f} needed, {rupees(free_paise):.2f} available"
    return Refusal("FUNDS", words) if cost > free_paise else None
