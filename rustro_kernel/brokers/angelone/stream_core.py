"""What the shell of a stream asks of its core: a stream without a socket."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from rustro_kernel.brokers.angelone.stream_state import Record


class Turn(NamedTuple):
    """What a core wants done now."""

    texts: list[str]  # to send, in order
    ping: bool = False
    drop: str = ""  # why the connection must be given up


class Core(Protocol):
    """Decides everything, does nothing. Times are epoch ns and never come from anywhere else."""

    name: str
    ping_text: str  # empty: pings are control frames
    record: Record
    is_proven: bool  # this connection has brought what it is for

    def opened(self, now_ns: int) -> None:
        """A connection is there."""

    def received_all(self, messages: Sequence[str | bytes], now_ns: int) -> None:
        """These came together, in this order. Never raises."""

    def ponged(self, now_ns: int) -> None:
        """A control ping was answered."""

    def turn(self, now_ns: int) -> Turn:
        """What is due."""

    def lost(self) -> None:
        """The connection is gone."""
