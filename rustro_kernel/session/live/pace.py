"""The session's clock: the wall's, or that of a simulated exchange on this machine."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from time import monotonic_ns, time_ns
from typing import Annotated, Protocol
from urllib.parse import urlsplit

import aiohttp
import msgspec

from rustro_kernel.configuration.sections import Broker
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.ports import Clock
from rustro_kernel.session.live.addresses import is_here

log = logging.getLogger(__name__)

CLOCK_PATH = "/_simulator/clock"
LOOK_S = 0.25
"""How often the exchange is asked for its time, and the longest sleep without looking again."""
ANSWER_S = 2.0


class Pace(Clock, Protocol):
    """A clock that can be slept by. `sleep` and `follow` on the I/O loop only."""

    @property
    def speed(self) -> float:
        """Market seconds a second of the wall."""

    def wait_s(self, ts_ns: int) -> float:
        """The wall's seconds until a moment of the market; 0 if it has passed."""

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds of the market pass."""

    async def follow(self) -> None:
        """Keep in step until cancelled; returns at once where there is nothing to follow."""


class WallPace:
    """The real market's time is the wall's."""

    speed = 1.0

    def now_ns(self) -> int:
        """The wall's time."""
        return time_ns()

    def wait_s(self, ts_ns: int) -> float:
        """Seconds until a moment; 0 if it has passed."""
        return max(0.0, (ts_ns - time_ns()) / SECOND)

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""
        await asyncio.sleep(seconds)

    async def follow(self) -> None:
        """The wall needs no following."""


class Reading(msgspec.Struct, frozen=True):
    """What the exchange says of its clock."""

    now_ns: int
    speed: Annotated[float, msgspec.Meta(gt=0)]


class ExchangePace:
    """The time of a simulated exchange. It never goes back: where it is ahead it stands still.

    The exchange's time runs at `speed` or slower, since it waits where the machine is too slow.

    Args:
        rest_url: Of the exchange.
        reading: Its time just now.
        monotonic: Nanoseconds that never go back.
    """

    def __init__(
        self, rest_url: str, reading: Reading, monotonic: Callable[[], int] = monotonic_ns
    ) -> None:
        self.speed = reading.speed
        self._url, self._monotonic = rest_url.rstrip("/") + CLOCK_PATH, monotonic
        self._base_ns, self._zero_ns = reading.now_ns, monotonic()
        self._last_ns = reading.now_ns

    def now_ns(self) -> int:
        """The exchange's time, as far as it is known."""
        self._last_ns = max(self._last_ns, self._at(self._monotonic()))
        return self._last_ns

    def wait_s(self, ts_ns: int) -> float:
        """The wall's seconds until a moment of the market; 0 if it has passed."""
        return max(0.0, (ts_ns - self.now_ns()) / self.speed / SECOND)

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds of the market pass; the exchange may lose time meanwhile."""
        due_ns = self.now_ns() + round(seconds * SECOND)
        left_s = self.wait_s(due_ns)
        while left_s > 0:
            await asyncio.sleep(min(left_s, LOOK_S))
            left_s = self.wait_s(due_ns)

    async def follow(self) -> None:
        """Ask for the time again and again; while nobody answers it goes on as before."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ANSWER_S)) as session:
            was_told = True
            while True:
                is_told = await self._look(session)
                if was_told and not is_told:
                    log.warning("the exchange does not tell its time any more")
                was_told = is_told
                await asyncio.sleep(LOOK_S)

    async def _look(self, session: aiohttp.ClientSession) -> bool:
        """Ask once; whether there was an answer."""
        sent_ns = self._monotonic()
        try:
            async with session.get(self._url) as response:
                reading = msgspec.json.decode(await response.read(), type=Reading)
        except (aiohttp.ClientError, TimeoutError, msgspec.DecodeError):
            return False
        self.correct(reading, sent_ns, self._monotonic())
        return True

    def correct(self, reading: Reading, sent_ns: int, received_ns: int) -> None:
        """Move by as little as the reading allows: it was taken between the two moments."""
        self._base_ns, self._zero_ns = self._at(received_ns), received_ns
        self.speed = reading.speed
        self._base_ns += min(0, reading.now_ns - self._at(sent_ns))
        self._base_ns += max(0, reading.now_ns - self._at(received_ns))

    def _at(self, monotonic_ns: int) -> int:
        return self._base_ns + int((monotonic_ns - self._zero_ns) * self.speed)


def find_pace(broker: Broker) -> Pace:
    """The clock a configuration asks for. Blocks for a moment: call it from a plain thread.

    Only an address on this machine is asked for its time, never the broker.

    Raises:
        BadConfig: If `broker.clock` is "exchange" and there is none, or nothing listens here.
    """
    if broker.clock == "wall":
        return WallPace()
    reading = ask(broker.rest_url) if is_here(broker.rest_url) else None
    if reading is not None:
        return ExchangePace(broker.rest_url, reading)
    if broker.clock == "exchange":
        words = f"got 'exchange', but {broker.rest_url} is no simulated exchange on this machine"
        raise BadConfig("broker.clock", words)
    return WallPace()


def ask(url: str) -> Reading | None:
    """What the exchange at an address says; None where it is something else that answers.

    Raises:
        BadConfig: If nothing listens there: the wall's date would be taken for the exchange's.
    """
    try:
        with closing(HTTPConnection(urlsplit(url).netloc, timeout=ANSWER_S)) as link:
            link.request("GET", CLOCK_PATH)
            return msgspec.json.decode(link.getresponse().read(), type=Reading)
    except ConnectionRefusedError as exc:
        words = f"nothing listens at {url}; start the exchange there with `rustro simulate`"
        raise BadConfig("broker.rest_url", words) from exc
    except (OSError, HTTPException, ValueError):
        return None
