"""Money at the broker: free funds, and the margin a basket would need (facts 4.1, 4.5)."""

from typing import NamedTuple

import msgspec

from rustro_kernel.brokers.angelone.amounts import Number, paise
from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.routes import FUNDS, MARGIN
from rustro_kernel.domain.errors import BrokerRefused
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.orders import Side

MOST_LEGS = 50


class _FundsRow(msgspec.Struct):
    net: Number
    availablecash: Number
    collateral: Number = None
    utiliseddebits: Number = None
    utilisedpayout: Number = None


class Funds(NamedTuple):
    """In paise. `available` is what an order may use; the broker's own profit figures stay 0."""

    net: int
    available: int
    collateral: int
    used: int


class Leg(NamedTuple):
    """One order of a basket whose margin is asked for; `price_paise` 0 is the market's."""

    instrument: InstrumentKey
    side: Side
    quantity: int  # units
    price_paise: int
    product: str = "CARRYFORWARD"


class _MarginRow(msgspec.Struct):
    totalMarginRequired: Number  # noqa: N815 - the broker's spelling


FUNDS_ROW = msgspec.json.Decoder(_FundsRow)
MARGIN_ROW = msgspec.json.Decoder(_MarginRow)


async def funds(client: Client) -> Funds:
    """The account's funds now."""
    return await client.read(FUNDS, FUNDS_ROW, read_funds)


def read_funds(row: _FundsRow) -> Funds:
    """Funds in paise; fields the broker leaves null are 0."""
    return Funds(
        paise(row.net), paise(row.availablecash), paise(row.collateral), paise(row.utiliseddebits)
    )


async def margin(client: Client, legs: tuple[Leg, ...]) -> int:
    """Paise needed for a basket of at most 50 orders, offsets between them included.

    Raises:
        BrokerRefused: The basket is empty or too large (nothing was sent), or the broker says no.
        BrokerError: Any of its other classes.
    """
    if not 0 < len(legs) <= MOST_LEGS:
        raise BrokerRefused(MARGIN.name, f"a basket has 1 to {MOST_LEGS} orders, got {len(legs)}")
    body = {"positions": [_leg(leg) for leg in legs]}
    return await client.read(MARGIN, MARGIN_ROW, lambda row: paise(row.totalMarginRequired), body)


def _leg(leg: Leg) -> dict[str, object]:
    """A leg in this route's own spelling; quantities are units."""
    exchange, _, token = leg.instrument.partition(":")
    return {
        "exchange": exchange,
        "qty": leg.quantity,
        "price": leg.price_paise / 100,
        "productType": leg.product,
        "token": token,
        "tradeType": leg.side.value,
        "orderType": "LIMIT",
    }
