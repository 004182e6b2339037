"""The gate between the market stream and the engine: a tick passes only if no rule objects.

Sans-I/O. Every packet is counted once, as accepted or under the one rule that discarded it, so
`seen == accepted + sum(discarded.values())`. What can be mended (a crossed book, a volume that
slips back) passes and is counted in `repaired` too.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rustro_kernel.brokers.angelone.codec import MS_NS, Packet
from rustro_kernel.brokers.angelone.exchanges import CURRENCY, address, is_index, subscription
from rustro_kernel.brokers.angelone.express import express
from rustro_kernel.brokers.angelone.repairs import Repair, tick_of
from rustro_kernel.brokers.angelone.sanity_rules import Flaw, Watched, first_flaw
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import DAY, ist_date, midnight_ns
from rustro_kernel.domain.ticks import Tick

DAY_MS = DAY // MS_NS


@dataclass(frozen=True, slots=True)
class GateSettings:
    """How late and how early a packet may be."""

    stale_s: float = 10.0  # the first packet after a subscription is the server's cached one
    future_s: float = 5.0  # ahead of our clock


class Gate:
    """Remembers each subscribed instrument's last packet and judges the next one by it."""

    def __init__(self, settings: GateSettings | None = None) -> None:
        settings = settings or GateSettings()
        self._stale_ms = int(settings.stale_s * 1000)
        self._future_ms = int(settings.future_s * 1000)
        self._watched: dict[bytes, Watched] = {}
        self._day_ms = 0  # IST midnight before the last packet's arrival
        self.seen = self.accepted = 0
        self.discarded: Counter[Flaw] = Counter()
        self.repaired: Counter[Repair] = Counter()

    def watch(self, keys: Iterable[InstrumentKey], *, depth: bool = False) -> None:
        """Let these through, with the book behind the best prices if `depth`.

        Raises:
            BadData: If an instrument has no address on the stream.
        """
        for key in keys:
            known = self._watched.setdefault(address(key), Watched(key, is_index(key)))
            known.wants_depth = known.wants_depth or depth
            known.is_ordinary = _is_ordinary(known)

    def resubscribed(self) -> None:
        """Everything was subscribed again: each instrument's cached packet comes first."""
        for known in self._watched.values():
            known.is_first = True

    def answered(self) -> frozenset[InstrumentKey]:
        """The instruments of which something came since they were last subscribed."""
        return frozenset(known.key for known in self._watched.values() if not known.is_first)

    def unwatch(self, keys: Iterable[InstrumentKey]) -> None:
        """These are no longer wanted: what still comes of them is discarded."""
        for key in keys:
            self._watched.pop(address(key), None)

    def limit(self, key: InstrumentKey, lower_paise: int, upper_paise: int) -> None:
        """A watched instrument's price limits, until a snap packet brings newer ones."""
        known = self._watched.get(address(key))
        if known is not None:
            known.lower, known.upper = lower_paise, upper_paise

    def express(
        self,
        messages: Sequence[str | bytes],
        now_ns: int,
        ready: list[Tick],
        otherwise: Callable[[str | bytes], None],
    ) -> int:
        """Let through what nothing could be said of: see `express.express`."""
        latest_ms = self._turned(now_ns) + self._future_ms
        stamps_ms = self._day_ms, min(latest_ms, self._day_ms + DAY_MS - 1)
        made = express(messages, self._watched, stamps_ms, ready, otherwise)
        self.seen += made
        self.accepted += made
        return made

    def check(self, packet: Packet, now_ns: int) -> Tick | Flaw:
        """The packet as a tick, or the rule that discarded it."""
        self.seen += 1
        known = self._watched.get(packet.address) or self._cleaned(packet.address)
        if known is None:
            return self._discard(Flaw.NOT_SUBSCRIBED)
        now_ms = self._turned(now_ns)
        latest_ms, stale_ms = now_ms + self._future_ms, now_ms - self._stale_ms
        flaw = first_flaw(known, packet, self._day_ms, latest_ms, stale_ms)
        known.is_first = False
        if flaw is not None:
            return self._discard(flaw)
        self.accepted += 1
        return tick_of(known, packet, self._day_ms // 1000, self.repaired)

    def _turned(self, now_ns: int) -> int:
        """The moment in ms, with the day it belongs to set."""
        now_ms = now_ns // MS_NS
        if not 0 <= now_ms - self._day_ms < DAY_MS:
            self._day_ms = midnight_ns(ist_date(now_ns)) // MS_NS
        return now_ms

    def _discard(self, flaw: Flaw) -> Flaw:
        self.discarded[flaw] += 1
        return flaw

    def _cleaned(self, at: bytes) -> Watched | None:
        """The instrument of an address with something behind the token's closing NUL."""
        return self._watched.get(at.split(b"\0", 1)[0].ljust(len(at), b"\0"))


def _is_ordinary(known: Watched) -> bool:
    """Whether an instrument has a book that is only looked at from outside, in paise."""
    return not (known.is_index or known.wants_depth or subscription(known.key)[0] == CURRENCY)
