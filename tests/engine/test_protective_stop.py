"""The stop that rests at the broker: there when we are not, and never a second sale."""

import pytest

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.orders import OrderStatus
from rustro_kernel.engine.effects import ModifyOrder
from rustro_kernel.engine.inputs import BrokerPositions, MarketNotice, Restarted
from tests.make import CALL, FUTURE, Bench, command, in_position, master, ordered

ON = {"exits__broker_stop": "on"}


def protected(**changed) -> Bench:
    """150 units bought at 150.00, and the stop that protects them rests at the broker."""
    bench = in_position(150, **ON, **changed)
    bench.report(OrderStatus.OPEN)
    return bench


def partly_bought() -> tuple[Bench, str, str]:
    """50 of 150 units bought at 150.00: the entry at work, and the stop on its way."""
    bench = ordered(**ON)
    entry = bench.live.tag
    bench.fill(50, price=150)
    return bench, entry, bench.live.tag


def sells(bench):
    """(units, limit, trigger) of every sell order, in rupees."""
    return [
        (o.quantity, o.limit_paise / 100, o.trigger_paise / 100)
        for _, o in bench.orders
        if o.side.value == "SELL"
    ]


def changes(bench):
    return [e.action.order for e in bench.effects if isinstance(e.action, ModifyOrder)]


def cancelled(bench):
    return [tag for _, tag in bench.cancels]


def test_after_the_fill_one_stop_rests_thirty_percent_below_the_entry():
    bench = protected()
    assert sells(bench) == [(150, 94.50, 105.00)]  # 150 less 30 %; the limit 10 % under that


def test_the_view_tells_it_from_an_exit():
    order = protected().engine.view().orders[0]
    assert (order.side, order.trigger_paise, order.state) == ("SELL", 10_500, "open")


def test_it_is_off_outside_live_unless_it_is_asked_for():
    assert sells(in_position(150)) == []
    assert sells(in_position(150, exits__broker_stop="off")) == []


def test_a_part_of_the_entry_is_protected_at_once_and_the_stop_grows_with_the_rest():
    bench, entry, stop = partly_bought()
    bench.report(OrderStatus.OPEN, stop)
    bench.report(OrderStatus.COMPLETE, entry, filled=150, value_paise=150 * 15_000)
    assert len(sells(bench)) == 1
    assert [(o.tag, o.quantity, o.trigger_paise) for o in changes(bench)] == [(stop, 150, 10_500)]


def test_it_grows_only_once_the_broker_is_known_to_have_it():
    bench, entry, stop = partly_bought()
    bench.report(OrderStatus.COMPLETE, entry, filled=150, value_paise=150 * 15_000)
    assert changes(bench) == []
    bench.report(OrderStatus.OPEN, stop)
    assert [o.quantity for o in changes(bench)] == [150]


def test_one_that_cannot_be_changed_gives_way_to_a_new_one():
    bench, entry, stop = partly_bought()
    bench.report(OrderStatus.OPEN, stop)
    bench.report(OrderStatus.COMPLETE, entry, filled=150, value_paise=150 * 15_000)
    bench.report(OrderStatus.MODIFY_REJECTED, stop, code="AB", message="no")
    assert cancelled(bench)[-1] == stop
    assert (len(sells(bench)), bench.live.quantity, bench.live.tag == stop) == (2, 150, False)


def test_our_exit_cancels_it_and_sells_only_after_the_confirmation():
    bench = protected(holds_cancels=True)
    stop = bench.live.tag
    bench.tick(CALL, 119)
    assert bench.last("ExitSignalGenerated").reason == "STOP_LOSS"
    assert (cancelled(bench), len(sells(bench))) == ([stop], 1)
    bench.wait(10)
    assert len(sells(bench)) == 1
    bench.report(OrderStatus.CANCELLED, stop)
    assert sells(bench)[1:] == [(150, 116.50, 0.0)]
    bench.fill()
    assert bench.last("PositionClosed").reason == "STOP_LOSS"


def test_what_the_stop_sold_before_it_was_cancelled_shrinks_the_exit():
    bench = protected(holds_cancels=True)
    stop = bench.live.tag
    bench.tick(CALL, 119)
    bench.report(OrderStatus.CANCELLED, stop, filled=100, value_paise=100 * 10_000)
    assert sells(bench)[1:] == [(50, 116.50, 0.0)]
    bench.fill()
    trade = bench.last("PositionClosed")
    assert (trade.units, len(trade.sell_orders)) == (150, 2)


def test_a_stop_that_was_faster_than_its_cancellation_closes_the_position():
    bench = protected(holds_cancels=True)
    stop = bench.live.tag
    bench.tick(CALL, 119)
    bench.report(OrderStatus.CANCEL_REJECTED, stop)
    bench.report(OrderStatus.COMPLETE, stop, filled=150, value_paise=150 * 10_000)
    assert bench.last("PositionClosed").reason == "STOP_LOSS"
    bench.wait(60)
    assert len(sells(bench)) == 1


def test_while_we_were_blind_it_sells_everything_and_that_is_the_exit():
    bench = protected()
    bench.fill(price=104)
    trade = bench.last("PositionClosed")
    assert (trade.reason, trade.units) == ("BROKER_STOP", 150)
    assert len(sells(bench)) == 1


