"""The entry: nine checks, the ladder, partial fills, what ends it."""

import pytest

from rustro_kernel.domain.orders import OrderStatus, OrderUpdate, Side
from rustro_kernel.domain.rules import PriceBand
from rustro_kernel.engine.inputs import MarketNotice
from rustro_kernel.engine.pricing import band
from tests.make import BAND, CALL, Bench, clock, command, in_position, ordered, rules, trigger_at


def sent(bench):
    """(time, side, units, limit in rupees) of every order."""
    return [(clock(at), o.side.value, o.quantity, o.limit_paise / 100) for at, o in bench.orders]


def checks(bench, event="PreOrderValidationPassed"):
    return {check.name: check for check in bench.last(event).checks}


NINE = (
    "position_limit",
    "freeze_quantity",
    "price_band",
    "lot_multiple",
    "tick_multiple",
    "margin",
    "daily_loss",
    "vix_breaker",
    "market_hours",
)


SANITY = ("order_value", "order_lots", "same_intent", "concentration")


def test_an_entry_goes_through_nine_checks_and_four_limits_of_sanity():
    made = checks(ordered())
    assert tuple(made) == (*NINE, *SANITY)
    assert all(check.ok for check in made.values())


def test_an_exit_skips_position_limit_margin_daily_loss_and_vix():
    bench = ordered()
    bench.fill()
    bench.tick(CALL, 119)
    made = checks(bench)
    assert tuple(made) == NINE
    skipped = [name for name, check in made.items() if check.ok is None]
    assert skipped == ["position_limit", "margin", "daily_loss", "vix_breaker"]


def refused(**changed):
    bench = ordered(**changed)
    assert bench.orders == []
    assert bench.last("OrderFailedPermanent").reason.startswith("checks failed: ")
    assert bench.state.positions == {}
    return bench.last("PreOrderValidationFailed").failed


def test_a_fat_finger_is_refused_by_value_and_by_lots():
    assert refused(risk__max_order_value=22_499) == ("order_value",)
    assert refused(risk__max_order_lots=2) == ("order_lots",)
    assert refused(risk__max_order_lots=2, risk__max_order_value=1) == ("order_value", "order_lots")


def test_on_its_limits_an_entry_passes():
    at_most = {"risk__max_order_value": 22_500, "risk__max_order_lots": 3}
    assert ordered(**at_most, risk__max_underlying_pct=2.25).orders


def test_one_underlying_takes_no_more_than_its_share_of_the_funds():
    assert refused(risk__max_underlying_pct=2.24) == ("concentration",)


@pytest.mark.parametrize(("most", "passes"), [(4.5, True), (4.49, False)])
def test_what_is_held_of_the_underlying_counts_with_a_new_entry(most, passes):
    two = {"risk__max_positions_per_underlying": 2}
    bench = in_position(150, risk__max_underlying_pct=most, **two)  # 22 500 of 1 000 000
    trigger_at(bench, "11:20", price=17_110)
    event = "PreOrderValidationPassed" if passes else "PreOrderValidationFailed"
    made = checks(bench, event)
    assert (made["concentration"].value, made["concentration"].ok) == (4.5, passes)
    assert len(bench.orders) == 1 + passes


def twice(**changed):
    """The same contract at 11:15 and, the first one rejected, at 11:16 in the next hour."""
    bench = ordered("11:15", **changed)
    bench.reject()
    trigger_at(bench, "11:16")
    bench.wait(2)  # for the grace of the minute's bars
    return bench


def test_the_same_contract_again_too_soon_is_refused():
    bench = twice(risk__same_intent_s=62.001)
    assert bench.last("PreOrderValidationFailed").failed == ("same_intent",)
    assert bench.last("OrderFailedPermanent").reason == "checks failed: same_intent"
    assert len(bench.orders) == 1


def test_when_the_time_is_over_the_same_contract_may_be_bought():
    bench = twice(risk__same_intent_s=62)
    assert len(bench.orders) == 2
    assert checks(bench)["same_intent"].value == 62.0


def test_another_contract_is_no_repetition():
    bench = ordered("11:15", risk__same_intent_s=600)
    bench.reject()
    trigger_at(bench, "11:16", price=17_110)
    bench.wait(2)
    assert len(bench.orders) == 2


def test_further_attempts_of_an_entry_are_no_repetition():
    bench = ordered(risk__same_intent_s=600)
    bench.wait(40)
    assert len(bench.orders) == 5


def test_no_limit_of_sanity_holds_up_an_exit():
    bench = in_position(150)
    for key, value in (("max_order_value", "1"), ("max_order_lots", "1"), ("same_intent_s", "600")):
        bench.feed(command("set", id=key, key=f"risk.{key}", value=value))
    bench.feed(command("set", id="share", key="risk.max_underlying_pct", value="0"))
    bench.run_to("10:32:03")
    bench.tick(CALL, 119)
    assert bench.live.side.value == "SELL"


