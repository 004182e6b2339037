"""How long an instrument may be silent follows from how often it speaks."""

import pytest
from hypothesis import given, settings as examples, strategies as st

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.engine import effects
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import MarketNotice, StreamChanged
from tests.make import CALL, FUTURE, NIFTY, VIX, Bench, clock, leg, ns, rules

MILLI = SECOND // 1000
EVERY = 10 * SECOND
LIQUID = (NIFTY, FUTURE, VIX)
OPEN = ns("09:15")


def gaps(bench):
    return [(bench.event(e).ts, e.instrument) for e in bench.said("DataGapDetected")]


def spoken(waits_ms, key=NIFTY, *, day=None) -> Bench:
    """From the open on one instrument ticks at these intervals, the others every ten seconds."""
    bench = Bench(day=day or rules())
    bench.wait_to(OPEN)
    tick_all(bench)
    for wait in waits_ms:
        alive(bench, bench.now + wait * MILLI, silent=key)
        bench.tick(key)
    return bench


def alive(bench, until, *, silent):
    """The other liquid instruments tick every ten seconds."""
    while (beat := bench.now - (bench.now - OPEN) % EVERY + EVERY) <= until:
        bench.wait_to(beat)
        tick_all(bench, but=silent)
    bench.wait_to(until)


def tick_all(bench, but=""):
    for key in LIQUID:
        if key != but:
            bench.tick(key)


def fast(key=NIFTY) -> Bench:
    return spoken([1000] * 100, key)


def since_last(bench, key):
    """Seconds from the last tick of an instrument to its gap."""
    [(ts, which)] = gaps(bench)
    assert which == key
    return (ts - bench.state.quotes[key].seen_ns) / SECOND


@pytest.mark.parametrize("key", [NIFTY, FUTURE, VIX])
def test_one_that_ticks_every_second_is_missed_in_twenty(key):
    bench = fast(key)
    alive(bench, bench.now + 40 * SECOND, silent=key)
    assert since_last(bench, key) == pytest.approx(20, abs=4)  # slow, until known


def test_an_options_silence_is_none():
    bench = fast()
    for _ in range(100):
        bench.tick(CALL)
        bench.wait(1)
        tick_all(bench)
    alive(bench, bench.now + 300 * SECOND, silent=CALL)
    assert gaps(bench) == []


def test_one_that_never_ticked_is_given_the_longest_time():
    bench = Bench()
    bench.wait_to("09:15:59.999")
    assert gaps(bench) == []
    bench.wait_to("09:16")
    assert len(gaps(bench)) == 3


@examples(max_examples=15, deadline=None)
@given(st.lists(st.integers(750, 1500), min_size=150, max_size=200))
def test_a_fast_one_that_dies_is_missed_after_twenty_of_its_intervals(waits):
    bench = spoken(waits)
    assert gaps(bench) == []
    alive(bench, bench.now + 60 * SECOND, silent=NIFTY)
    usual_s = max(waits[-64:]) / 1000  # those before hardly count
    assert 15 <= since_last(bench, NIFTY) <= 20 * usual_s + 1


@examples(max_examples=15, deadline=None)
@given(st.lists(st.integers(3000, 59_000), min_size=20, max_size=60))
def test_a_slow_one_is_missed_after_the_longest_time_and_never_before(waits):
    bench = spoken(waits)
    assert gaps(bench) == []
    alive(bench, bench.now + 61 * SECOND, silent=NIFTY)
    assert since_last(bench, NIFTY) == 60


@examples(max_examples=15, deadline=None)
@given(
    st.lists(st.one_of(st.integers(100, 2000), st.integers(100, 90_000)), min_size=30, max_size=40)
)
def test_a_minute_is_always_a_gap_and_a_quarter_of_one_never(waits):
    bench = spoken(waits)
    if max(waits) < 15_000:
        assert gaps(bench) == []
    assert len(gaps(bench)) >= sum(wait >= 60_000 for wait in waits)


@examples(max_examples=15, deadline=None)
@given(st.lists(st.integers(200, 30_000), min_size=60, max_size=90), st.integers(0, 59))
def test_a_restart_from_a_snapshot_misses_it_at_the_same_moment(waits, cut):
    straight = spoken(waits)
    stopped = spoken(waits[:cut])
    stopped.engine = Engine.restore(stopped.engine.snapshot(), stopped.registry)
    for item in straight.inputs[len(stopped.inputs) :]:
        stopped.engine.apply(item)
    assert stopped.engine.snapshot() == straight.engine.snapshot()


def test_a_burst_after_a_hiccup_makes_no_instrument_fast():
    bench = spoken([3000] * 60 + [10] * 300)
    alive(bench, bench.now + 50 * SECOND, silent=NIFTY)
    assert gaps(bench) == []


def test_a_fast_index_is_not_missed_in_its_auction_nor_after_its_hours():
    day = rules(index_legs=(leg(end="09:16"),))
    bench = spoken([1000] * 59, day=day)
    alive(bench, ns("09:25"), silent=NIFTY)
    assert gaps(bench) == []


def test_a_fast_instrument_is_not_missed_in_a_halt_and_its_time_counts_from_the_end_of_it():
    bench = fast()
    for _ in range(3):
        bench.wait(1)
        tick_all(bench)
    bench.feed(MarketNotice(halted=True, reason="outage"))
    bench.wait(600)
    bench.feed(MarketNotice(halted=False, reason="outage over"))
    resumed = bench.now
    bench.wait(60)
    assert {ts - resumed > 15 * SECOND for ts, _ in gaps(bench)} == {True}


def test_silence_before_a_stall_was_noticed_is_part_of_the_break():
    bench = Bench()
    bench.wait_to(OPEN)
    for _ in range(100):
        tick_all(bench)
        bench.wait(1)
    bench.wait(6)
    bench.feed(StreamChanged(connected=False, reason="connected, but no ticks"))
    bench.wait(1)
    bench.feed(StreamChanged(connected=True))
    alive(bench, bench.now + 90 * SECOND, silent="none")
    holes = [e.action for e in bench.effects if isinstance(e.action, effects.Backfill)]
    assert {hole.instrument for hole in holes} == {NIFTY, FUTURE, VIX}
    assert {clock(hole.from_ns) for hole in holes} == {"09:16:00"}
