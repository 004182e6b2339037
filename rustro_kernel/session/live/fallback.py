"""Quotes over REST: while the market stream is down, and where the engine asks for one."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.quote_rows import Quote
from rustro_kernel.brokers.angelone.quotes import quotes
from rustro_kernel.domain.errors import BrokerError
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import SECOND, ist_date
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.session.live.feed import Feed
from rustro_kernel.session.live.pace import Pace
from rustro_kernel.session.parts import Intake

log = logging.getLogger(__name__)

DOWN_NS = 5 * SECOND
POLL_S = 1.0


class Fallback:
    """Polls everything that is watched, once a second of the market, within the rate limits.

    Args:
        client: Asked for quotes.
        feed: Knows what is watched and since when the stream is down; takes the quotes.
        intake: For the health log.
        pace: The market's time.
        is_open: Whether the market trades at a moment; nothing is polled outside.
        timeout_s: For an answer, of the wall.
    """

    def __init__(
        self,
        client: Client,
        feed: Feed,
        intake: Intake,
        pace: Pace,
        is_open: Callable[[int], bool],
        timeout_s: float,
    ) -> None:
        self._client, self._feed, self._intake, self._pace = client, feed, intake, pace
        self._is_open, self._timeout_s = is_open, timeout_s
        self._is_polling = False
        self._asking: set[InstrumentKey] = set()

    async def run(self) -> None:
        """Look after the stream until cancelled."""
        while True:
            is_due = self._is_due()
            self._say(is_due)
            if is_due:
                await self._poll()
            await self._pace.sleep(POLL_S)

    async def ask(self, instruments: Iterable[InstrumentKey]) -> None:
        """Hand in the quotes of these now; one that is being asked for already is not asked twice.

        Failing is no input: the engine asks again, and tells a person in the end.
        """
        wanted = [key for key in instruments if key not in self._asking]
        self._asking.update(wanted)
        try:
            self._feed.asked(await self._quotes(wanted))
        finally:
            self._asking.difference_update(wanted)

    def _is_due(self) -> bool:
        now_ns, since_ns = self._pace.now_ns(), self._feed.down_since_ns
        return 0 < since_ns <= now_ns - DOWN_NS and self._is_open(now_ns)

    def _say(self, is_due: bool) -> None:
        if is_due is not self._is_polling:
            self._is_polling = is_due
            log.warning("quotes over REST: %s", "on" if is_due else "off")
            self._intake.note("fallback", polling=is_due)

    async def _poll(self) -> None:
        self._feed.polled(await self._quotes(list(self._feed.watched)))

    async def _quotes(self, keys: Sequence[InstrumentKey]) -> list[Tick]:
        """The sound quotes of instruments that are watched; none where that fails."""
        watched = {key: deep for key, deep in self._feed.watched.items() if key in keys}
        if not watched:
            return []
        try:
            async with asyncio.timeout(self._timeout_s):
                found = await quotes(self._client, watched)
        except (BrokerError, TimeoutError) as exc:
            log.warning("no quotes over REST: %s", str(exc) or "no answer in time")
            return []
        now_ns = self._pace.now_ns()
        ticks = (_tick(quote, watched[key]) for key, quote in found.found.items())
        return [tick for tick in ticks if _is_sound(tick, now_ns)]


def _tick(quote: Quote, depth: bool) -> Tick:
    """As the stream would send it: with the book only where it is asked for."""
    return quote.tick if depth else replace(quote.tick, depth=None)


def _is_sound(tick: Tick, now_ns: int) -> bool:
    """A price of today: before the first trade, and after a night, quotes hold other things."""
    return tick.ltp > 0 and ist_date(tick.exch_ts) == ist_date(now_ns)
