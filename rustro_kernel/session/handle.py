"""What a person has on a session, whichever process it lives in."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from rustro_kernel.control.messages import Reply
from rustro_kernel.domain.bars import Bar
from rustro_kernel.engine.asked import Chain, Preview, Setting
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import View
from rustro_kernel.records.why import why as explained
from rustro_kernel.session.bus import Bus, Subscriber

RECENT = 50_000


class Handle:
    """Looks at a session and commands it.

    Attributes:
        id: The session's name.
        view: The frozen picture after the last turn.
        events: The last events.
    """

    def __init__(self, view: View) -> None:
        self.id = ""
        self.view = view
        self.events: deque[Event] = deque(maxlen=RECENT)
        self._bus = Bus()

    @property
    def stale_s(self) -> float:
        """How old the picture is, in seconds; 0 while it is fresh, and once the day is over."""
        return 0.0

    def send(
        self, name: str, *, id: str = "", actor: str = "operator", **args: str
    ) -> "Future[Reply]":
        """Ask the engine for something; the future is its reply. From any thread.

        Args:
            name: A key of `engine.commands.COMMANDS`.
            id: Makes a double click one command; empty: a new one.
            actor: Who asks, for the record.
            args: What the command needs.
        """
        raise NotImplementedError

    @property
    def health(self) -> dict[str, int | float]:
        """Lags, ages and counts that belong to no record: `control.status.HEALTH` and more.

        What is not known is missing, such as the age of data before any came.
        """
        raise NotImplementedError

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What `set` may change now, in the order of the configuration."""
        raise NotImplementedError

    def chain(self, name: str = "") -> Chain:
        """The option chain around the money as last quoted, with volatility and Greeks.

        Worked out when asked for. Without an answer of the session in time it is the last one.

        Args:
            name: Of the underlying; empty: the first one.
        """
        raise NotImplementedError

    def earlier_bars(self, name: str, timeframe: str) -> tuple[Bar, ...]:
        """The bars of an underlying before today, as the warm-up has them, oldest first.

        Args:
            name: Of the underlying; empty: the first one.
            timeframe: "1m", "5m", "15m", "1h" or "1d"; those the warm-up has none of are empty.
        """
        raise NotImplementedError

    def preview(self, key: str, value: object) -> "Future[Preview]":
        """What a setting would have done to the day so far, with the engine and all its inputs.

        Worked out in a process of its own. A newer question ends the one before it.

        Args:
            key: One of `settings`.
            value: What it would be.
        """
        raise NotImplementedError

    async def stop(self, *, flatten: bool = True) -> Reply:
        """End the day: close every position, or leave them.

        Args:
            flatten: Close every position first; False: they stay, with their stops at the broker.
        """
        return await self._ask("stop", flatten=str(flatten).lower())

    async def pause(self) -> Reply:
        """No entries from now on; exits go on."""
        return await self._ask("pause")

    async def resume(self, reason: str) -> Reply:
        """Allow entries again.

        Args:
            reason: For the record; after a kill at least eight letters.
        """
        return await self._ask("resume", reason=reason)

    async def flatten(self) -> Reply:
        """Close every position, one at a time."""
        return await self._ask("flatten")

    async def close(self, position: str) -> Reply:
        """Close one position."""
        return await self._ask("close", position=position)

    async def cancel(self, order: str) -> Reply:
        """Cancel one order."""
        return await self._ask("cancel", order=order)

    async def set(self, key: str, value: object) -> Reply:
        """Change a setting from the next bar on.

        Args:
            key: One of `settings`, such as "exits.stop_pct".
            value: In the unit of the setting; what is not allowed is refused.
        """
        return await self._ask("set", key=key, value=str(value))

    async def kill(self) -> Reply:
        """No new orders; cancel and close everything at once."""
        return await self._ask("kill")

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` with every event from now on; call the result to end it."""
        return self._bus.subscribe(subscriber)

    def why(self, at: str | None = None) -> str:
        """Why there was or was not a trade, at "HH:MM" or over the day so far."""
        return explained(tuple(self.events), at)

    async def _ask(self, name: str, **args: str) -> Reply:
        return await asyncio.wrap_future(self.send(name, **args))
