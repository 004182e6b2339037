"""The express lane gives the same answer as the gate's rules, whatever comes."""

from hypothesis import given, settings, strategies as st

from rustro_kernel.brokers.angelone.codec import Packet, decode
from rustro_kernel.brokers.angelone.market_core import MarketCore
from rustro_kernel.brokers.angelone.sanity import Gate
from rustro_kernel.brokers.angelone.sanity_rules import Watched
from rustro_kernel.brokers.angelone.stream_state import StreamSettings
from rustro_kernel.domain.ticks import Tick
from tests.brokers.angelone.frames import (
    KEY,
    NOW,
    TS,
    index_frame,
    levels,
    ltp_frame,
    quote_frame,
    snap_frame,
)

KEYS = [KEY, "NFO:1", "NSE:99926000", "CDS:5"]
DAY_MS = 86_400_000


def around(*values):
    """These and what is next to them."""
    return st.sampled_from(sorted({v + d for v in values for d in (-1, 0, 1)}))


def mostly(usual, rare):
    return st.integers(0, 9).flatmap(lambda n: st.just(usual) if n else rare)


BOOKS = mostly(
    levels(),
    st.builds(
        lambda bid, ask, bid_qty, ask_qty, flags: [
            *[(flags[0], bid_qty, bid, 1)] * 5,
            *[(flags[1], ask_qty, ask, 1)] * 5,
        ],
        around(0, 5, 12_345, 24_000),
        around(0, 5, 12_345, 24_000),
        around(0, 10**12),
        around(0, 10**12),
        st.sampled_from([(1, 0), (0, 1), (-1, -1), (1, 1), (257, 256)]),
    ),
)
ODD_LIMITS = [(0, 0, 0, 0), (5, 24_000, 0, 0), (24_000, -1, 0, 0), (10**11, 0, 0, 0)]
SNAPS = st.builds(
    snap_frame,
    exchange=mostly(2, st.sampled_from([1, 13])),
    token=mostly("58662", st.sampled_from(["1", "5", "99926000", "58662\0junk", "7"])),
    sequence=st.integers(0, 5),
    ts=mostly(TS, st.sampled_from([TS - 11_000, TS + 1000, TS + 5400, TS + 9000, TS - DAY_MS])),
    ltp=mostly(12_345, around(0, 5, 24_000, 10**10)),
    ltt=mostly(None, around(0, TS // 1000 + 5, TS // 1000 - 40_000)),
    oi=mostly(7, around(0, 10**12)),
    book=BOOKS,
    limits=mostly((24_000, 5, 0, 0), st.sampled_from(ODD_LIMITS)),
    volume=mostly(1_000, around(0, 499, 1_000, 10**12)),
)  # fmt: skip
FRAMES = st.one_of(
    *[SNAPS] * 8,
    st.builds(ltp_frame, exchange=st.just(2), token=st.just("58662"), ltp=around(5, 12_345)),
    st.builds(quote_frame, volume=around(0, 1_000)),
    st.builds(index_frame, ltp=around(2_500_000), sequence=st.integers(0, 5)),
    st.binary(max_size=400),
)


def picture(gate):
    """Everything a gate remembers."""
    known = {
        address: tuple(getattr(watched, name) for name in Watched.__slots__)
        for address, watched in gate._watched.items()
    }
    return known, gate.seen, gate.accepted, gate.discarded, gate.repaired


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAMES, max_size=25), st.integers(1, 25), st.booleans())
def test_it_lets_through_what_the_rules_let_through_and_remembers_the_same(frames, cut, depth):
    core = MarketCore(StreamSettings(), lambda _: True, Gate())
    core.subscribe(KEYS, NOW, depth=False)
    core.subscribe(KEYS[1:2], NOW, depth=depth)
    ruled = Gate()
    ruled.watch(KEYS)
    ruled.watch(KEYS[1:2], depth=depth)
    for at in range(0, len(frames), cut):
        core.received_all(frames[at : at + cut], NOW)
    packets = [packet for packet in map(decode, frames) if isinstance(packet, Packet)]
    judged = [ruled.check(packet, NOW) for packet in packets]
    assert core.ready == [tick for tick in judged if isinstance(tick, Tick)]
    assert picture(core.gate) == picture(ruled)
    assert core.counts["packets"] == len(packets)


def test_an_ordinary_packet_takes_it():
    gate = Gate()
    gate.watch([KEY])
    frames = [snap_frame(sequence=n, volume=n) for n in range(4)]
    ready, left = [], []
    assert gate.express(frames[:1], NOW, ready, left.append) == 0  # the first is judged by rules
    gate.check(decode(frames[0]), NOW)
    assert gate.express(frames[1:], NOW, ready, left.append) == 3
    assert [tick.volume for tick in ready] == [1, 2, 3]
    assert left == frames[:1]
