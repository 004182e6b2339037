"""The rules a packet must not break, in the order they are asked (facts/smartapi.md, 7.6, 10.1)."""

from enum import Enum

from rustro_kernel.brokers.angelone.codec import Packet
from rustro_kernel.domain.instruments import InstrumentKey

DAY_MS = 86_400_000
MAX_PAISE = 10**10  # Rs 10 crore for one unit
MAX_UNITS = 10**12


class Flaw(Enum):
    """Why a packet was discarded."""

    NOT_SUBSCRIBED = "not_subscribed"  # wrong instrument, or one we no longer want
    PRICE = "price"  # zero, negative, absurd
    CIRCUIT = "circuit"  # outside the day's price limits
    FIGURES = "figures"  # a negative or absurd volume or open interest, limits upside down
    FUTURE = "future"  # stamped ahead of our clock
    OTHER_DAY = "other_day"
    STALE_FIRST = "stale_first"  # the cached packet that follows a subscription
    DUPLICATE = "duplicate"
    BACKWARDS = "backwards"  # older than what we have


class Watched:
    """What the gate knows of one subscribed instrument."""

    __slots__ = (
        "exch_ms", "fallen", "is_first", "is_index", "is_ordinary", "key", "lower", "ltp",
        "sequence", "upper", "volume", "wants_depth",
    )  # fmt: skip

    def __init__(self, key: InstrumentKey, is_index: bool) -> None:
        self.key, self.is_index = key, is_index
        self.is_first, self.wants_depth = True, False
        self.is_ordinary = False  # its packets may take the gate's express lane
        self.sequence = self.exch_ms = self.ltp = self.volume = 0  # of the last accepted packet
        self.fallen = 0  # packets in a row with a smaller volume than that
        self.lower = self.upper = 0  # paise; upper 0: no limits known


def first_flaw(
    known: Watched, packet: Packet, day_ms: int, latest_ms: int, stale_ms: int
) -> Flaw | None:
    """The first rule the packet breaks. Times are epoch ms.

    Args:
        known: What came before.
        packet: What came.
        day_ms: Today's midnight in India.
        latest_ms: A later stamp comes from the future.
        stale_ms: A first packet stamped earlier is the server's cached one.
    """
    if not 0 < packet.ltp <= MAX_PAISE:
        return Flaw.PRICE
    if not (0 <= packet.volume <= MAX_UNITS and 0 <= packet.oi <= MAX_UNITS):
        return Flaw.FIGURES
    if not day_ms <= packet.exch_ms < day_ms + DAY_MS:
        return Flaw.OTHER_DAY
    if packet.exch_ms > latest_ms:
        return Flaw.FUTURE
    return _limits(known, packet) or _order(known, packet, stale_ms)


def _limits(known: Watched, packet: Packet) -> Flaw | None:
    upper, lower = packet.upper, packet.lower
    if upper <= 0:
        upper, lower = known.upper, known.lower
    elif not 0 <= lower <= upper:
        return Flaw.FIGURES
    return Flaw.CIRCUIT if upper > 0 and not lower <= packet.ltp <= upper else None


def _order(known: Watched, packet: Packet, stale_ms: int) -> Flaw | None:
    """Against the packet before. Many packets may share one stamp: it counts whole seconds."""
    exch_ms, last_ms = packet.exch_ms, known.exch_ms
    if known.is_first and exch_ms < stale_ms:
        return Flaw.STALE_FIRST
    if exch_ms > last_ms:
        return None
    if exch_ms < last_ms or (packet.sequence < known.sequence and not known.is_index):
        return Flaw.STALE_FIRST if known.is_first else Flaw.BACKWARDS
    is_same = packet.ltp == known.ltp and packet.volume == known.volume
    if is_same and (packet.sequence == known.sequence or known.is_index):
        return Flaw.STALE_FIRST if known.is_first else Flaw.DUPLICATE
    return None
