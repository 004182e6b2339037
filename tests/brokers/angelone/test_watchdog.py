from itertools import islice

import pytest
from hypothesis import given, strategies as st

from rustro_kernel.brokers.angelone.backoff import Attempts, delays
from rustro_kernel.brokers.angelone.stream_state import Phase, Record, StreamSettings
from rustro_kernel.brokers.angelone.watchdog import Heartbeat, StallWatch
from rustro_kernel.domain.market_time import DAY, SECOND

SETTINGS = StreamSettings()
MILLI = SECOND // 1000


def heartbeat():
    heart = Heartbeat(SETTINGS)
    heart.begin(0)
    return heart


def pings(heart, *seconds):
    return [heart.is_due(second * SECOND) for second in seconds]


def test_a_ping_is_due_every_ten_seconds():
    assert pings(heartbeat(), 9, 10, 11, 19, 20, 35) == [False, True, False, False, True, True]


def test_a_peer_that_answered_once_and_not_any_more_is_dead():
    heart = heartbeat()
    heart.is_due(10 * SECOND)
    heart.ponged(11 * SECOND)
    heart.is_due(20 * SECOND)
    assert [heart.is_dead(s * SECOND) for s in (20, 24, 25)] == [False, False, True]


def test_any_message_counts_as_an_answer():
    heart = heartbeat()
    heart.ponged(11 * SECOND)
    heart.is_due(20 * SECOND)
    heart.heard(21 * SECOND)
    assert not heart.is_dead(26 * SECOND)


def test_a_peer_that_never_answers_pings_is_not_judged_by_them():
    heart = heartbeat()
    heart.is_due(10 * SECOND)
    assert not heart.is_dead(1000 * SECOND)


def stalls(watch, *seconds):
    return [watch.is_stalled(second * SECOND) for second in seconds]


def test_silence_inside_the_hours_is_a_stall_and_the_limit_doubles():
    watch = StallWatch(SETTINGS, lambda _: True)
    assert stalls(watch, 14, 15) == [False, True]
    watch.begin(16 * SECOND)
    assert stalls(watch, 45, 46) == [False, True]
    watch.begin(46 * SECOND)
    assert stalls(watch, 105, 106) == [False, True]
    watch.begin(106 * SECOND)
    assert stalls(watch, 195, 196) == [False, True]
    watch.begin(196 * SECOND)
    assert stalls(watch, 285, 286) == [False, True]  # 90 s at most


def test_data_brings_the_limit_back():
    watch = StallWatch(SETTINGS, lambda _: True)
    stalls(watch, 15)
    watch.fed(20 * SECOND)
    assert stalls(watch, 34, 35) == [False, True]


def fast(watch, seconds=60, every_ms=250):
    """So many seconds of a market in which something ticks several times a second."""
    for ms in range(0, seconds * 1000, every_ms):
        watch.fed(ms * MILLI)
    return watch


def test_a_dead_socket_in_a_fast_market_is_noticed_within_seconds_and_its_limit_doubles_too():
    watch = fast(StallWatch(SETTINGS, lambda _: True))
    assert stalls(watch, 64, 66) == [False, True]
    watch.begin(67 * SECOND)
    assert stalls(watch, 76, 78) == [False, True]


@given(st.lists(st.integers(50, 6000), min_size=60, max_size=200))
def test_a_stream_is_given_up_between_its_fast_limit_and_its_slow_one(waits_ms):
    watch, now = StallWatch(SETTINGS, lambda _: True), 0
    for wait in waits_ms:
        now += wait * MILLI
        watch.fed(now)
    quickest, slowest = now + 5 * SECOND, now + 15 * SECOND
    assert not watch.is_stalled(quickest - 1)
    assert watch.is_stalled(slowest)


def test_a_stream_that_speaks_in_bursts_is_no_fast_one():
    watch = StallWatch(SETTINGS, lambda _: True)
    for burst in range(40):
        for packet in range(20):
            watch.fed(burst * 6 * SECOND + packet * MILLI)
    last = 39 * 6
    assert stalls(watch, last + 14, last + 16) == [False, True]


def test_silence_outside_the_hours_is_none_and_the_open_starts_the_clock():
    watch = StallWatch(SETTINGS, lambda ts: ts >= 100 * SECOND)
    assert stalls(watch, 15, 99, 113, 114) == [False, False, False, True]


def test_delays_follow_the_steps_and_stay_at_the_last():
    assert list(islice(delays((1, 2, 4, 8, 16, 30), lambda: 0.5), 8)) == [
        1,
        2,
        4,
        8,
        16,
        30,
        30,
        30,
    ]


@pytest.mark.parametrize(("chance", "expected"), [(0.0, 0.8), (0.999_999, 1.2)])
def test_jitter_is_a_fifth_either_way(chance, expected):
    assert next(delays((1,), lambda: chance)) == pytest.approx(expected)


def test_never_more_than_ten_attempts_a_minute():
    attempts = Attempts(10)
    for second in range(10):
        assert attempts.wait_s(second) == 0
        attempts.note(second)
    assert attempts.wait_s(10) == 50
    assert attempts.wait_s(60) == 0


def test_reconnections_are_counted_by_day():
    record = Record()
    record.enter(Phase.OPEN, 5 * SECOND)
    record.reconnected(6 * SECOND)
    record.reconnected(7 * SECOND)
    record.enter(Phase.OPEN, 8 * SECOND)
    state = record.state(9 * SECOND)
    assert (state.phase, state.since_ns, state.reconnects_today) == (Phase.OPEN, 5 * SECOND, 2)
    assert state.is_live
    assert record.state(DAY).reconnects_today == 0
