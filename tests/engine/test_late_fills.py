"""Units that traded without our knowing are counted to their position, whenever that shows."""

import pytest

from rustro_kernel.domain.orders import OrderStatus, OrderUpdate, Side
from rustro_kernel.records.order_rows import order_rows
from tests.make import CALL, VIX, command, in_position, ns, ordered

CANCELLED, COMPLETE = OrderStatus.CANCELLED, OrderStatus.COMPLETE
FIRST = "P1-NIFTY-CE-10:15"


def late(bench, units, price=150, order=0, status=CANCELLED):
    """The broker shows more of an order than it did."""
    tag = bench.orders[order][1].tag
    return bench.feed(OrderUpdate(tag, status, f"B-{tag}", units, units * price * 100))


def given_up(**changed):
    """An entry whose five attempts were cancelled without a fill."""
    bench = ordered(**changed)
    bench.wait(40)
    assert bench.state.positions == {}
    return bench


def closed():
    """A position that was bought, stopped out and stated as a trade."""
    bench = in_position(150)
    bench.tick(CALL, 119)
    bench.fill(price=118)
    assert len(bench.said("PositionClosed")) == 1
    return bench


def reasons(bench):
    return [(e.position_id, e.reason) for e in bench.said("ExitSignalGenerated")]


def test_an_entry_that_was_given_up_and_had_filled_is_a_position_with_its_stop():
    bench = given_up()
    late(bench, 150)
    opened = bench.last("PositionOpened")
    assert (opened.position_id, opened.units, opened.stop_paise) == (FIRST, 150, 12_000)
    adopted = bench.last("LateFillAdopted")
    assert (adopted.late_units, adopted.late_value_paise, adopted.filled) == (150, 2_250_000, 150)
    assert reasons(bench) == []
    bench.tick(CALL, 119)
    assert reasons(bench) == [(FIRST, "STOP_LOSS")]


def test_a_late_fill_is_counted_once_however_often_it_is_reported():
    bench = given_up()
    for units in (50, 50, 150, 150, 0):
        late(bench, units)
    assert [e.late_units for e in bench.said("LateFillAdopted")] == [50, 100]
    assert [p.bought for p in bench.state.positions.values()] == [150]
    assert bench.last("DuplicateIgnored").what == "order update"


def test_a_late_fill_takes_from_what_the_attempt_at_work_may_buy():
    bench = ordered(holds_cancels=True)
    bench.wait_to("10:31:02")
    bench.report(CANCELLED)  # attempt 0, nothing filled as far as anybody knows
    late(bench, 150)
    assert [tag for _, tag in bench.cancels] == [o.tag for _, o in bench.orders]
    bench.report(CANCELLED)
    bench.wait(60)
    assert len(bench.orders) == 2
    assert [p.bought for p in bench.state.positions.values()] == [150]


PAST = {
    "EOD": lambda bench: bench.wait_to("15:20:05"),
    "KILL": lambda bench: bench.feed(command("kill")),
    "OPERATOR": lambda bench: bench.feed(command("flatten")),
    "VIX": lambda bench: bench.tick(VIX, 31),
}


@pytest.mark.parametrize("reason", PAST)
def test_what_fills_when_everything_is_being_closed_is_left_at_once(reason):
    bench = given_up(data__gap_threshold_s=86_400)
    PAST[reason](bench)
    late(bench, 100)
    assert reasons(bench) == [(FIRST, reason)]
    order = bench.orders[-1][1]
    assert (order.side, order.quantity) == (Side.SELL, 100)


def test_what_fills_after_a_flatten_that_was_resumed_is_kept():
    bench = given_up()
    bench.feed(command("flatten"))
    bench.feed(command("resume"))
    late(bench, 100)
    assert reasons(bench) == []


def test_an_entry_that_a_flatten_ended_is_left_even_after_a_resume():
    bench = ordered()
    bench.feed(command("flatten"))
    bench.feed(command("resume"))
    late(bench, 100)
    assert reasons(bench) == [(FIRST, "OPERATOR")]


def test_a_late_buy_on_a_trade_is_a_new_position_that_is_left_at_once():
    bench = closed()
    late(bench, 200)
    opened = bench.last("PositionOpened")
    assert (opened.position_id, opened.units) == (f"{FIRST}-late1", 50)
    assert reasons(bench)[-1] == (f"{FIRST}-late1", "LATE_FILL")
    bench.fill(price=118)
    first, second = bench.said("PositionClosed")
    assert (first.units, second.units, second.reason) == (150, 50, "LATE_FILL")
    assert bench.state.account.realised == first.net_paise + second.net_paise
    assert bench.said("OrderReportImpossible")[0].filled == 200  # of 150 that were ordered


