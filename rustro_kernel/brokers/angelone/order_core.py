"""What the order stream hears, without a socket (facts/smartapi.md, 8). Nothing is ever asked."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from rustro_kernel.brokers.angelone.order_rows import OrderRow, order_row
from rustro_kernel.brokers.angelone.stream_core import Turn
from rustro_kernel.brokers.angelone.stream_state import Phase, Record, StreamSettings
from rustro_kernel.brokers.angelone.watchdog import Heartbeat

NAME = "order stream"
NOTHING = frozenset({b"", b"\x00", b"pong", b"ping"})
"""Payloads of pongs that some library or server passes on as messages."""
GREETING = "AB00"


class _Message(msgspec.Struct):
    order_data: dict[str, object] = msgspec.field(name="orderData", default_factory=dict)
    code: str = msgspec.field(name="order-status", default="")


_decoder = msgspec.json.Decoder(_Message)


class OrderCore:
    """Implements `stream_core.Core`. Rows wait in `ready`, oldest first, until taken.

    The stream does not repeat what was missed: after each connection the owner reads the order
    book once, and while orders live it asks for them now and then.
    """

    name = NAME
    ping_text = ""

    def __init__(self, settings: StreamSettings) -> None:
        self.record = Record()
        self.ready: list[OrderRow] = []
        self.counts: Counter[str] = Counter()  # of messages, by what they were
        self.is_proven = False
        self._heart = Heartbeat(settings)

    def opened(self, now_ns: int) -> None:
        """A connection is there."""
        self._heart.begin(now_ns)
        self.record.enter(Phase.OPEN, now_ns)

    def received_all(self, messages: Sequence[str | bytes], now_ns: int) -> None:
        """These came together, in this order. Never raises."""
        for message in messages:
            self.received(message, now_ns)

    def received(self, message: str | bytes, now_ns: int) -> None:
        """A message came, as text or as bytes. Never raises."""
        self._heart.heard(now_ns)
        body = message.encode("utf-8", "replace") if isinstance(message, str) else message
        if body.strip() in NOTHING:
            self.counts["pongs"] += 1
            self.record.last_pong_ns = now_ns
            return
        try:
            self._read(_decoder.decode(body), now_ns)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            self.counts["unreadable"] += 1

    def ponged(self, now_ns: int) -> None:
        """A ping was answered."""
        self._heart.ponged(now_ns)
        self.record.last_pong_ns = now_ns

    def turn(self, now_ns: int) -> Turn:
        """What is due: a ping, or giving up."""
        drop = "no answer to a ping" if self._heart.is_dead(now_ns) else ""
        return Turn([], self._heart.is_due(now_ns), drop)

    def lost(self) -> None:
        """The connection is gone."""

    def _read(self, message: _Message, now_ns: int) -> None:
        self.is_proven = True
        row = order_row(message.order_data)
        if row is None:
            self.counts["greetings" if message.code == GREETING else "without an order"] += 1
            return
        self.counts["updates" if row.is_known else "unknown status"] += 1
        self.record.last_data_ns = now_ns
        self.ready.append(row)
