"""orders.jsonl, trades.jsonl, positions.jsonl: what the ledger says of each, and nothing else.

A trade's line is its PositionClosed: money in paise, quantities in units, times in ns.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.turn import Event
from rustro_kernel.records import layout
from rustro_kernel.records.files import write_whole
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.order_rows import OrderRow, order_rows
from rustro_kernel.records.pick import said
from rustro_kernel.records.position_rows import PositionRow, position_rows

_encoder = msgspec.json.Encoder()


class Projections(msgspec.Struct, frozen=True):
    """What was ordered, traded and held."""

    orders: tuple[OrderRow, ...]
    trades: tuple[PositionClosed, ...]
    positions: tuple[PositionRow, ...]


def project(events: Sequence[Event]) -> Projections:
    """Fold a ledger."""
    trades = tuple(said(events, PositionClosed))
    return Projections(order_rows(events), trades, position_rows(events))


def as_files(found: Projections) -> dict[str, bytes]:
    """The content of each file by its name."""
    return {
        layout.ORDERS: _lines(found.orders),
        layout.TRADES: _lines(found.trades),
        layout.POSITIONS: _lines(found.positions),
    }


def rebuild(folder: Path) -> Projections:
    """Write the three files anew from the ledger.

    Raises:
        DamagedRecord: If the ledger cannot be read.
    """
    found = project(list(read_events(folder)))
    for name, content in as_files(found).items():
        write_whole(folder / name, content)
    return found


def _lines(rows: Iterable[msgspec.Struct]) -> bytes:
    return b"".join(_encoder.encode(row) + b"\n" for row in rows)
