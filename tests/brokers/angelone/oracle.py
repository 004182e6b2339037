"""The market stream's gate once more, from the whole frame and by other means.

What is claimed of every frame, whatever its bytes:

- It ends in exactly one way: counted as undecodable, counted under the rule that discarded it, or
  as a tick.
- A tick says in every field what its frame says. Where it does not, a repair was counted on this
  very frame, and it is that repair's field and value. A mode that carries no volume keeps the last.
- The frame could have come from the exchange: of an instrument we watch, priced inside the day's
  limits, of today, not of the future, not from before the packet ahead of it.

What nobody can claim: a frame has no checksum, so a price changed into another one inside the
limits, or a volume into a larger one, is a price and a volume. Against that there is TLS, and the
next packet.
"""

from collections import Counter
from typing import NamedTuple

from rustro_kernel.brokers.angelone.codec import Mode
from rustro_kernel.brokers.angelone.exchanges import NAMES
from rustro_kernel.brokers.angelone.full import full
from rustro_kernel.brokers.angelone.repairs import Repair
from rustro_kernel.brokers.angelone.sanity_rules import Flaw
from rustro_kernel.domain.ticks import Depth

MS, S = 1_000_000, 1_000_000_000
DAY_MS = 86_400_000
MOST = 10**12
BOOK = {"bid", "ask", "bid_qty", "ask_qty", "depth"}
MENDED = {
    Repair.VOLUME_FELL: {"volume"},
    Repair.VOLUME_RESET: set(),
    Repair.VOLUME_OF_YESTERDAY: {"volume"},
    Repair.TRADE_TIME: {"ltt"},
    Repair.BOOK: BOOK,
    Repair.DEPTH: {"depth"},
}
"""The fields in which a tick may differ from its frame."""
OLD_NEWS = {Flaw.BACKWARDS, Flaw.DUPLICATE, Flaw.STALE_FIRST}


class Last(NamedTuple):
    """The packet ahead, of one instrument."""

    ms: int = 0
    sequence: int = 0
    ltp: int = 0
    volume: int = 0
    lower: int = 0
    upper: int = 0


