"""From an accepted packet to a tick, mending on the way what would mislead and can be mended."""

from collections import Counter
from enum import Enum

from rustro_kernel.brokers.angelone.codec import (
    LTP_BYTES,
    MS_NS,
    SECOND_NS,
    SNAP_BYTES,
    Packet,
)
from rustro_kernel.brokers.angelone.depth import best_five
from rustro_kernel.brokers.angelone.sanity_rules import MAX_PAISE, MAX_UNITS, Watched
from rustro_kernel.domain.ticks import FALL_BELIEVED_AFTER, Depth, Level, Tick

EARLY_S = 5
"""A last trade may be stamped so much later than its message; more is no trade time."""


class Repair(Enum):
    """What was mended in an accepted packet."""

    VOLUME_FELL = "volume_fell"  # a little: kept where it was
    VOLUME_RESET = "volume_reset"  # by more than half, or it stays down: counts on from there
    VOLUME_OF_YESTERDAY = "volume_of_yesterday"  # nothing has traded today: 0
    TRADE_TIME = "trade_time"  # impossible: taken as unknown
    BOOK = "book"  # crossed, outside the limits or absurd: shown as empty
    DEPTH = "depth"  # levels out of order: only the best prices are kept


def tick_of(known: Watched, packet: Packet, day_s: int, repaired: Counter[Repair]) -> Tick:
    """The tick of a packet no rule objected to; `known` moves on to it.

    Args:
        known: What came before.
        packet: What came.
        day_s: Today's midnight in India, epoch seconds.
        repaired: Counts what was mended.
    """
    exch_ms, ltt_s, volume = packet.exch_ms, packet.ltt_s, packet.volume
    if packet.upper > 0:
        known.lower, known.upper = packet.lower, packet.upper
    if not day_s <= ltt_s <= exch_ms // 1000 + EARLY_S:
        ltt_s, volume = _odd_trade(packet, day_s, repaired)
    if volume < known.volume:
        volume = _fallen(known, volume, packet, repaired)
    else:
        known.fallen = 0
    bid, ask, bid_qty, ask_qty = _best(known, packet, repaired)
    depth = None
    if known.wants_depth and len(packet.raw) == SNAP_BYTES and (bid or ask):
        depth = _depth(known, packet, (bid, bid_qty), (ask, ask_qty), repaired)
    known.sequence, known.exch_ms = packet.sequence, exch_ms
    known.ltp, known.volume = packet.ltp, volume
    return Tick(
        known.key, exch_ms * MS_NS, packet.ltp, ltt_s * SECOND_NS, volume, packet.oi,
        bid, ask, bid_qty, ask_qty, depth,
    )  # fmt: skip


def _odd_trade(packet: Packet, day_s: int, repaired: Counter[Repair]) -> tuple[int, int]:
    """Trade time and volume of a packet whose last trade was not today, as far as it says."""
    ltt_s, volume = packet.ltt_s, packet.volume
    if ltt_s < 0 or ltt_s >= day_s:
        repaired[Repair.TRADE_TIME] += 1
        return 0, volume
    if ltt_s and volume:
        repaired[Repair.VOLUME_OF_YESTERDAY] += 1
        return ltt_s, 0
    return ltt_s, volume


def _fallen(known: Watched, volume: int, packet: Packet, repaired: Counter[Repair]) -> int:
    """The day's volume where a packet has less than the one before.

    What is let through here the engine still believes only once it stays down (`engine.quotes`).
    """
    if not volume and len(packet.raw) <= LTP_BYTES:
        return known.volume  # the mode carries none
    known.fallen += 1
    is_reset = volume * 2 < known.volume or known.fallen >= FALL_BELIEVED_AFTER
    repaired[Repair.VOLUME_RESET if is_reset else Repair.VOLUME_FELL] += 1
    return volume if is_reset else known.volume


def _best(known: Watched, packet: Packet, repaired: Counter[Repair]) -> tuple[int, int, int, int]:
    """Best bid, ask and their sizes; an empty side is 0, all of it where it makes no sense."""
    bid, ask, bid_qty, ask_qty = packet.bid, packet.ask, packet.bid_qty, packet.ask_qty
    if bid <= 0 or bid_qty <= 0:
        bid = bid_qty = 0
    if ask <= 0 or ask_qty <= 0:
        ask = ask_qty = 0
    lower, upper = known.lower, known.upper or MAX_PAISE
    is_sound = (not bid or lower <= bid <= (ask or upper)) and (not ask or lower <= ask <= upper)
    if is_sound and bid_qty <= MAX_UNITS and ask_qty <= MAX_UNITS:
        return bid, ask, bid_qty, ask_qty
    repaired[Repair.BOOK] += 1
    return 0, 0, 0, 0


def _depth(
    known: Watched, packet: Packet, bid: Level, ask: Level, repaired: Counter[Repair]
) -> Depth | None:
    """The book behind the best prices, if it agrees with them."""
    book = best_five(packet.raw) or Depth((), ())
    begins = book.bids[:1] == _shown(bid) and book.asks[:1] == _shown(ask)
    if begins and _is_falling(book.asks[::-1] + book.bids, known.lower, known.upper or MAX_PAISE):
        return book
    repaired[Repair.DEPTH] += 1
    return None


def _shown(level: Level) -> tuple[Level, ...]:
    return (level,) if level[0] else ()


def _is_falling(levels: tuple[Level, ...], lower: int, upper: int) -> bool:
    """Whether prices fall from the highest ask to the lowest bid, inside the limits."""
    prices = [price for price, _ in levels]
    in_order = prices == sorted(prices, reverse=True)
    inside = lower <= prices[-1] and prices[0] <= upper
    return in_order and inside and max(units for _, units in levels) <= MAX_UNITS
