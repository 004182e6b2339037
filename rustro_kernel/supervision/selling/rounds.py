"""What is done about a session's orders and units in one round. Pure.

Per instrument: first everything of the session that lives is cancelled and *seen* to be over, then
at most one sale lives at a time, of no more than the smaller of what is ours and what the broker
holds. So no sale can open a short, whatever the books of the broker lag behind, and foreign units
stay where they are.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from rustro_kernel.brokers.angelone.book_rows import Held
from rustro_kernel.brokers.angelone.order_rows import OrderRow
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.supervision.selling.ours import Ours, held


class Cancel(msgspec.Struct, frozen=True):
    """Ask for the end of an order."""

    row: OrderRow


class Reprice(msgspec.Struct, frozen=True):
    """Give a sale another limit; its quantity stays."""

    row: OrderRow
    limit_paise: int


class Place(msgspec.Struct, frozen=True):
    """Sell."""

    instrument: InstrumentKey
    units: int
    limit_paise: int


Step = Cancel | Reprice | Place


class Books(msgspec.Struct, frozen=True):
    """What the broker says. Units by instrument, of the product we trade."""

    orders: tuple[OrderRow, ...]
    net: Mapping[InstrumentKey, int]


def books(orders: Sequence[OrderRow], positions: Iterable[Held], product: str) -> Books:
    """Both books, read one after the other."""
    net: dict[InstrumentKey, int] = {}
    for each in positions:
        if each.product == product:
            net[each.instrument] = net.get(each.instrument, 0) + each.net
    return Books(tuple(orders), net)


def left(ours: Ours, books: Books) -> dict[InstrumentKey, int]:
    """Units that are ours and that the broker holds."""
    mine = held(ours, books.orders)
    both = {key: min(units, books.net.get(key, 0)) for key, units in mine.items()}
    return {key: units for key, units in both.items() if units > 0}


def oversold(ours: Ours, books: Books) -> dict[InstrumentKey, int]:
    """Units that were sold beyond what we had, and that the account is short of now."""
    mine = held(ours, books.orders)
    both = {key: max(units, books.net.get(key, 0)) for key, units in mine.items()}
    return {key: -units for key, units in both.items() if units < 0}


def living(ours: Ours, books: Books) -> list[OrderRow]:
    """Orders of ours that are not over."""
    return [row for row in books.orders if ours.has(row) and not row.is_final]


def is_flat(ours: Ours, books: Books) -> bool:
    """Whether nothing of ours is held, and nothing lives that could change that."""
    return not left(ours, books) and not living(ours, books)


def steps(
    ours: Ours,
    books: Books,
    limits: Mapping[InstrumentKey, int],
    freeze: int,
    doubtful: Collection[InstrumentKey] = (),
) -> list[Step]:
    """What to ask the broker for now.

    Args:
        ours: What belongs to the session.
        books: What the broker says.
        limits: The prices of sales; an instrument without one is not sold in this round.
        freeze: The most units of one order.
        doubtful: Instruments of which an order is under way that the book does not show yet.
    """
    mine, wanted = living(ours, books), left(ours, books)
    found: list[Step] = []
    for key in sorted({row.instrument for row in mine} | set(wanted)):
        rows = [row for row in mine if row.instrument == key]
        found += _of_instrument(
            ours,
            key,
            rows,
            wanted.get(key, 0),
            limits.get(key),
            freeze,
            is_doubtful=key in doubtful,
        )
    return found


def _of_instrument(
    ours: Ours,
    key: InstrumentKey,
    rows: list[OrderRow],
    units: int,
    limit: int | None,
    freeze: int,
    *,
    is_doubtful: bool,
) -> list[Step]:
    others = [row for row in rows if not ours.sold_here(row)]
    if others or len(rows) > 1:
        return [Cancel(row) for row in others or rows]
    if rows:
        return _of_sale(rows[0], units, limit)
    if units and limit is not None and not is_doubtful:
        return [Place(key, min(units, freeze), limit)]
    return []


def _of_sale(row: OrderRow, units: int, limit: int | None) -> list[Step]:
    """One sale lives: it must not sell more than there is, and follows the market."""
    if row.quantity - row.filled > units:
        return [Cancel(row)]
    if limit is not None and limit != row.limit_paise:
        return [Reprice(row, limit)]
    return []
