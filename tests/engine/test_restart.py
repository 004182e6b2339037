"""A session that goes on after its process was gone: doubt, outage, agreement with the broker."""

import pytest

from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.domain.orders import OrderStatus, Side
from rustro_kernel.engine import effects
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import BrokerPositions, Restarted, StepDone
from tests.make import CALL, FUTURE, NIFTY, VIX, command, in_position, ordered, trigger_at

OTHER = "NFO:999"


def gone(bench, minutes=1.0, **told):
    """The process dies; another one goes on with the engine's snapshot after so long."""
    bench.engine = Engine.restore(bench.engine.snapshot(), bench.registry)
    bench.wake = None
    bench.now += round(minutes * MINUTE)
    done = len(bench.effects)
    bench.feed(Restarted(round(minutes * MINUTE), **told))
    bench.feed(StepDone("broker", "again"))
    return [effect.action for effect in bench.effects[done:]]


def holds(bench, **units):
    """The broker says what it holds, twice: one figure proves nothing."""
    keys = {"CALL": CALL, "OTHER": OTHER}
    for _ in range(2):
        bench.wait(1)
        bench.feed(BrokerPositions({keys[name]: held for name, held in units.items()}))


def asked(actions, kind):
    return [action for action in actions if isinstance(action, kind)]


def test_what_lives_outside_is_asked_for_again_and_orders_come_first():
    bench = in_position()
    actions = gone(bench)
    assert isinstance(actions[1], effects.TakeOver)  # after the alert
    left = actions[1].orders
    assert [(order.filled, order.is_over) for order in left] == [(150, True)]
    assert actions[1].units == {CALL: 150}
    assert actions[1].cash_paise == 100_000_000 - 150 * 15_000
    assert len(asked(actions, effects.ConnectStream)) == len(asked(actions, effects.SetWake)) == 1
    again = {key for action in asked(actions, effects.Subscribe) for key in action.instruments}
    assert again == set(bench.state.watched) >= {NIFTY, CALL}
    assert asked(actions, effects.LoadMaster) == asked(actions, effects.PlaceOrder) == []
    assert bench.names("InstrumentMasterLoaded", "MarketOpened") == [
        "InstrumentMasterLoaded", "MarketOpened",
    ]  # fmt: skip


def test_an_order_at_work_is_unknown_and_nothing_is_sent_for_it():
    bench = ordered(holds_cancels=True)
    bench.report(OrderStatus.OPEN)
    tag = bench.live.tag
    actions = gone(bench)
    assert [order.tag for order in asked(actions, effects.TakeOver)[0].orders] == [tag]
    assert bench.last("OrderOutcomeUnknown").message == "the session was restarted"
    bench.wait(60)
    assert [order.tag for _, order in bench.orders] == [tag]
    assert {one for _, one in bench.cancels} == {tag}


def test_a_stop_that_was_being_cancelled_for_an_exit_is_cancelled_again():
    bench = in_position(holds_cancels=True, exits__broker_stop="on")
    stop = bench.live.tag
    bench.report(OrderStatus.OPEN, stop)
    bench.tick(CALL, 119)
    actions = gone(bench)  # with the wish to have it cancelled on its way
    assert [action.tag for action in asked(actions, effects.CancelOrder)] == [stop]
    bench.report(OrderStatus.CANCELLED, stop)
    holds(bench, CALL=150)
    bench.wait(1)
    assert (bench.live.side, bench.live.is_stop) == (Side.SELL, False)


def test_an_entry_that_filled_meanwhile_is_a_position_with_its_stop():
    bench = ordered(holds_cancels=True)
    gone(bench)
    bench.fill(price=150)
    holds(bench, CALL=150)
    assert bench.last("PositionOpened").units == 150
    assert "RECOVERING" not in bench.state.halts
    bench.tick(CALL, 119)
    assert bench.live.side is Side.SELL


def test_an_entry_that_never_arrived_ends():
    bench = ordered(holds_cancels=True)
    gone(bench)
    bench.report(OrderStatus.ABSENT, broker_id="")
    holds(bench)
    assert bench.last("OrderFailedPermanent").reason == "the session was restarted"
    assert len(bench.orders) == 1
    assert bench.state.positions == {}
    assert "RECOVERING" not in bench.state.halts


def test_no_entries_before_both_sides_agree():
    bench = in_position(risk__max_positions_per_underlying=3)
    gone(bench)
    assert "RECOVERING" in bench.state.halts
    trigger_at(bench, "11:31")
    assert len(bench.said("SignalGenerated")) == 1
    holds(bench, CALL=150)
    assert bench.last("TradingResumed").reason == "RECOVERING"


def test_a_stop_waits_for_what_the_broker_holds_and_then_goes_at_once():
    bench = in_position()
    gone(bench)
    bench.tick(CALL, 119)
    bench.wait(5)
    assert [order.side for _, order in bench.orders] == [Side.BUY]
    bench.feed(BrokerPositions({CALL: 150}))
    bench.wait(1)
    assert [order.quantity for _, order in bench.orders if order.side is Side.SELL] == [150]


