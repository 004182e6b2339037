import pytest

from rustro_kernel.brokers.angelone.codec import decode
from rustro_kernel.brokers.angelone.repairs import Repair
from rustro_kernel.brokers.angelone.sanity import Gate
from rustro_kernel.brokers.angelone.sanity_rules import Flaw
from rustro_kernel.domain.ticks import Depth, Tick
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

SECOND = 1_000_000_000
NIFTY = "NSE:99926000"


@pytest.fixture
def gate():
    gate = Gate()
    gate.watch([KEY, NIFTY, "NSE:3045"])
    return gate


def seen(gate, *frames, now=NOW):
    return [gate.check(decode(frame), now) for frame in frames]


def later(seconds=1, **fields):
    return snap_frame(sequence=9 + seconds, ts=TS + 1000 * seconds, **fields)


def test_a_sane_packet_is_a_tick(gate):
    assert seen(gate, snap_frame()) == [
        Tick(
            KEY, TS * 1_000_000, 12_345, TS * 1_000_000, 1_500_000, 3_118_800,
            12_340, 12_350, 75, 150,
        )
    ]  # fmt: skip
    assert (gate.seen, gate.accepted, gate.discarded, gate.repaired) == (1, 1, {}, {})


def test_the_book_comes_along_where_it_was_asked_for(gate):
    gate.watch([KEY], depth=True)
    (tick,) = seen(gate, snap_frame())
    assert tick.depth.bids[4] == (12_320, 375)
    assert tick.depth.asks[0] == (12_350, 150)


def test_an_index_tick_has_a_price_only(gate):
    gate.watch([NIFTY], depth=True)
    assert seen(gate, index_frame()) == [Tick(NIFTY, TS * 1_000_000, 2_500_000)]


@pytest.mark.parametrize(
    ("frame", "flaw"),
    [
        (snap_frame(token="58663"), Flaw.NOT_SUBSCRIBED),
        (snap_frame(exchange=1), Flaw.NOT_SUBSCRIBED),
        (snap_frame(exchange=99), Flaw.NOT_SUBSCRIBED),
        (snap_frame(ltp=0), Flaw.PRICE),
        (snap_frame(ltp=-12_345), Flaw.PRICE),
        (snap_frame(ltp=2**62), Flaw.PRICE),
        (snap_frame(ltp=24_001), Flaw.CIRCUIT),
        (snap_frame(ltp=4), Flaw.CIRCUIT),
        (snap_frame(limits=(5, 24_000, 0, 0)), Flaw.FIGURES),
        (snap_frame(volume=-1), Flaw.FIGURES),
        (snap_frame(oi=2**60), Flaw.FIGURES),
        (snap_frame(ts=TS + 10_000), Flaw.FUTURE),
        (snap_frame(ts=TS - 86_400_000), Flaw.OTHER_DAY),
        (snap_frame(ts=0), Flaw.OTHER_DAY),
        (snap_frame(ts=2**62), Flaw.OTHER_DAY),
        (snap_frame(ts=TS - 11_000), Flaw.STALE_FIRST),
    ],
)
def test_a_packet_that_breaks_a_rule_is_discarded_with_the_rule(gate, frame, flaw):
    assert seen(gate, frame) == [flaw]
    assert (gate.seen, gate.accepted, gate.discarded) == (1, 0, {flaw: 1})


def test_an_unsubscribed_instrument_is_not_let_through_any_more(gate):
    gate.unwatch([KEY, "NFO:1"])
    assert seen(gate, snap_frame()) == [Flaw.NOT_SUBSCRIBED]


def test_the_same_packet_twice_is_a_duplicate(gate):
    assert seen(gate, snap_frame(), snap_frame())[1] is Flaw.DUPLICATE


def test_the_same_price_with_a_new_stamp_is_no_duplicate(gate):
    assert isinstance(seen(gate, snap_frame(), later())[1], Tick)


def test_older_packets_are_discarded(gate):
    first, *older = seen(
        gate, later(2), later(1), snap_frame(sequence=10, ts=TS + 2000), now=NOW + 2 * SECOND
    )
    assert isinstance(first, Tick)
    assert older == [Flaw.BACKWARDS, Flaw.BACKWARDS]


def test_the_sequence_of_an_index_means_nothing(gate):
    frames = [index_frame(sequence=s, ltp=p) for s, p in ((9, 100), (3, 101), (5, 101))]
    assert [isinstance(each, Tick) for each in seen(gate, *frames)] == [True, True, False]
    assert gate.discarded == {Flaw.DUPLICATE: 1}


def test_the_first_packet_after_a_reconnection_may_be_the_servers_cached_one(gate):
    seen(gate, snap_frame())
    gate.resubscribed()
    assert gate.answered() == frozenset()
    assert seen(gate, snap_frame(), later()) == [Flaw.STALE_FIRST, seen_tick(later())]
    assert gate.answered() == {KEY}
    gate.resubscribed()
    assert seen(gate, snap_frame()) == [Flaw.STALE_FIRST]


def seen_tick(frame):
    fresh = Gate()
    fresh.watch([KEY])
    return seen(fresh, frame)[0]


