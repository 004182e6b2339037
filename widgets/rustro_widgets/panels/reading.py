"""What one drawing shows, what a panel is, and how a cockpit follows a session."""

from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from time import monotonic
from typing import Any, NamedTuple, Protocol, runtime_checkable

from rustro_kernel.domain.bars import Bar
from rustro_kernel.engine.asked import Chain, Preview, Setting
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import View
from rustro_widgets.panels.day import Day

HEALTH_S = 1.0
"""Lags and ages are asked for once a second: working them out costs more than a look."""


class Past(Protocol):
    """What a chart needs of a session beside the moment."""

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What `set` may change now; may wait for an answer."""

    def earlier_bars(self, name: str, timeframe: str) -> tuple[Bar, ...]:
        """The bars of an underlying before today, oldest first; may wait for an answer."""


class Watched(Past, Protocol):
    """What a cockpit needs of a session, in this process or another."""

    @property
    def view(self) -> View:
        """The frozen picture."""

    @property
    def events(self) -> deque[Event]:
        """The last events."""

    @property
    def health(self) -> Mapping[str, int | float]:
        """Lags, ages and counts that belong to no record."""

    @property
    def discarded(self) -> Mapping[str, int]:
        """Packets of the broker's stream that never became ticks, by quality rule."""

    @property
    def stale_s(self) -> float:
        """How old the picture is, in seconds."""

    def chain(self, name: str = "") -> Chain:
        """The option chain around the money; may wait for an answer."""

    def preview(self, key: str, value: object) -> "Future[Preview]":
        """What a setting would have done to the day so far."""

    @property
    def to_confirm(self) -> str:
        """What must be typed before live trading may start; empty where nothing must."""

    def confirm_live(self, words: str) -> None:
        """Take what was typed."""

    def send(self, name: str, *, id: str = "", **args: str) -> "Future[Any]":
        """Ask the engine for something; the same id is the same command. From any thread."""

    def subscribe(self, subscriber: Callable[[Event], object]) -> Callable[[], None]:
        """Call `subscriber` with every event from now on; call the result to end it."""


@runtime_checkable
class Startable(Protocol):
    """A session of this process can be started; an attached one runs already."""

    async def start(self) -> None:
        """Begin to trade in the background."""


class Reading(NamedTuple):
    """Everything panels draw from."""

    view: View
    day: Day
    seq: int  # of the day, which is a fold that goes on
    health: Mapping[str, int | float]
    discarded: Mapping[str, int]
    stale_s: float

    def is_same(self, other: "Reading") -> bool:
        """Whether drawing it again would show nothing new."""
        return (
            self.view is other.view
            and self.day is other.day
            and self.health is other.health
            and self[2:3] + self[4:] == other[2:3] + other[4:]
        )


class Showing(Protocol):
    """Shows a reading, assigns only what changed."""

    def show(self, reading: Reading) -> None:
        """Show it. On the notebook's loop only."""


class Panel(Showing, Protocol):
    """A part of the cockpit, which may send commands when it is clicked on."""

    @property
    def widget(self) -> Any:  # noqa: ANN401 - ipywidgets is untyped
        """What is put on the page."""


class Follower:
    """Reads a session again and again, and keeps the fold of its day.

    Events come by subscription. Where they do not join on to what is known (the cockpit was opened
    late, the notebook was blocked for long, the session's process was started again) the day is
    folded again from the events the session still has.
    """

    def __init__(self, session: Watched) -> None:
        self._session = session
        self._new: deque[Event] = deque()
        self._health: Mapping[str, int | float] = {}
        self._asked_s = -HEALTH_S
        self._end = session.subscribe(self._new.append)
        self._day = Day(tuple(session.events))

    def read(self) -> Reading:
        """The session as it is now."""
        self._catch_up()
        if monotonic() - self._asked_s >= HEALTH_S:
            self._health, self._asked_s = self._session.health, monotonic()
        session, day = self._session, self._day
        stale_s = session.stale_s
        return Reading(session.view, day, day.seq, self._health, session.discarded, stale_s)

    def close(self) -> None:
        """Let go of the session."""
        self._end()

    def _catch_up(self) -> None:
        while self._new:
            event = self._new.popleft()
            if event.seq == self._day.seq + 1:
                self._day.take(event)
            elif not self._day.has(event):
                self._new.clear()
                self._day = Day(tuple(self._session.events))
