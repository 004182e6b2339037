import json

import pytest

from rustro_kernel.brokers.angelone.market_core import MarketCore
from rustro_kernel.brokers.angelone.sanity import Gate
from rustro_kernel.brokers.angelone.stream_state import Phase, StreamSettings
from rustro_kernel.brokers.angelone.texts import StreamError
from rustro_kernel.domain.errors import BadData, BrokerRefused
from tests.brokers.angelone.frames import KEY, NOW, TS, depth20_frame, snap_frame

SECOND = 1_000_000_000


@pytest.fixture
def core():
    return MarketCore(StreamSettings(), lambda _: True, Gate())


def asked(turn):
    """(action, exchange type, tokens) of each request."""
    found = []
    for text in turn.texts:
        request = json.loads(text)
        assert request["params"]["mode"] == 3
        found += [
            (request["action"], each["exchangeType"], each["tokens"])
            for each in request["params"]["tokenList"]
        ]
    return found


def later(seconds, **fields):
    return snap_frame(sequence=9 + seconds, ts=TS + 1000 * seconds, **fields)


def test_what_was_wanted_before_is_asked_for_on_opening_and_on_every_opening(core):
    core.subscribe([KEY, KEY], NOW, depth=False)
    assert core.turn(NOW).texts == []
    for _ in range(2):
        core.opened(NOW)
        assert asked(core.turn(NOW)) == [(1, 2, ["58662"])]
        assert core.turn(NOW).texts == []
        core.lost()


def test_while_connected_only_what_is_new_is_asked_for(core):
    core.opened(NOW)
    core.subscribe([KEY], NOW, depth=False)
    core.subscribe([KEY, "NSE:99926000"], NOW, depth=True)
    assert asked(core.turn(NOW)) == [(1, 2, ["58662"]), (1, 1, ["99926000"])]
    core.received(snap_frame(), NOW)
    assert core.ready[0].depth is not None


def test_unsubscribing_is_said_once_and_forgotten(core):
    core.opened(NOW)
    core.subscribe([KEY], NOW, depth=False)
    core.turn(NOW)
    core.unsubscribe([KEY, KEY, "NFO:1"])
    assert asked(core.turn(NOW)) == [(0, 2, ["58662"])]
    core.opened(NOW)
    assert core.turn(NOW).texts == []


def test_more_than_one_connection_can_carry_is_refused_whole(core):
    core.subscribe([f"NFO:{n}" for n in range(990)], NOW, depth=False)
    with pytest.raises(BrokerRefused, match="1000 subscriptions"):
        core.subscribe([f"NFO:{n}" for n in range(980, 1001)], NOW, depth=False)
    core.subscribe([f"NFO:{n}" for n in range(980, 1000)], NOW, depth=False)
    core.opened(NOW)
    assert sum(len(tokens) for _, _, tokens in asked(core.turn(NOW))) == 1000


def test_an_impossible_instrument_changes_nothing(core):
    with pytest.raises(BadData):
        core.subscribe([KEY, "LSE:1"], NOW, depth=False)
    core.opened(NOW)
    assert core.turn(NOW).texts == []


def test_every_message_is_counted_as_what_it_was(core):
    core.subscribe([KEY], NOW, depth=False)
    core.opened(NOW)
    error = '{"errorCode":"E1001","errorMessage":"Invalid","correlationID":"rb00000001"}'
    for message in (snap_frame(), depth20_frame(), b"", b"\x03", "pong", error, "hello"):
        core.received(message, NOW)
    assert core.counts == {
        "packets": 1,
        "undecodable depth20": 1,
        "undecodable mode": 1,
        "undecodable length": 1,
        "Pong": 1,
        "StreamError": 1,
        "UnknownText": 1,
    }
    assert core.last_error == StreamError("E1001", "Invalid", "rb00000001")
    state = core.record.state(NOW)
    assert (state.last_data_ns, state.last_pong_ns) == (NOW, NOW)


def test_only_an_accepted_tick_proves_a_connection(core):
    core.subscribe([KEY], NOW, depth=False)
    core.opened(NOW)
    core.received(snap_frame(ts=TS - 20_000), NOW)
    assert (core.is_proven, core.ready) == (False, [])
    core.received(later(1), NOW + SECOND)
    assert (core.is_proven, len(core.ready)) == (True, 1)


def test_a_silent_stall_gives_the_connection_up_and_shows_until_ticks_flow_again(core):
    core.subscribe([KEY], NOW, depth=False)
    core.opened(NOW)
    core.received(snap_frame(), NOW)
    assert core.turn(NOW + 14 * SECOND).drop == ""
    assert core.turn(NOW + 15 * SECOND).drop == "connected, but no ticks"
    core.lost()
    core.opened(NOW + 16 * SECOND)
    assert core.record.phase is Phase.STALLED
    core.received(snap_frame(), NOW + 16 * SECOND)  # the cached one again: no sign of life
    assert core.record.phase is Phase.STALLED
    assert core.turn(NOW + 45 * SECOND).drop == ""
    core.received(later(45), NOW + 45 * SECOND)
    assert core.record.phase is Phase.OPEN


def test_pongs_alone_are_no_data(core):
    core.subscribe([KEY], NOW, depth=False)
    core.opened(NOW)
    core.received("pong", NOW + 14 * SECOND)
    assert core.turn(NOW + 15 * SECOND).drop != ""


def test_nothing_subscribed_is_no_stall(core):
    core.opened(NOW)
    assert core.turn(NOW + 1000 * SECOND).drop == ""


def test_a_first_subscription_starts_the_clock(core):
    core.opened(NOW)
    core.subscribe([KEY], NOW + 1000 * SECOND, depth=False)
    assert core.turn(NOW + 1001 * SECOND).drop == ""


def test_no_stall_outside_the_hours():
    core = MarketCore(StreamSettings(), lambda _: False, Gate())
    core.subscribe([KEY], NOW, depth=False)
    core.opened(NOW)
    assert core.turn(NOW + 1000 * SECOND).drop == ""


def test_an_unanswered_ping_gives_the_connection_up(core):
    core.opened(NOW)
    core.received("pong", NOW + SECOND)
    assert core.turn(NOW + 10 * SECOND).ping
    assert core.turn(NOW + 14 * SECOND).drop == ""
    assert core.turn(NOW + 15 * SECOND).drop == "no answer to a ping"
