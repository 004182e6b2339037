"""Today at the broker: orders, trades, positions. Empty books come as null (facts 3, 4)."""

import re
from collections.abc import Mapping

import msgspec

from rustro_kernel.brokers.angelone.book_rows import (
    Held,
    PositionRow,
    Trade,
    TradeRow,
    held,
    trade,
)
from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.order_rows import OrderRow, order_row
from rustro_kernel.brokers.angelone.routes import DETAILS, ORDER_BOOK, POSITIONS, TRADE_BOOK
from rustro_kernel.domain.errors import BrokerRefused

Fields = Mapping[str, object]

FIELDS: "msgspec.json.Decoder[Fields | None]" = msgspec.json.Decoder(dict[str, object] | None)
ORDERS: "msgspec.json.Decoder[list[Fields] | None]" = msgspec.json.Decoder(
    list[dict[str, object]] | None
)
TRADES: "msgspec.json.Decoder[list[TradeRow] | None]" = msgspec.json.Decoder(list[TradeRow] | None)
HELD: "msgspec.json.Decoder[list[PositionRow] | None]" = msgspec.json.Decoder(
    list[PositionRow] | None
)
UNIQUE_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


async def order_book(client: Client) -> tuple[OrderRow, ...]:
    """Today's orders of the account, whoever placed them. May lag the order stream by seconds."""
    return await client.read(ORDER_BOOK, ORDERS, read_orders)


async def order_details(client: Client, unique_id: str) -> OrderRow | None:
    """One order by the broker's `unique_id` (not its order id): the cheap way to poll.

    Raises:
        BrokerRefused: The broker does not know it, or it is no id (then nothing was sent).
    """
    if not UNIQUE_ID.fullmatch(unique_id):
        raise BrokerRefused(DETAILS.name, "that is no unique id of an order")
    return await client.read(DETAILS, FIELDS, read_order, tail=unique_id)


async def trade_book(client: Client) -> tuple[Trade, ...]:
    """Today's fills; join them to orders by `order_id`."""
    return await client.read(TRADE_BOOK, TRADES, read_trades)


async def positions(client: Client) -> tuple[Held, ...]:
    """Today's positions, flat ones included."""
    return await client.read(POSITIONS, HELD, read_positions)


def read_orders(rows: list[Fields] | None) -> tuple[OrderRow, ...]:
    """Rows that name an order."""
    return tuple(row for fields in rows or () if (row := order_row(fields)))


def read_order(fields: Fields | None) -> OrderRow | None:
    """One row; None where there is none."""
    return order_row(fields) if fields else None


def read_trades(rows: list[TradeRow] | None) -> tuple[Trade, ...]:
    """Every fill.

    Raises:
        ValueError, ArithmeticError: A number makes no sense.
    """
    return tuple(map(trade, rows or ()))


def read_positions(rows: list[PositionRow] | None) -> tuple[Held, ...]:
    """Every position.

    Raises:
        ValueError, ArithmeticError: A number makes no sense.
    """
    return tuple(map(held, rows or ()))