def test_more_of_the_same_order_joins_the_position_it_came_back_as():
    bench = closed()
    late(bench, 200)
    late(bench, 250)
    assert [(p.id, p.bought) for p in bench.state.positions.values()] == [(f"{FIRST}-late1", 100)]


def test_a_position_is_worth_its_last_price_from_its_first_unit_on():
    (held,) = in_position(149).engine.view().positions
    assert (held.entry_paise, held.price_paise) == (14_900, 15_000)


def test_a_position_without_a_quote_is_not_worth_nothing():
    bench = closed()
    bench.state.quotes.pop(CALL)
    late(bench, 200)
    assert bench.last("PositionOpened").units == 50
    assert bench.engine.view().day_pnl_paise > -600_000
    assert bench.said("DailyLossLimitHit") == []


def exiting():
    """A stopped position whose first exit order was cancelled; the second is at work."""
    bench = in_position(150, holds_cancels=True)
    bench.tick(CALL, 119)
    bench.wait(1)
    bench.report(CANCELLED)
    assert [o.side for _, o in bench.orders[1:]] == [Side.SELL, Side.SELL]
    return bench


def test_a_late_sale_takes_from_what_the_exit_at_work_may_sell():
    bench = exiting()
    late(bench, 100, 118, order=1)
    assert [tag for _, tag in bench.cancels][-1] == bench.orders[2][1].tag
    bench.report(CANCELLED)
    bench.wait(1)
    assert bench.orders[-1][1].quantity == 50
    bench.fill(price=118)
    assert bench.last("PositionClosed").sell_value_paise == 150 * 11_800
    assert bench.said("OversoldFound") == []


def test_a_late_sale_of_everything_closes_the_position():
    bench = exiting()
    late(bench, 150, 118, order=1, status=COMPLETE)
    assert bench.said("PositionClosed") == []  # the order at work may still sell
    bench.report(CANCELLED)
    trade = bench.last("PositionClosed")
    assert (trade.units, trade.sell_value_paise, trade.reason) == (150, 150 * 11_800, "STOP_LOSS")
    assert bench.said("OversoldFound") == []


def test_more_sold_than_held_is_an_alert_and_no_entries():
    bench = exiting()
    bench.fill(price=118)
    late(bench, 150, 118, order=1)
    found = bench.last("OversoldFound")
    assert (found.position_id, found.units) == (FIRST, 150)
    assert "OVERSOLD" in bench.state.halts
    assert bench.last("Alerted").level == "critical"
    assert len(bench.said("PositionClosed")) == 1
    bench.wait_to("15:31")
    assert bench.finished.exit_code == 4


def test_an_oversale_is_resumed_by_the_operator_alone():
    bench = exiting()
    bench.fill(price=118)
    late(bench, 150, 118, order=1)
    bench.feed(command("resume"))
    assert "OVERSOLD" not in bench.state.halts


def test_a_late_sale_takes_from_a_new_position_in_the_same_contract():
    """At the broker there is one net quantity: what was sold of it cannot be sold again."""
    bench = exiting()
    bench.fill(price=118)  # the trade is stated
    late(bench, 200)  # the entry had bought 50 more
    late(bench, 50, 118, order=1)
    assert [e.position_id for e in bench.said("PositionClosed")] == [FIRST]
    bench.report(CANCELLED)
    trade = bench.last("PositionClosed")
    assert (trade.position_id, trade.units) == (f"{FIRST}-late1", 50)
    assert bench.said("OversoldFound") == []


def test_the_orders_file_shows_how_an_order_ended_and_what_came_late():
    bench = given_up()
    late(bench, 50)
    late(bench, 150, order=1)
    rows = order_rows(bench.events)
    assert [(r.state, r.filled) for r in rows[:3]] == [
        ("cancelled", 50), ("executed", 150), ("cancelled", 0),
    ]  # fmt: skip


def test_a_late_fill_leads_back_to_its_order():
    bench = given_up()
    late(bench, 50)
    by_seq = {e.seq: e for e in bench.events}
    step, seen = next(e for e in bench.events if e.type == "LateFillAdopted"), []
    while step.cause is not None:
        step = by_seq[step.cause]
        seen.append(step.type)
    assert seen[0] == "OrderCancelled"
    assert seen[-2:] == ["SignalGenerated", "EntryEvaluated"]
    assert ns("10:31") < bench.now
