"""What the drivers are built from, as small protocols; composition fills them in."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from rustro_kernel.domain.instruments import Instrument
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.inputs import Input
from rustro_kernel.engine.turn import Event, Turn
from rustro_kernel.engine.view import View
from rustro_kernel.ports import Broker, Market


class EngineLike(Protocol):
    """The pure engine."""

    def apply(self, item: Input, /) -> Turn:
        """Take one input."""

    def view(self) -> View:
        """The frozen picture after the last input."""

    def snapshot(self) -> bytes:
        """The whole state."""


class Recording(Protocol):
    """Where inputs and events go; used by one thread at a time."""

    def take(self, item: Input, /) -> None:
        """Append an input."""

    def state(self, n: int, events: Sequence[Event], /) -> None:
        """Append the events of input n; called for every input, even without events."""

    def flush(self) -> None:
        """Hand everything to the operating system, inputs first."""

    def sync(self) -> None:
        """Wait until everything is on disk, inputs first."""

    def commit(self) -> None:
        """The regular group commit."""

    @property
    def durable_state(self) -> int:
        """Every input and event up to this input is on disk."""


class PacedMarket(Market, Protocol):
    """A market that plays a day second by second."""

    def seconds(self) -> Iterator[tuple[int, list[Tick]]]:
        """Each second's ns and the ticks of what is watched when it is asked for."""


class PaperMarket(Broker, Protocol):
    """A broker whose exchange has doors and a list of what can be traded."""

    def set_instruments(self, instruments: Iterable[Instrument], /) -> None:
        """Add to what can be traded."""

    def set_market(self, is_open: bool, /) -> None:
        """Open, halt or close."""
