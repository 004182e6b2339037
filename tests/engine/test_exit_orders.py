"""How an exit is worked: the ladder, the protected price, the chase that never gives up."""

import pytest

from rustro_kernel.domain.orders import OrderStatus
from rustro_kernel.engine.effects import RaiseAlert
from rustro_kernel.engine.inputs import MarketNotice
from tests.make import CALL, NIFTY, Bench, clock, command, in_position, master, ns, ordered


def sells(bench):
    """(time, units, limit in rupees) of every sell order."""
    return [
        (clock(at), o.quantity, o.limit_paise / 100)
        for at, o in bench.orders
        if o.side.value == "SELL"
    ]


def alerts(bench):
    return [
        (clock(bench.inputs[e.input - 1].ts), e.action.text)
        for e in bench.effects
        if isinstance(e.action, RaiseAlert)
    ]


def stopped(price=119, **fields) -> Bench:
    """A position whose stop was hit at 10:31:00 at a price."""
    bench = in_position(150)
    bench.tick(CALL, price, **fields)
    return bench


def trailed(**changed) -> Bench:
    """A position whose trailing stop was hit at 10:31:00, at 157."""
    bench = in_position(150, **changed)
    bench.tick(CALL, 160)
    bench.tick(CALL, 157)
    return bench


@pytest.mark.parametrize(
    ("bid", "limit"),
    [
        (9.90, 9.40),  # under 10: 5 %, 9.405 down to the tick
        (10.00, 9.70),  # under 100: 3 %
        (99.90, 96.90),
        (100.00, 98.00),  # under 500: 2 %
        (499.00, 489.00),
        (500.00, 495.00),  # else 1 %
        (0.15, 0.10),  # at least a tick
    ],
)
def test_a_stop_sells_marketable_a_protection_below_the_bid(bid, limit):
    bench = in_position(max(bid * 2, 1.0)) if bid < 60 else in_position(bid * 1.5)
    bench.tick(CALL, bid, bid=round(bid * 100), ask=round(bid * 100) + 5)
    assert sells(bench)[0] == ("10:31:00", 150, limit)


def test_it_is_priced_again_from_a_fresh_quote_every_second():
    bench = stopped(119)
    bench.tick(CALL, 115, at="10:31:00.500")
    bench.wait_to("10:31:01")
    bench.tick(CALL, 110, at="10:31:01.500")
    bench.wait_to("10:31:02")
    assert sells(bench) == [
        ("10:31:00", 150, 116.50),
        ("10:31:01", 150, 112.60),
        ("10:31:02", 150, 107.70),
    ]
    assert len(bench.live_orders) == 1


def falling(bench, seconds, price=119.0):
    """The price falls two ticks a second: each second of a chase has a new price."""
    for n in range(seconds):
        bench.wait(0.5)
        bench.tick(CALL, round(price - 0.10 * (n + 1), 2))
        bench.wait(0.5)


def test_an_exit_that_is_not_filled_goes_on_for_ever_and_never_fails_permanently():
    bench = stopped()
    falling(bench, 600)
    assert len(sells(bench)) == 601
    assert bench.said("OrderFailedPermanent") == []
    assert all(len(order.tag) < 20 for _, order in bench.orders)
    assert len({order.tag for _, order in bench.orders}) == len(bench.orders)


def test_an_order_at_the_right_price_keeps_its_place_and_costs_nothing_of_the_budget():
    bench = stopped(119, bid=0)
    bench.wait(600)
    assert (len(sells(bench)), bench.cancels) == (1, [])
    bench.tick(CALL, 119)  # somebody bids
    bench.wait(1)
    assert [price for *_, price in sells(bench)] == [95.20, 116.50]


def test_a_person_is_told_every_thirty_seconds():
    bench = stopped()
    bench.wait(95)
    told = [at for at, text in alerts(bench) if text.endswith("is not closed yet")]
    assert told == ["10:31:30", "10:32:00", "10:32:30"]


def test_nobody_bids_and_the_order_rests_at_the_lowest_price_of_the_band():
    bench = stopped(119, bid=0)
    assert sells(bench) == [("10:31:00", 150, 95.20)]  # 119 less 20 %


def test_the_lowest_price_is_never_under_a_tick():
    bench = in_position(2)
    bench.tick(CALL, 0.10, bid=0, ask=10)
    assert sells(bench) == [("10:31:00", 150, 0.05)]


def test_a_trailing_stop_walks_down_the_ladder_first():
    bench = trailed()
    bench.wait_to("10:31:34.999")
    assert sells(bench) == [
        ("10:31:00", 150, 157.00),
        ("10:31:02", 150, 156.60),  # 156.6075 down to the tick
        ("10:31:06", 150, 156.20),
        ("10:31:14", 150, 155.80),
        ("10:31:30", 150, 155.40),
    ]


def test_and_then_chases_until_it_is_flat():
    bench = trailed()
    bench.wait_to("10:31:35")
    assert bench.names("ExitChaseStarted") == ["ExitChaseStarted"]
    assert sells(bench)[-1] == ("10:31:35", 150, 153.75)  # the bid 156.90 less 2 %
    falling(bench, 2, 157.0)
    assert [at for at, *_ in sells(bench)][-2:] == ["10:31:36", "10:31:37"]
    bench.fill()
    assert bench.said("OrderFailedPermanent") == []
    assert bench.last("PositionClosed").reason == "TRAILING_STOP"


