"""One row of the trade book or of the positions; all their numbers are texts (facts 3.6, 4.2)."""

from typing import NamedTuple

import msgspec

from rustro_kernel.brokers.angelone.amounts import Number, paise, units
from rustro_kernel.domain.instruments import InstrumentKey, instrument_key


class TradeRow(msgspec.Struct):
    """A fill as the broker writes it."""

    orderid: str
    fillid: str = ""
    exchange: str = ""
    tradingsymbol: str = ""
    transactiontype: str = ""
    fillprice: Number = None
    fillsize: Number = None
    filltime: str | None = None


class Trade(NamedTuple):
    """One fill. (order_id, fill_id) is its identity; `clock` is HH:MM:SS of today, or empty."""

    order_id: str
    fill_id: str
    symbol: str
    side: str
    price_paise: int
    quantity: int  # units
    clock: str


class PositionRow(msgspec.Struct):
    """A position as the broker writes it."""

    exchange: str
    symboltoken: str
    netqty: Number
    tradingsymbol: str = ""
    producttype: str = ""
    buyqty: Number = None
    sellqty: Number = None
    buyavgprice: Number = None
    sellavgprice: Number = None
    cfbuyqty: Number = None
    cfsellqty: Number = None


class Held(NamedTuple):
    """A position. Quantities in signed units; averages in paise, of today's fills.

    The net quantity is the broker's; its average net price is no entry price once a part was
    closed, so it is not taken over.
    """

    instrument: InstrumentKey
    symbol: str
    product: str
    net: int
    bought: int
    sold: int
    bought_avg_paise: int
    sold_avg_paise: int
    carried: int  # bought less sold, from the days before


def trade(row: TradeRow) -> Trade:
    """The fill of a row.

    Raises:
        ValueError, ArithmeticError: A number makes no sense.
    """
    price, size = paise(row.fillprice), units(row.fillsize)
    if price <= 0 or size <= 0:
        raise ValueError("a fill of nothing")
    side, clock = row.transactiontype.upper(), row.filltime or ""
    return Trade(row.orderid, row.fillid, row.tradingsymbol, side, price, size, clock)


def held(row: PositionRow) -> Held:
    """The position of a row.

    Raises:
        ValueError, ArithmeticError: A number makes no sense.
    """
    return Held(
        instrument_key(row.exchange, row.symboltoken),
        row.tradingsymbol,
        row.producttype,
        units(row.netqty),
        units(row.buyqty),
        units(row.sellqty),
        paise(row.buyavgprice),
        paise(row.sellavgprice),
        units(row.cfbuyqty) - units(row.cfsellqty),
    )
