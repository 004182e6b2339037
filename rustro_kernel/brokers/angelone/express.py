"""The gate's express lane: what no rule could object to, from frame to tick in one go.

Nearly every message is a snap packet with nothing odd about it. One look at each field shows that,
without a packet being made or the rules being asked one by one. Whatever is out of the ordinary is
left to `Gate.check`, which alone says what is wrong and mends it; a test holds both to one answer.
"""

from collections.abc import Callable, Mapping, Sequence
from struct import Struct

from rustro_kernel.brokers.angelone.codec import MS_NS, SECOND_NS, SNAP_BYTES, Mode
from rustro_kernel.brokers.angelone.depth import BUY, SELL
from rustro_kernel.brokers.angelone.repairs import EARLY_S
from rustro_kernel.brokers.angelone.sanity_rules import MAX_PAISE, MAX_UNITS, Watched
from rustro_kernel.domain.ticks import Tick

SNAP = int(Mode.SNAP)
_snap = Struct("<B26sqqq16xq48xqq8xBxqq82xBxqq82xqq16x").unpack


def express(
    messages: Sequence[str | bytes],
    watched: Mapping[bytes, Watched],
    stamps_ms: tuple[int, int],
    ready: list[Tick],
    otherwise: Callable[[str | bytes], None],
) -> int:
    """Append the ticks of messages that came together to `ready`, in order; how many it made.

    Args:
        messages: What came.
        watched: What came before, by address; moves on.
        stamps_ms: What is stamped before or after is not taken here.
        ready: Takes the ticks.
        otherwise: Is handed every message that is not taken here, in its turn.
    """
    made, get, add = 0, watched.get, ready.append
    first_ms, last_ms = stamps_ms
    first_s = first_ms // 1000
    for message in messages:
        if isinstance(message, str) or len(message) != SNAP_BYTES:
            otherwise(message)
            continue
        (
            mode, address, sequence, exch_ms, ltp, volume, ltt_s, oi,
            buy, bid_qty, bid, sell, ask_qty, ask, upper, lower,
        ) = _snap(message)  # fmt: skip
        known = get(address)
        if (
            known is not None
            and known.is_ordinary
            and not known.is_first
            and mode == SNAP
            and buy == BUY
            and sell == SELL
            and 0 <= lower <= bid <= ask <= upper <= MAX_PAISE
            and bid > 0
            and lower <= ltp <= upper
            and ltp > 0
            and 0 < bid_qty <= MAX_UNITS
            and 0 < ask_qty <= MAX_UNITS
            and known.volume <= volume <= MAX_UNITS
            and 0 <= oi <= MAX_UNITS
            and first_ms <= exch_ms <= last_ms
            and first_s <= ltt_s <= exch_ms // 1000 + EARLY_S
            and (
                exch_ms > known.exch_ms or (exch_ms == known.exch_ms and sequence > known.sequence)
            )
        ):
            known.sequence, known.exch_ms, known.ltp, known.volume = sequence, exch_ms, ltp, volume
            known.lower, known.upper, known.fallen = lower, upper, 0
            made += 1
            add(Tick(
                known.key, exch_ms * MS_NS, ltp, ltt_s * SECOND_NS, volume, oi,
                bid, ask, bid_qty, ask_qty,
            ))  # fmt: skip
        else:
            otherwise(message)
    return made
