"""What belongs to a session: its orders at the broker, and the units they have left. Pure.

The ledger knows every order that may have left, since an intent is on disk before it is sent. What
those orders have traded is the broker's to say: the ledger may lack the last fills.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from rustro_kernel.brokers.angelone.order_rows import OrderRow
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.engine.events import orders as o
from rustro_kernel.engine.events.positions import PositionReconciled
from rustro_kernel.engine.submission import DIGITS
from rustro_kernel.engine.turn import Event

HEAD = 16
"""So many characters of a tag say which intent it is of; the rest counts attempts."""


class Ours(msgspec.Struct, frozen=True):
    """A session as the broker can be asked for it.

    `reconciled` are units the session took over from the broker, or gave up, without an order.
    """

    session_id: str
    symbols: Mapping[str, str]  # by instrument
    tags: tuple[str, ...] = ()
    heads: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    reconciled: Mapping[str, int] = {}

    def has(self, row: OrderRow) -> bool:
        """Whether an order is the session's, or one of the sales made for it here."""
        is_tagged = row.tag[:HEAD] in self.heads or row.order_id in self.ids
        return is_tagged or self.sold_here(row)

    def sold_here(self, row: OrderRow) -> bool:
        """Whether it is a sale made here, by this process or an earlier one."""
        return bool(row.tag) and row.tag[:HEAD] == head(self.session_id, row.instrument)


def head(session_id: str, instrument: str) -> str:
    """What the tags of the sales of an instrument begin with, whichever process makes them."""
    return hashlib.sha256(f"{session_id}|supervisor|{instrument}".encode()).hexdigest()[:HEAD]


def next_tag(ours: Ours, instrument: str, rows: Sequence[OrderRow], used: Iterable[str]) -> str:
    """A tag no sale of this instrument has had."""
    first = head(ours.session_id, instrument)
    known = {row.tag for row in rows} | set(used)
    number = sum(tag.startswith(first) for tag in known)
    while first + _digits(number) in known:
        number += 1
    return first + _digits(number)


def ours(session_id: str, events: Iterable[Event]) -> Ours:
    """The session that a ledger tells of."""
    symbols: dict[str, str] = {}
    tags: list[str] = []
    ids: set[str] = set()
    taken: Counter[str] = Counter()
    for event in events:
        data = event.data
        if isinstance(data, o.OrderPlacementRequired):
            symbols[data.instrument] = data.symbol
        elif isinstance(data, o.OrderSubmissionRequired):
            tags.append(data.tag)
        elif isinstance(data, o.OrderSubmitted):
            ids.add(data.broker_id)
        elif isinstance(data, PositionReconciled):
            taken[data.instrument] += data.held - data.booked
            symbols.setdefault(data.instrument, data.symbol)
    heads = frozenset(tag[:HEAD] for tag in tags)
    ids.discard("")
    return Ours(session_id, symbols, tuple(tags), heads, frozenset(ids), dict(taken))


def held(ours: Ours, rows: Iterable[OrderRow]) -> dict[InstrumentKey, int]:
    """Units of the session by instrument, as its orders at the broker have traded."""
    units: Counter[InstrumentKey] = Counter()
    for key, taken in ours.reconciled.items():
        units[InstrumentKey(key)] += taken
    for row in rows:
        if ours.has(row):
            units[row.instrument] += row.filled if row.side == "BUY" else -row.filled
    return dict(units)


def _digits(number: int) -> str:
    text = DIGITS[number % len(DIGITS)]
    while number := number // len(DIGITS):
        text = DIGITS[number % len(DIGITS)] + text
    return text