def test_a_gap_through_its_limit_is_chased():
    bench = protected(holds_cancels=True)
    stop = bench.live.tag
    bench.fill(50, price=104)
    assert bench.last("ExitSignalGenerated").reason == "BROKER_STOP"
    assert cancelled(bench) == [stop]
    bench.tick(CALL, 80)
    bench.report(OrderStatus.CANCELLED, stop)
    assert sells(bench)[1:] == [(100, 77.50, 0.0)]  # the bid 79.90 less 3 %


def test_nobody_knows_whether_it_was_taken_and_the_exit_waits_for_that():
    bench = in_position(150, **ON, holds_cancels=True)
    stop = bench.live.tag
    bench.report(OrderStatus.UNKNOWN, stop, broker_id="")
    bench.tick(CALL, 119)
    bench.wait(10)
    assert len(sells(bench)) == 1
    bench.report(OrderStatus.ABSENT, stop, broker_id="")
    assert [units for units, *_ in sells(bench)] == [150, 150]
    assert bench.live.trigger_paise == 0


def test_a_person_is_told_when_a_stop_stands_in_the_way_for_half_a_minute():
    bench = protected(holds_cancels=True)
    bench.tick(CALL, 119)
    bench.wait(61)
    told = [a.text for a in bench.said("Alerted") if "could not be cancelled" in a.text]
    assert len(told) == 2


def test_a_refused_stop_is_tried_three_times_then_a_person_is_told():
    bench = in_position(150, **ON)
    for _ in range(3):
        bench.reject()
    assert len(sells(bench)) == 3
    assert "has no protective stop" in bench.said("Alerted")[-1].text
    bench.wait(60)
    assert len(sells(bench)) == 3
    bench.tick(CALL, 119)  # our own exit is not concerned
    assert sells(bench)[-1] == (150, 116.50, 0.0)


def test_a_stop_that_was_thought_absent_is_cancelled_before_anything_is_sold():
    bench = in_position(150, **ON, holds_cancels=True)
    ghost = bench.live.tag
    bench.report(OrderStatus.ABSENT, ghost, broker_id="")
    stop = bench.live.tag
    bench.report(OrderStatus.OPEN, stop)
    bench.report(OrderStatus.OPEN, ghost)
    assert cancelled(bench) == [ghost]
    bench.tick(CALL, 119)
    bench.report(OrderStatus.CANCELLED, stop)
    bench.wait(3)
    assert [o.tag for _, o in bench.orders if not o.trigger_paise and o.side.value == "SELL"] == []
    bench.report(OrderStatus.CANCELLED, ghost)
    bench.wait(1)
    assert sells(bench)[-1] == (150, 116.50, 0.0)


@pytest.mark.parametrize("name", ["kill", "flatten"])
def test_every_way_out_takes_the_stop_away_first(name):
    bench = protected(holds_cancels=True)
    stop = bench.live.tag
    bench.feed(command(name))
    assert (cancelled(bench), len(sells(bench))) == ([stop], 1)
    bench.report(OrderStatus.CANCELLED, stop)
    bench.fill()
    assert bench.state.positions == {}


def test_it_never_covers_more_than_one_order_may_have():
    bench = in_position(150, **ON, listed=master(freeze=100))
    assert [units for units, *_ in sells(bench)] == [100]


def test_a_halted_market_gets_its_stop_when_it_is_open_again():
    bench = ordered(**ON)
    bench.feed(MarketNotice(halted=True, reason="outage"))
    bench.fill(price=150)
    bench.wait(60)
    assert sells(bench) == []
    bench.feed(MarketNotice(halted=False, reason="resumed"))
    bench.wait(5)
    assert [units for units, *_ in sells(bench)] == [150]


def test_positions_that_are_left_keep_their_stop():
    bench = protected()
    bench.feed(command("stop", flatten="false"))
    bench.wait(2)
    assert (bench.finished.exit_code, cancelled(bench)) == (0, [])


def test_a_restart_looks_it_up_and_agrees_while_it_rests():
    bench = protected()
    stop = bench.live.tag
    bench.feed(Restarted(down_ns=20 * SECOND))
    bench.report(OrderStatus.OPEN, stop)
    held = {CALL: 150}
    bench.feed(BrokerPositions(held))
    assert "RECOVERING" not in bench.state.halts
    assert (cancelled(bench), len(sells(bench))) == ([], 1)


def test_a_stop_that_went_with_the_broker_is_sent_anew_after_a_restart():
    bench = protected()
    stop = bench.live.tag
    bench.feed(Restarted(down_ns=20 * SECOND))
    bench.report(OrderStatus.CANCELLED, stop)
    assert len(sells(bench)) == 1  # nothing is sold before both sides agree
    bench.feed(BrokerPositions({CALL: 150}))
    assert [units for units, *_ in sells(bench)] == [150, 150]


def test_an_exit_the_broker_refuses_each_second_is_told_every_half_minute():
    bench = in_position(150)
    bench.tick(CALL, 119)
    for _ in range(45):
        bench.reject()
        bench.wait(1)
    told = [a for a in bench.said("Alerted") if "rejected" in a.text]
    assert (len(told), len(sells(bench)) > 40) == (2, True)


def test_after_a_restart_one_unknown_order_does_not_keep_others_without_a_stop():
    bench = protected()
    stop = bench.live.tag
    bench.feed(Restarted(down_ns=20 * SECOND))
    bench.report(OrderStatus.CANCELLED, stop)
    bench.feed(BrokerPositions({CALL: 150, FUTURE: 50}))
    assert "RECOVERING" in bench.state.halts  # units that are not ours are looked at twice
    assert [units for units, *_ in sells(bench)] == [150, 150]
