"""An order of which nobody knows whether it was taken: nothing is sent until that is known."""

import pytest

from rustro_kernel.domain.orders import OrderStatus, Side
from tests.make import CALL, clock, command, in_position, ordered

UNKNOWN, ABSENT = OrderStatus.UNKNOWN, OrderStatus.ABSENT


def unknown():
    """An entry whose first attempt got no answer."""
    bench = ordered(holds_cancels=True)
    bench.report(UNKNOWN, broker_id="", message="timeout")
    return bench


def states(bench):
    return [order.state.value for order in bench.state.orders.values()]


def test_it_is_said_once_with_the_reason_and_a_person_is_told():
    bench = unknown()
    bench.report(UNKNOWN, broker_id="")
    assert [e.message for e in bench.said("OrderOutcomeUnknown")] == ["timeout"]
    assert "nobody knows" in bench.last("Alerted").text
    assert bench.names("OrderSubmitted", "OrderAcknowledged") == []


def test_the_next_attempt_asks_for_its_cancellation_and_waits():
    bench = unknown()
    bench.wait(40)
    assert len(bench.orders) == len(bench.cancels) == 1
    assert clock(bench.cancels[0][0]) == "10:31:02"
    assert states(bench) == ["withdrawing"]
    assert bench.said("OrderFailedPermanent") == []


def test_absent_lets_the_schedule_go_on_and_is_no_rejection():
    bench = unknown()
    bench.wait_to("10:31:08")
    bench.report(ABSENT, broker_id="")
    assert [o.tag for _, o in bench.orders][-1] == bench.said("OrderAbsent")[0].tag[:16] + "2"
    assert bench.said("OrderRejected", "OrderCancelled") == []
    bench.fill()
    assert bench.last("PositionOpened").units == 150


def test_absent_before_the_next_attempt_is_due_sends_nothing_early():
    bench = unknown()
    bench.report(ABSENT, broker_id="")
    assert len(bench.orders) == 1
    bench.wait_to("10:31:02")
    assert [clock(at) for at, _ in bench.orders] == ["10:31:00", "10:31:02"]
    assert bench.cancels == []


def test_absent_after_the_last_attempt_ends_the_entry():
    bench = unknown()
    bench.wait(40)
    bench.report(ABSENT, broker_id="")
    assert bench.last("OrderFailedPermanent").reason == "ladder used up"
    assert bench.state.positions == {}


def test_one_that_was_taken_after_all_goes_on_as_any_other():
    bench = unknown()
    bench.report(OrderStatus.OPEN)
    bench.fill()
    names = ("OrderOutcomeUnknown", "OrderSubmitted", "OrderAcknowledged", "OrderExecuted")
    assert bench.names(*names) == list(names)
    assert bench.last("PositionOpened").units == 150


def test_the_outcome_comes_late_and_surprises_nobody():
    bench = ordered()
    bench.report(OrderStatus.OPEN)
    bench.report(UNKNOWN, broker_id="")
    assert bench.said("OrderOutcomeUnknown", "OrderReportImpossible") == []
    assert states(bench) == ["open"]


def test_an_exit_of_which_nobody_knows_is_not_sent_twice():
    bench = in_position(holds_cancels=True)
    bench.tick(CALL, 119)
    bench.report(UNKNOWN, broker_id="")
    bench.wait(20)
    sells = [o for _, o in bench.orders if o.side is Side.SELL]
    assert len(sells) == 1
    bench.report(ABSENT, broker_id="")
    assert len([o for _, o in bench.orders if o.side is Side.SELL]) == 2
    bench.fill()
    assert bench.last("PositionClosed").units == 150


def test_what_is_unknown_at_the_close_is_said_and_ends_the_day_with_code_4():
    bench = unknown()
    bench.wait_to("15:31")
    told = [e.text for e in bench.said("Alerted") if "nobody knows what became" in e.text]
    assert len(told) == 1
    assert bench.orders[0][1].tag in told[0]
    assert bench.finished.exit_code == 4


def test_what_cannot_be_true_is_said_counted_and_changes_nothing():
    bench = ordered()
    bench.report(OrderStatus.OPEN)
    tag = bench.live.tag
    bench.report(ABSENT, tag)
    bench.report(ABSENT, tag)
    odd = bench.said("OrderReportImpossible")
    assert [(e.state, e.reported, e.count) for e in odd] == [("open", "absent", n) for n in (1, 2)]
    assert states(bench) == ["open"]
    assert bench.said("OrderAbsent") == []


@pytest.mark.parametrize("ended", [OrderStatus.CANCELLED, OrderStatus.REJECTED])
def test_an_absent_order_that_lives_is_cancelled_before_anything_else_is_sent(ended):
    bench = unknown()
    ghost = bench.orders[0][1].tag
    bench.report(ABSENT, ghost, broker_id="")
    bench.report(OrderStatus.OPEN, ghost)
    assert [tag for _, tag in bench.cancels] == [ghost]
    assert f"order {ghost} is there after all" in bench.last("Alerted").text
    bench.wait(3)
    assert len(bench.orders) == 1
    bench.report(OrderStatus.CANCEL_REJECTED, ghost, code="BUSY")
    bench.wait(1)
    assert [tag for _, tag in bench.cancels] == [ghost, ghost]
    bench.report(ended, ghost)
    assert len(bench.orders) == 2


def test_an_order_can_be_cancelled_by_the_operator_while_nobody_knows_of_it():
    bench = unknown()
    bench.feed(command("cancel", order=bench.orders[0][1].tag))
    assert bench.last("CommandReceived").accepted
    bench.report(ABSENT, broker_id="")
    assert bench.last("OrderFailedPermanent").reason == "cancelled by operator"