class Oracle:
    """Asked after every frame; `fates` counts what became of them."""

    def __init__(self, core, keys, day_ms):
        self.core, self.keys, self.day_ms = core, keys, day_ms
        self.last = dict.fromkeys(keys, Last())
        self.fates = Counter()
        self._before = self._counts()

    def check(self, honest, frame, now_ms):
        """`honest` is what the frame was before it was damaged."""
        after = self._counts()
        ends = [after[n] - self._before[n] for n in range(3)]
        repairs, self._before = ends[2], after
        ticks = self.core.ready[:]
        self.core.ready.clear()
        assert len(ticks) + ends[0].total() + ends[1].total() == 1
        if ticks:
            self._tick(ticks[0], full(frame), now_ms, set(repairs))
            self.fates[_kind(honest, frame)] += 1
        else:
            assert not repairs
            self._no_tick(honest == frame, *ends[1], is_undecodable=bool(ends[0]))

    def _counts(self):
        core = self.core
        undecodable = Counter({k: n for k, n in core.counts.items() if k != "packets"})
        return undecodable, Counter(core.gate.discarded), Counter(core.gate.repaired)

    def _no_tick(self, is_honest, flaw=None, *, is_undecodable):
        """An honest frame is lost only where damage that could not be seen went before it."""
        self.fates["undecodable" if is_undecodable else flaw] += 1
        if is_honest and flaw is not None:
            assert flaw in OLD_NEWS | {Flaw.CIRCUIT}
            self.fates["honest, discarded"] += 1

    def _tick(self, tick, whole, now_ms, repairs):
        key, last = tick.instrument, self.last[tick.instrument]
        assert key == f"{NAMES[whole.exchange_type]}:{whole.token}"
        said = own(whole)
        allowed = set().union(*(MENDED[repair] for repair in repairs))
        allowed |= {"volume"} if whole.mode is Mode.LTP else set()
        differing = {name for name, value in said.items() if getattr(tick, name) != value}
        assert differing <= allowed
        self._mended(tick, differing, repairs, last)
        snap = whole.snap
        has_limits = snap is not None and snap.upper_circuit > 0
        lower, upper = (
            (snap.lower_circuit, snap.upper_circuit) if has_limits else (last.lower, last.upper)
        )
        self._legal(tick, whole, now_ms, last)
        self._sane(tick, lower, upper or 10**10)
        self.last[key] = Last(whole.exch_ms, whole.sequence, tick.ltp, tick.volume, lower, upper)

    def _mended(self, tick, differing, repairs, last):
        may_fall = {Repair.VOLUME_RESET, Repair.VOLUME_OF_YESTERDAY}
        assert tick.volume >= last.volume or repairs & may_fall
        if "volume" in differing:
            is_old = Repair.VOLUME_OF_YESTERDAY in repairs and not tick.volume
            assert is_old or tick.volume == last.volume
        if "ltt" in differing:
            assert tick.ltt == 0
        if differing & BOOK:
            assert tick.depth is None
        if Repair.BOOK in repairs:
            assert (tick.bid, tick.ask, tick.bid_qty, tick.ask_qty) == (0, 0, 0, 0)

    def _legal(self, tick, whole, now_ms, last):
        """Of today, not of the future, not old news."""
        assert self.day_ms <= whole.exch_ms < self.day_ms + DAY_MS
        assert last.ms <= whole.exch_ms <= now_ms + 5000
        if whole.exch_ms > last.ms:
            return
        is_index = tick.instrument.startswith("NSE:9992")
        assert is_index or whole.sequence >= last.sequence
        has_no_order = is_index or whole.sequence == last.sequence
        assert not has_no_order or (tick.ltp, own(whole)["volume"]) != (last.ltp, last.volume)

    def _sane(self, tick, lower, upper):
        """What the engine relies on."""
        assert max(lower, 1) <= tick.ltp <= upper
        assert 0 <= tick.volume <= MOST
        assert 0 <= tick.oi <= MOST
        assert 0 <= tick.ltt <= tick.exch_ts + 5 * S
        for price, size in ((tick.bid, tick.bid_qty), (tick.ask, tick.ask_qty)):
            assert (price, size) == (0, 0) or (lower <= price <= upper and 0 < size <= MOST)
        assert not tick.bid or not tick.ask or tick.bid <= tick.ask
        if tick.depth:
            asks, bids = tick.depth.asks[::-1], tick.depth.bids
            prices = [price for price, _ in asks + bids]
            assert prices == sorted(prices, reverse=True)


def own(whole):
    """A frame's own words for a tick's fields; a level that shows nothing is none."""
    quote, snap = whole.quote, whole.snap
    (bid, bid_qty), (ask, ask_qty), depth = _book(snap.levels if snap else ())
    return {
        "exch_ts": whole.exch_ms * MS,
        "ltp": whole.ltp,
        "ltt": snap.ltt_s * S if snap else 0,
        "volume": quote.volume if quote else 0,
        "oi": snap.oi if snap else 0,
        "bid": bid, "ask": ask, "bid_qty": bid_qty, "ask_qty": ask_qty, "depth": depth,
    }  # fmt: skip


def _book(lines):
    """Best bid, best ask and all of it, by flag.

    The best are the first and the sixth line where these have their flags, as the exchange sends
    them, whatever became of the flags between.
    """
    levels = [(line.flag % 256, line.price, line.quantity) for line in lines]
    buys, sells = ([level[1:] for level in levels if level[0] == flag] for flag in (1, 0))
    is_usual = [level[0] for level in levels[::5]] == [1, 0]
    firsts = [[levels[0][1:]], [levels[5][1:]]] if is_usual else [buys[:1], sells[:1]]
    bid, ask = (_shows(first)[0] if _shows(first) else (0, 0) for first in firsts)
    return bid, ask, Depth(_shows(buys), _shows(sells)) if bid[0] or ask[0] else None


def _shows(levels):
    return tuple(level for level in levels if min(level) > 0)


def _kind(honest, frame):
    """Whether an accepted frame was damaged, and where trading looks."""
    if frame == honest:
        return "honest"
    before, after = full(honest), full(frame)
    is_same = type(before) is type(after) and own(before) == own(after)
    return "damaged where nobody looks" if is_same else "damaged into another legal packet"
