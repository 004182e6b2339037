"""What the drivers are built from, as small protocols; composition fills them in."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from rustro_kernel.domain.instruments import Instrument, InstrumentKey
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.asked import AtHand
from rustro_kernel.engine.effects import Action, Finish
from rustro_kernel.engine.inputs import Body, Input
from rustro_kernel.engine.turn import Event, Turn
from rustro_kernel.engine.view import View
from rustro_kernel.ports import Broker, Market
from rustro_kernel.records.health import Reading


class EngineLike(Protocol):
    """The pure engine."""

    def apply(self, item: Input, /) -> Turn:
        """Take one input."""

    def view(self) -> View:
        """The frozen picture after the last input."""

    def snapshot(self) -> bytes:
        """The whole state."""

    def at_hand(self, name: str = "", /) -> AtHand:
        """What people ask for now and then."""


class Recording(Protocol):
    """Where inputs and events go; used by one thread at a time."""

    def take(self, item: Input, /) -> None:
        """Append an input."""

    def take_all(self, items: Sequence[Input], /) -> None:
        """Append inputs, in this order."""

    def state(self, n: int, events: Sequence[Event], /) -> None:
        """Append the events of input n; an earlier input that was left out has none."""

    def flush(self) -> None:
        """Hand everything to the operating system, inputs first."""

    def sync(self) -> None:
        """Wait until everything is on disk, inputs first."""

    def commit(self) -> None:
        """The regular group commit."""

    @property
    def durable_state(self) -> int:
        """Every input and event up to this input is on disk."""


class Keeping(Recording, Protocol):
    """One that keeps the engine's state as well."""

    def snapshot(self, n: int, state: bytes, /) -> None:
        """Keep the engine's state after input n."""


class Intake(Protocol):
    """Where a gateway hands in what happens; used on the I/O loop only."""

    @property
    def is_full(self) -> bool:
        """Whether the feed has to wait; what cannot wait is taken all the same."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way to the engine or from it."""

    def take(self, body: Body, ts_ns: int) -> None:
        """Number an input received at `ts_ns`."""

    def take_all(self, bodies: Sequence[Body], ts_ns: int) -> None:
        """Number inputs received together at `ts_ns`, in this order."""

    def taken(self) -> None:
        """What was taken in can be turned; call it once after a batch."""

    def note(self, kind: str, **values: Reading) -> None:
        """Keep an observation in the health log; nothing is decided by it."""

    def end(self, finish: Finish) -> None:
        """The world is over."""


class Gateway(Protocol):
    """The world beyond the I/O loop: simulated, paper or live. Used on that loop only."""

    def open(self, loop: asyncio.AbstractEventLoop, intake: Intake) -> None:
        """Begin to hand in what happens."""

    def now_ns(self) -> int:
        """The receipt time of what comes in now."""

    def carry_out(self, action: Action) -> None:
        """Do what the engine asks for; answers are handed in."""

    def close(self) -> None:
        """Hand nothing in any more; may be called twice."""

    def discarded(self) -> dict[str, int]:
        """What was kept from the engine, by the wire's quality rules. From any thread."""

    def rate_budget(self) -> dict[str, int]:
        """Calls that may leave at once, by route group; empty without a broker. From any thread."""


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


class PaperAccount(PaperMarket, Protocol):
    """One whose units and cash can be set and read."""

    def seed(self, units: Mapping[str, int], cash_paise: int, /) -> None:
        """Hold these units and this cash, as left by an earlier process."""

    @property
    def units(self) -> dict[InstrumentKey, int]:
        """Net units of every instrument that ever traded."""