def test_units_that_went_without_us_are_not_sold_a_second_time():
    bench = in_position()
    gone(bench)
    holds(bench, CALL=50)
    found = bench.last("PositionReconciled")
    assert (found.booked, found.held) == (150, 50)
    bench.tick(CALL, 119)
    assert bench.live.quantity == 50
    assert "RECOVERING" not in bench.state.halts


def test_a_position_that_is_gone_is_a_trade():
    bench = in_position()
    gone(bench)
    holds(bench)
    assert bench.last("PositionClosed").reason == "RECONCILED"
    assert bench.state.positions == {}
    assert "RECOVERING" not in bench.state.halts
    assert len(bench.orders) == 1


def test_a_figure_that_was_read_once_corrects_nothing():
    bench = in_position()
    gone(bench)
    bench.feed(BrokerPositions({}))
    assert bench.said("PositionReconciled") == []
    bench.feed(BrokerPositions({CALL: 150}))
    assert bench.said("PositionReconciled", "OrphanFound") == []
    assert "RECOVERING" not in bench.state.halts


@pytest.mark.parametrize(
    ("units", "orphans"),
    [({"CALL": 150, "OTHER": -75}, [(OTHER, -75)]), ({"CALL": 225}, [(CALL, 75)])],
)
def test_what_is_not_ours_is_named_and_never_touched(units, orphans):
    bench = in_position()
    gone(bench)
    holds(bench, **units)
    holds(bench, **units)
    assert [(e.instrument, e.units) for e in bench.said("OrphanFound")] == orphans
    assert bench.said("PositionReconciled") == []
    assert "RECOVERING" not in bench.state.halts
    bench.tick(CALL, 119)
    assert bench.live.quantity == 150


@pytest.mark.parametrize(("minutes", "pauses"), [(4.9, False), (5, True), (30, True)])
def test_an_outage_of_minutes_is_followed_by_a_quarter_of_an_hour_of_calm(minutes, pauses):
    bench = in_position()
    gone(bench, minutes)
    holds(bench, CALL=150)
    assert ("OUTAGE" in bench.state.halts) is pauses
    bench.wait_to(bench.now + 15 * MINUTE - 3 * SECOND)
    assert ("OUTAGE" in bench.state.halts) is pauses
    bench.wait(3)
    assert "OUTAGE" not in bench.state.halts
    assert bench.said("ExitSignalGenerated") == []


def test_after_a_second_outage_the_calm_counts_from_that_one():
    bench = in_position()
    for _ in range(4):
        gone(bench, 6)
        holds(bench, CALL=150)
    assert "OUTAGE" in bench.state.halts  # the first one's calm ended during the fourth
    bench.wait_to(bench.now + 15 * MINUTE - 3 * SECOND)
    assert "OUTAGE" in bench.state.halts
    bench.wait(3)
    assert "OUTAGE" not in bench.state.halts


def test_an_outage_of_more_than_half_an_hour_ends_the_day_flat():
    bench = in_position()
    gone(bench, 31)
    holds(bench, CALL=150)
    bench.wait(1)
    assert bench.live.side is Side.SELL
    bench.fill(price=140)
    bench.wait(1)
    ended = bench.last("ShutdownCompleted")
    assert (ended.exit_code, ended.reason) == (4, "an outage of more than half an hour")
    assert bench.finished is not None


def test_the_minutes_that_were_missed_are_asked_for():
    bench = in_position()
    died_ns = bench.now
    gone(bench, 3)
    bench.wait(60)
    holes = {e.action.instrument: e.action for e in bench.effects if _is_hole(e.action)}
    assert set(holes) >= {NIFTY, VIX, FUTURE}
    assert holes[NIFTY].from_ns <= died_ns < died_ns + 3 * MINUTE <= holes[NIFTY].to_ns


def _is_hole(action):
    return isinstance(action, effects.Backfill)


def test_only_the_hours_of_the_market_count_as_lost():
    bench = in_position()
    gone(bench, 10 * 60)
    assert bench.last("SessionRestarted").lost_ns == (4 * 60 + 59) * MINUTE


def test_repairs_and_changed_settings_are_on_record():
    bench = in_position()
    gone(bench, repaired=("7 bytes of events.jsonl: torn",), ignored=("risk.vix_max",))
    assert bench.last("LedgerRepaired").cut == "7 bytes of events.jsonl: torn"
    assert bench.last("SessionRestarted").ignored == ("risk.vix_max",)


def test_a_session_that_died_after_its_last_record_only_ends():
    bench = in_position()
    bench.feed(command("stop", flatten="false"))
    bench.wait(2)
    before = len(bench.events)
    bench.finished = None
    gone(bench)
    assert bench.finished is not None
    assert len(bench.events) == before
