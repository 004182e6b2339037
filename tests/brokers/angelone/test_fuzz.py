"""Whatever bytes come: no exception, and no wrong tick in silence, as far as that can be known.

`oracle` says what is claimed and what nobody can claim.
"""

import random

import pytest

from rustro_kernel.brokers.angelone.codec import Undecodable
from rustro_kernel.brokers.angelone.market_core import MarketCore
from rustro_kernel.brokers.angelone.repairs import Repair
from rustro_kernel.brokers.angelone.sanity import Gate
from rustro_kernel.brokers.angelone.sanity_rules import Flaw
from rustro_kernel.brokers.angelone.stream_state import StreamSettings
from tests.brokers.angelone.frames import (
    TS,
    depth20_frame,
    index_frame,
    ltp_frame,
    quote_frame,
    snap_frame,
)
from tests.brokers.angelone.oracle import Oracle

KEYS = ["NFO:58662", "NSE:99926000", "NSE:3045"]
MIDNIGHT = TS - 10 * 3_600_000


def honest(rng, second):
    """A frame as the exchange would send it in that second."""
    ts, sequence, move = TS + second * 1000, 10 + second, 5 * rng.randrange(-20, 20)
    kind = rng.randrange(8)
    if kind == 0:
        return index_frame(ltp=2_500_000 + move, ts=ts, sequence=sequence)
    if kind == 1:
        return ltp_frame(ts=ts, sequence=sequence, ltp=97_850 + move)
    if kind == 2:
        return quote_frame(ts=ts, sequence=sequence, ltp=12_345 + move, volume=1_500_000 + second)
    if kind == 3:
        return depth20_frame()
    return snap_frame(ts=ts, sequence=sequence, ltp=12_345 + move, volume=1_500_000 + second)


def mutated(rng, frame):
    """The frame with bits flipped, bytes swapped, cut, stretched, repeated, or pure noise."""
    damage = rng.randrange(7)
    body = bytearray(frame)
    if damage == 0:
        for _ in range(rng.randrange(1, 4)):
            body[rng.randrange(len(body))] ^= 1 << rng.randrange(8)
    elif damage == 1:
        at = rng.randrange(len(body))
        body[at : at + 8] = rng.randbytes(len(body[at : at + 8]))
    elif damage == 2:
        del body[rng.randrange(len(body)) :]
    elif damage == 3:
        body += rng.randbytes(rng.randrange(1, 64))
    elif damage == 4:
        body = bytearray(rng.randbytes(rng.choice([0, 1, 51, 123, 379, 443])))
        body[:1] = bytes([rng.randrange(5)]) if body else b""
    elif damage == 5:
        body[27:43] = body[35:43] + body[27:35]
    return bytes(body)


def fuzz(count, seed):
    """So many frames, most of them damaged, each judged as it comes."""
    rng, gate = random.Random(seed), Gate()
    core = MarketCore(StreamSettings(), lambda _: True, gate)
    core.subscribe(KEYS, TS * 1_000_000, depth=True)
    oracle = Oracle(core, KEYS, MIDNIGHT)
    for n in range(count):
        second = n // 50
        is_cached = n % 1000 < 4
        if n % 1000 == 0:
            gate.resubscribed()
        good = frame = honest(rng, second - 15 if is_cached else second)
        if not is_cached and rng.random() < 0.7:
            frame = mutated(rng, frame)
        now_ms = TS + second * 1000 + 400
        core.received(frame, now_ms * 1_000_000)
        oracle.check(good, frame, now_ms)
    return core, oracle


def sums_add_up(core, count):
    gate, counts = core.gate, core.counts
    undecodable = sum(counts[f"undecodable {why.value}"] for why in Undecodable)
    assert counts["packets"] == gate.seen == gate.accepted + sum(gate.discarded.values())
    assert counts["packets"] + undecodable == count


def test_fifty_thousand_frames():
    core, oracle = fuzz(50_000, seed=1)
    sums_add_up(core, 50_000)
    assert oracle.fates["honest"] > 5_000
    assert set(core.gate.discarded) == set(Flaw)  # every rule had something to do
    assert set(core.gate.repaired) >= {Repair.BOOK, Repair.DEPTH, Repair.TRADE_TIME}


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(2, 6))
def test_a_million_frames(seed):
    """250 000 with each of four seeds."""
    core, oracle = fuzz(250_000, seed)
    sums_add_up(core, 250_000)
    assert oracle.fates["honest"] > 25_000


def test_texts_of_any_kind_raise_nothing_and_become_no_tick():
    rng = random.Random(9)
    core = MarketCore(StreamSettings(), lambda _: True, Gate())
    core.subscribe(KEYS, TS * 1_000_000, depth=False)
    good = '{"exchange_type":1,"token":"3045","exchange_timestamp":0,"last_traded_price":5}'
    for _ in range(5_000):
        cut = rng.randrange(len(good))
        text = good[:cut] + chr(rng.randrange(0x3000)) * rng.randrange(3) + good[cut:]
        core.received(text, TS * 1_000_000)
    assert core.ready == []
    assert sum(core.gate.discarded.values()) > 100  # ticks of 1970
    assert core.counts["UnknownText"] > 1_000