def test_only_the_first_packet_may_be_stale(gate):
    old = later(1), later(2)
    assert [type(each) for each in seen(gate, *old, now=NOW + 20 * SECOND)] == [Flaw, Tick]


def test_limits_outlive_the_packet_that_brought_them(gate):
    gate.limit("NSE:3045", 90_000, 110_000)
    assert seen(gate, ltp_frame(ltp=110_001)) == [Flaw.CIRCUIT]
    quote = quote_frame(ts=TS + 1000, ltp=24_001)
    assert seen(gate, snap_frame(), quote)[1] is Flaw.CIRCUIT


def test_a_volume_that_slips_back_stays_where_it_was(gate):
    ticks = seen(gate, snap_frame(), later(volume=1_499_000), now=NOW + SECOND)
    assert [tick.volume for tick in ticks] == [1_500_000, 1_500_000]
    assert gate.repaired == {Repair.VOLUME_FELL: 1}


def test_a_volume_that_stays_down_is_believed_the_third_time(gate):
    volumes = 1_499_000, 1_499_100, 1_499_200, 1_499_300
    after = (later(n, volume=volume) for n, volume in enumerate(volumes, 1))
    ticks = seen(gate, snap_frame(), *after, now=NOW + SECOND)
    assert [tick.volume for tick in ticks[1:]] == [1_500_000, 1_500_000, 1_499_200, 1_499_300]
    assert gate.repaired == {Repair.VOLUME_FELL: 2, Repair.VOLUME_RESET: 1}


def test_a_volume_that_falls_by_more_than_half_has_begun_again(gate):
    ticks = seen(gate, snap_frame(), later(volume=700), later(2, volume=800), now=NOW + SECOND)
    assert [tick.volume for tick in ticks] == [1_500_000, 700, 800]
    assert gate.repaired == {Repair.VOLUME_RESET: 1}


def test_a_mode_without_volume_leaves_it_where_it_was(gate):
    bare = ltp_frame(2, "58662", 10, TS + 1000, 12_350)
    assert seen(gate, snap_frame(), bare)[1].volume == 1_500_000
    assert gate.repaired == {}


def test_yesterdays_volume_is_not_todays(gate):
    (tick,) = seen(gate, snap_frame(ltt=TS // 1000 - 86_400))
    assert (tick.volume, tick.ltt) == (0, (TS // 1000 - 86_400) * SECOND)
    assert gate.repaired == {Repair.VOLUME_OF_YESTERDAY: 1}


@pytest.mark.parametrize("ltt", [-1, TS // 1000 + 60, 2**62])
def test_an_impossible_trade_time_is_unknown(gate, ltt):
    (tick,) = seen(gate, snap_frame(ltt=ltt))
    assert (tick.ltt, tick.volume) == (0, 1_500_000)
    assert gate.repaired == {Repair.TRADE_TIME: 1}


@pytest.mark.parametrize(
    "best",
    [
        {"buys": [(1, 75, 12_355, 1)] * 5},  # crossed
        {"sells": [(0, 75, 24_005, 1)] * 5},  # above the upper circuit
        {"buys": [(1, 75, 4, 1)] * 5},  # below the lower one
        {"buys": [(1, 2**62, 12_340, 1)] * 5},
    ],
)
def test_a_book_that_makes_no_sense_is_shown_as_empty(gate, best):
    gate.watch([KEY], depth=True)
    (tick,) = seen(gate, snap_frame(book=levels(**best)))
    assert (tick.bid, tick.ask, tick.bid_qty, tick.ask_qty, tick.depth) == (0, 0, 0, 0, None)
    assert gate.repaired == {Repair.BOOK: 1}


def test_one_empty_side_is_no_repair(gate):
    gate.watch([KEY], depth=True)
    (tick,) = seen(gate, snap_frame(book=levels(sells=[(0, 0, 0, 0)] * 5)))
    assert (tick.bid, tick.ask) == (12_340, 0)
    assert tick.depth.asks == ()
    assert gate.repaired == {}


@pytest.mark.parametrize("worse", [(1, 75, 12_345, 1), (1, 2**62, 12_330, 1), (1, 75, 3, 1)])
def test_levels_out_of_order_cost_the_depth_not_the_best(gate, worse):
    gate.watch([KEY], depth=True)
    buys = [(1, 75, 12_340, 1), *[worse] * 4]
    (tick,) = seen(gate, snap_frame(book=levels(buys=buys)))
    assert (tick.bid, tick.depth) == (12_340, None)
    assert gate.repaired == {Repair.DEPTH: 1}


def test_bytes_behind_the_tokens_end_do_not_matter(gate):
    frame = bytearray(snap_frame())
    frame[20] = 7
    assert isinstance(seen(gate, bytes(frame))[0], Tick)


def test_the_day_turns_with_the_clock(gate):
    day = 86_400
    tomorrow = snap_frame(ts=TS + day * 1000)
    assert isinstance(seen(gate, snap_frame())[0], Tick)
    assert isinstance(seen(gate, tomorrow, now=NOW + day * SECOND)[0], Tick)


def test_depth_is_a_depth(gate):
    gate.watch([KEY], depth=True)
    assert isinstance(seen(gate, snap_frame())[0].depth, Depth)