def test_a_price_outside_the_exchanges_band_is_refused():
    nothing = PriceBand(cheap_limit=0, cheap_band=0, band_bps=0, ltp_band_bps=0)
    bench = Bench(day=rules(price_band=nothing), orders__retry_steps_pct=(2, 2, 2, 2))
    trigger_at(bench)
    bench.wait(2)
    assert bench.last("PreOrderValidationFailed").failed == ("price_band",)


def test_a_refusal_frees_the_underlying_for_the_next_hour():
    bench = ordered(risk__max_order_lots=2)
    trigger_at(bench, "11:20")
    assert len(bench.said("SignalGenerated")) == 2


def test_the_ladder_tries_at_0_2_6_14_and_30_seconds_a_little_dearer_each_time():
    bench = ordered()
    bench.wait(40)
    assert sent(bench) == [
        ("10:31:00", "BUY", 150, 150.00),
        ("10:31:02", "BUY", 150, 150.40),  # 150.375 up to the tick
        ("10:31:06", "BUY", 150, 150.75),
        ("10:31:14", "BUY", 150, 151.15),  # 151.125
        ("10:31:30", "BUY", 150, 151.50),
    ]


def test_the_last_attempt_rests_five_seconds_then_the_entry_has_failed_with_its_quote():
    bench = ordered()
    bench.wait_to("10:31:34.999")
    assert bench.said("OrderFailedPermanent") == []
    bench.wait_to("10:31:35")
    failed = bench.last("OrderFailedPermanent")
    assert (failed.reason, failed.filled, failed.units) == ("ladder used up", 0, 150)
    assert (failed.bid_paise, failed.ask_paise) == (14_990, 15_010)
    assert [clock(at) for at, _ in bench.cancels][-1] == "10:31:35"
    assert bench.live_orders == []
    assert bench.state.positions == {}


def test_each_attempt_is_priced_from_the_last_price_of_its_moment():
    bench = ordered()
    bench.tick(CALL, 148, at="10:31:01")
    bench.wait_to("10:31:02")
    assert sent(bench)[-1] == ("10:31:02", "BUY", 150, 148.40)  # 148.37


def test_no_attempt_pays_more_than_two_percent_over_the_first_price():
    bench = ordered()
    bench.tick(CALL, 170, at="10:31:01")
    bench.wait(40)
    assert [limit for *_, limit in sent(bench)] == [150.0, 153.0, 153.0, 153.0, 153.0]


def test_there_are_never_two_live_orders_for_an_entry():
    bench = ordered(holds_cancels=True)
    bench.wait_to("10:31:14")
    assert len(bench.orders) == 1  # the next attempt waits for the confirmation
    assert len(bench.cancels) == 1
    bench.report(OrderStatus.CANCELLED)
    assert sent(bench)[-1] == ("10:31:14", "BUY", 150, 151.15)  # the attempt that is due by now
    assert len(bench.live_orders) == 1


def test_attempts_carry_one_key_and_their_own_tags():
    bench = ordered()
    bench.wait(40)
    keys = {e.key for e in bench.events if e.type == "OrderSubmissionRequired"}
    tags = [order.tag for _, order in bench.orders]
    key = keys.pop()
    assert keys == set()
    assert (len(key), tags) == (64, [key[:16] + digit for digit in "01234"])


def test_a_whole_fill_opens_the_position():
    bench = ordered()
    bench.fill(price=149.95)
    opened = bench.last("PositionOpened")
    assert (opened.units, opened.value_paise, opened.instrument) == (150, 150 * 14_995, CALL)
    assert opened.stop_paise == 11_996
    assert bench.names("OrderExecuted") == ["OrderExecuted"]
    bench.wait(60)
    assert len(bench.orders) == 1


def test_what_was_partly_filled_is_a_position_and_the_rest_follows_the_ladder():
    bench = ordered()
    bench.fill(50, price=150)
    assert bench.last("OrderPartiallyFilled").filled == 50
    assert bench.last("PositionOpened").units == 50
    bench.wait_to("10:31:02")
    assert sent(bench)[-1] == ("10:31:02", "BUY", 100, 150.40)
    bench.fill(price=150.40)
    updated = bench.last("PositionUpdated")
    assert (updated.units, updated.value_paise) == (150, 50 * 15_000 + 100 * 15_040)
    assert bench.said("OrderFailedPermanent") == []


def test_a_ladder_that_ends_partly_filled_keeps_the_position():
    bench = ordered()
    bench.fill(50)
    bench.wait(40)
    failed = bench.last("OrderFailedPermanent")
    assert (failed.filled, failed.units) == (50, 150)
    assert bench.said("PositionClosed") == []
    assert [p.bought for p in bench.state.positions.values()] == [50]


def test_fills_that_arrive_with_the_cancellation_count():
    bench = ordered(holds_cancels=True)
    bench.wait_to("10:31:02")
    bench.report(OrderStatus.CANCELLED, filled=100, value_paise=1_500_000)
    assert bench.last("PositionOpened").units == 100
    assert sent(bench)[-1][2] == 50