def test_an_exit_ladder_never_asks_for_less_than_two_percent_under_its_first_price():
    bench = trailed()
    bench.tick(CALL, 140, at="10:31:01")
    bench.wait_to("10:31:02")
    assert sells(bench)[-1] == ("10:31:02", 150, 153.90)  # 153.86 up to the tick


def test_there_are_never_two_live_sells():
    bench = in_position(150, holds_cancels=True)
    bench.tick(CALL, 119)
    falling(bench, 10)
    assert (len(sells(bench)), len(bench.cancels)) == (1, 1)
    bench.report(OrderStatus.CANCELLED)
    assert len(sells(bench)) == 2
    assert len(bench.live_orders) == 1


def test_a_partly_filled_exit_sells_only_what_is_left():
    bench = stopped()
    bench.fill(50)
    falling(bench, 1)
    assert sells(bench)[-1][1] == 100
    bench.fill()
    trade = bench.last("PositionClosed")
    assert (trade.units, len(trade.sell_orders)) == (150, 2)
    bench.wait(60)
    assert len(sells(bench)) == 2


def test_an_exit_during_an_entry_waits_for_the_cancellation_then_sells_what_was_bought():
    bench = trigger_bench_with_part(50, holds_cancels=True)
    bench.tick(CALL, 119)
    assert sells(bench) == []
    assert len(bench.cancels) == 1
    bench.report(OrderStatus.CANCELLED, filled=100, value_paise=100 * 15_000)
    assert sells(bench) == [("10:31:00", 100, 116.50)]
    bench.fill()
    assert bench.last("PositionClosed").units == 100


def trigger_bench_with_part(units, **changed) -> Bench:
    bench = ordered(**changed)
    bench.fill(units, price=150)
    return bench


def test_a_rejected_exit_is_told_and_tried_again():
    bench = trailed()
    bench.reject("RMS")
    assert bench.names("ExitChaseStarted") == ["ExitChaseStarted"]
    assert len(bench.live_orders) == 1
    bench.reject("RMS")
    assert bench.live_orders == []
    bench.wait(1)
    assert len(bench.live_orders) == 1
    bench.wait(30)
    bench.reject("RMS")
    assert len([a for _, a in alerts(bench) if "rejected: RMS" in a]) == 2  # each half minute


def test_an_exit_waits_out_a_halt_and_sells_in_its_first_second_after_it():
    bench = in_position(150)
    bench.feed(MarketNotice(halted=True, reason="outage"), at="10:40")
    bench.feed(command("close", position="P1-NIFTY-CE-10:15"), at="10:41")
    bench.wait_to("10:50")
    assert [at for at, *_ in sells(bench)] in ([], ["10:41:00"])
    before = len(sells(bench))
    bench.feed(MarketNotice(halted=False, reason="resumed"), at="10:50:00.500")
    bench.wait_to("10:50:01.500")
    assert len(sells(bench)) == before + 1


def test_what_is_still_open_at_the_close_is_said_and_ends_the_day_with_code_4():
    bench = stopped()
    bench.wait_to("15:31")
    left = bench.last("UnclosedAtClose")
    assert (left.units, left.position_id) == (150, "P1-NIFTY-CE-10:15")
    assert bench.finished.exit_code == 4
    assert len(bench.live_orders) == 1


def test_slippage_is_what_was_paid_away_from_the_price_at_each_decision():
    bench = in_position(150.50)  # 0.50 over the ltp
    bench.tick(CALL, 119)
    bench.fill(price=118)  # 1.00 under it
    assert bench.last("PositionClosed").slippage_paise == 150 * 150


def test_slippage_is_not_held_against_an_old_print():
    bench = in_position(150)
    bench.tick(CALL, 160, ltt=ns("10:30"), bid=11_900, ask=12_000)  # the middle: 119.50
    bench.fill(price=119)
    assert bench.last("PositionClosed").slippage_paise == 50 * 150


def test_after_the_exit_the_underlying_can_be_traded_again():
    bench = stopped()
    bench.fill()
    assert bench.state.positions == {}
    assert bench.state.by_instrument == {}
    assert NIFTY in bench.state.watched


def test_a_patient_exit_that_may_not_be_sent_becomes_urgent_at_once():
    bench = in_position(150)
    bench.tick(CALL, 160)
    bench.feed(MarketNotice(halted=True, reason="outage"), at="10:31:00")
    bench.tick(CALL, 157)
    assert bench.last("PreOrderValidationFailed").failed == ("market_hours",)
    assert bench.names("ExitChaseStarted") == ["ExitChaseStarted"]
    bench.feed(MarketNotice(halted=False, reason="resumed"), at="10:31:00.500")
    bench.wait_to("10:31:02")
    assert sells(bench)[0] == ("10:31:01", 150, 153.75)  # the bid 156.90 less 2 %


def test_more_than_the_freeze_quantity_is_sold_in_slices_each_an_intent_of_its_own():
    bench = ordered(listed=master(freeze=100))
    lost = bench.live.tag
    bench.report(OrderStatus.ABSENT)
    bench.wait(2)
    bench.fill(price=150)
    bench.report(OrderStatus.COMPLETE, lost, filled=100, value_paise=100 * 15_000)
    bench.tick(CALL, 119)
    assert [units for _, units, _ in sells(bench)] == [100]
    bench.fill()
    assert [units for _, units, _ in sells(bench)] == [100, 100]
    bench.fill()
    born = [e for e in bench.events if e.type == "OrderPlacementRequired" and e.data.side == "SELL"]
    assert len({event.key for event in born}) == len({event.data.intent_id for event in born}) == 2
    assert bench.last("PositionClosed").units == 200