def test_a_fill_that_wins_the_race_against_its_cancellation_ends_the_ladder():
    bench = ordered(holds_cancels=True)
    bench.wait_to("10:31:02")
    tag = bench.live.tag
    bench.fill()
    bench.report(OrderStatus.CANCEL_REJECTED, tag, code="NOT_OPEN")
    bench.wait(60)
    assert len(bench.orders) == 1
    assert bench.last("DuplicateIgnored").what == "order update"


def test_a_repeated_report_changes_nothing():
    bench = ordered()
    bench.fill()
    tag = bench.orders[0][1].tag
    bench.feed(OrderUpdate(tag, OrderStatus.COMPLETE, "B", 150, 2_250_000))
    bench.feed(OrderUpdate("nobody", OrderStatus.COMPLETE, "B", 150, 2_250_000))
    assert [p.bought for p in bench.state.positions.values()] == [150]
    assert len(bench.said("DuplicateIgnored")) == 2


def test_a_rejection_is_not_retried_and_a_person_is_told_the_brokers_words():
    bench = ordered()
    bench.reject("RMS:17")
    bench.wait(60)
    assert len(bench.orders) == 1
    assert bench.last("OrderRejected").message == "the broker's words"
    assert "RMS:17 the broker's words" in bench.last("Alerted").text
    assert bench.last("OrderFailedPermanent").reason == "rejected: RMS:17"
    assert bench.state.positions == {}


def test_the_end_of_the_entry_window_cancels_an_entry_at_work():
    bench = Bench(hours__entry_window=("10:00:00", "10:31:10"))
    trigger_at(bench)
    bench.wait_to("10:31:10")
    assert clock(bench.cancels[-1][0]) == "10:31:10"
    assert bench.last("OrderFailedPermanent").reason == "entry window closed"
    bench.wait(60)
    assert len(bench.orders) == 3


def test_an_attempt_outside_market_hours_is_refused():
    bench = ordered()
    bench.feed(MarketNotice(halted=True, reason="outage"), at="10:31:01")
    bench.wait_to("10:31:02")
    assert bench.last("PreOrderValidationFailed").failed == ("market_hours",)
    assert len(bench.orders) == 1


def test_the_order_is_a_limit_of_the_configured_product():
    order = ordered(orders__product="INTRADAY").live
    assert (order.side, order.product, order.instrument) == (Side.BUY, "INTRADAY", CALL)
    assert len(order.tag) < 20


def test_an_order_says_its_first_signs_of_life_once():
    bench = ordered()
    for status in (OrderStatus.ACCEPTED, OrderStatus.OPEN, OrderStatus.OPEN):
        bench.report(status)
    bench.fill(50)
    bench.fill()
    assert bench.names(
        "OrderSubmitted", "OrderAcknowledged", "OrderPartiallyFilled", "OrderExecuted"
    ) == ["OrderSubmitted", "OrderAcknowledged", "OrderPartiallyFilled", "OrderExecuted"]


def test_every_order_event_leads_back_to_the_signal():
    bench = ordered()
    bench.fill()
    by_seq = {e.seq: e for e in bench.events}
    step = next(e for e in bench.events if e.type == "PositionOpened")
    seen = []
    while step.cause is not None:
        step = by_seq[step.cause]
        seen.append(step.type)
    assert seen == [
        "OrderExecuted",
        "OrderAcknowledged",
        "OrderSubmitted",
        "OrderSubmissionRequired",
        "PreOrderValidationPassed",
        "OrderPlacementRequired",
        "SignalGenerated",
        "EntryEvaluated",
    ]


@pytest.mark.parametrize(
    ("reference", "low", "high"),
    [(4000, 3000, 5000), (5000, 4000, 6000), (10_000, 8000, 12_000), (100_000, 80_000, 120_000)],
)
def test_the_band_is_the_tighter_of_price_protection_and_20_percent_of_ltp(reference, low, high):
    protected = PriceBand(5000, 2000, 4000, 2000, 1000)
    assert band(protected, reference) == (low, high)
    assert band(BAND, reference) == (low, high)


def test_a_key_differs_by_intent_and_reason():
    bench = ordered()
    bench.fill()
    bench.tick(CALL, 119)
    keys = [e.key for e in bench.events if e.type == "OrderPlacementRequired"]
    assert len(set(keys)) == 2


def test_a_refused_cancellation_of_an_order_that_ends_is_asked_for_again():
    bench = ordered(holds_cancels=True)
    bench.wait(36)
    asked = len(bench.cancels)
    bench.report(OrderStatus.CANCEL_REJECTED, code="BUSY")
    bench.wait(1)
    assert len(bench.cancels) == asked + 1
    bench.report(OrderStatus.CANCELLED)
    assert bench.last("OrderFailedPermanent").reason == "ladder used up"


def test_an_entry_that_nothing_has_filled_is_given_up_with_the_alignment():
    bench = ordered(orders__retry_at_s=(0, 2, 6, 14, 90))
    bench.state.desks["NIFTY"].is_aligned = False
    bench.wait_to("10:32:03")
    assert bench.last("OrderFailedPermanent").reason == "alignment lost"
    assert bench.state.positions == {}
