"""Stops that wait for a trigger, and changes of living orders."""

import pytest
from msgspec.structs import replace

from rustro_kernel.domain.orders import OrderStatus, Side
from tests.brokers.paper_day import at_ms, book, broker, order, quote, sent, told

STOP = order(Side.SELL, quantity=100, limit=6_300, trigger=7_000, tag="stop")


def holding(units=100, **settings):
    """A broker whose account holds some of the option, quoted 100.00 to 100.10."""
    paper = broker(**settings)
    paper.on_tick(quote(), 0)
    paper.place(order(tag="buy", quantity=units), 0)
    paper.on_tick(quote(), at_ms(settings.get("latency_ms", 0)))
    assert paper.due(at_ms(settings.get("latency_ms", 0)))[-1].status is OrderStatus.COMPLETE
    return paper


def shown(paper, *ticks, ms=1):
    """Everything said when these quotes come."""
    for tick in ticks:
        paper.on_tick(tick, at_ms(ms))
    return told(paper.due(at_ms(ms)))


def last_price(paise, bid=9_000, size=500):
    """A quote whose last price is not its bid."""
    return replace(quote(bid=bid, ask=bid + 10, size=size), ltp=paise)


def changed(paper, request, ms=1):
    """Everything said when a change arrives."""
    paper.modify(request, at_ms(ms))
    return paper.due(at_ms(ms))


def test_a_stop_is_open_while_it_waits_and_trades_as_if_it_arrived_when_triggered():
    paper = holding(slippage_ticks=1)
    assert told(sent(paper, STOP)) == [("stop", "accepted", 0, 0), ("stop", "open", 0, 0)]
    assert shown(paper, last_price(7_005, bid=6_000)) == []
    low = replace(book([(6_900, 50), (6_800, 30), (6_000, 900)], [(7_100, 50)]), ltp=7_000)
    assert shown(paper, low) == [("stop", "partial", 80, 50 * 6_895 + 30 * 6_795)]


def test_what_a_triggered_stop_leaves_rests_at_its_limit_whatever_the_last_price():
    paper = holding(slippage_ticks=1)
    sent(paper, STOP)
    assert shown(paper, last_price(7_000, bid=6_250)) == []  # a gap through the limit
    assert shown(paper, last_price(9_000, bid=6_300)) == [("stop", "complete", 100, 630_000)]


def test_a_buy_stop_is_triggered_from_below():
    paper = broker()
    paper.on_tick(quote(), 0)
    stop = order(limit=10_500, trigger=10_300)
    assert told(sent(paper, stop))[-1] == ("a", "open", 0, 0)
    assert shown(paper, quote(bid=10_295, ask=10_305)) == []
    assert shown(paper, quote(bid=10_300, ask=10_310)) == [("a", "complete", 50, 50 * 10_310)]


def test_a_stop_whose_trigger_is_reached_already_trades_on_arrival():
    paper = holding()
    assert told(sent(paper, replace(STOP, trigger_paise=10_000, limit_paise=9_900)))[-1] == (
        "stop",
        "complete",
        100,
        1_000_000,
    )


def test_the_band_holds_from_the_trigger_on_and_not_before():
    paper = holding()
    assert told(sent(paper, replace(STOP, limit_paise=4_000)))[-1] == ("stop", "open", 0, 0)
    paper.on_tick(last_price(7_000, bid=7_000), at_ms(1))
    (end,) = paper.due(at_ms(1))
    assert (end.status, end.code) == (OrderStatus.REJECTED, "PRICE_BAND")
    assert told(sent(paper, order(Side.SELL, 100, 7_000, "exit")))[-1][1] == "complete"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"trigger_paise": 6_295}, "TRIGGER"),
        ({"trigger_paise": 7_001}, "TICK"),
        ({"limit_paise": 6_301}, "TICK"),
        ({"quantity": 150}, "NO_SHORT"),
        ({"quantity": 60}, "LOT"),
        ({"side": Side.BUY, "trigger_paise": 10_105, "limit_paise": 10_100}, "TRIGGER"),
    ],
)
def test_a_stop_that_cannot_be_is_refused(changes, code):
    end = sent(holding(), replace(STOP, **changes))[-1]
    assert (end.status, end.code) == (OrderStatus.REJECTED, code)


def test_a_waiting_stop_promises_its_units():
    paper = holding()
    sent(paper, STOP)
    assert sent(paper, order(Side.SELL, limit=9_000, tag="exit"))[-1].code == "NO_SHORT"
    paper.cancel("stop", 0)
    assert told(paper.due(0)) == [("stop", "cancelled", 0, 0)]
    assert told(sent(paper, order(Side.SELL, limit=9_000, tag="again")))[-1][1] == "complete"


def test_a_stop_waits_through_a_halt():
    paper = holding()
    sent(paper, STOP)
    paper.set_market(False)
    assert shown(paper, last_price(6_900, bid=6_900)) == []
    assert changed(paper, STOP)[-1].code == "MARKET_CLOSED"
    paper.set_market(True)
    assert shown(paper, last_price(6_950, bid=6_900)) == [("stop", "complete", 100, 690_000)]


def test_a_changed_limit_order_is_matched_again_and_a_change_that_trades_nothing_is_silent():
    paper = broker()
    paper.on_tick(quote(), 0)
    sent(paper, order(limit=9_900, quantity=100))
    assert changed(paper, order(limit=9_950, quantity=100)) == []
    assert told(changed(paper, order(limit=10_010, quantity=50))) == [
        ("a", "complete", 50, 50 * 10_010)
    ]


def test_changing_a_stop_makes_it_a_marketable_exit():
    paper = holding()
    sent(paper, STOP)
    exit_now = replace(STOP, trigger_paise=10_050, limit_paise=9_800)
    assert told(changed(paper, exit_now)) == [("stop", "complete", 100, 1_000_000)]


def test_a_triggered_stop_stays_triggered_when_it_is_changed():
    paper = holding()
    sent(paper, STOP)
    shown(paper, last_price(7_000, bid=6_000))
    again = replace(STOP, trigger_paise=6_500, limit_paise=6_000)
    assert told(changed(paper, again)) == [("stop", "complete", 100, 600_000)]


def test_a_change_arrives_after_the_latency():
    paper = holding(latency_ms=100)
    sent(paper, STOP)
    paper.due(at_ms(200))
    paper.modify(replace(STOP, trigger_paise=9_000, limit_paise=8_000), at_ms(300))
    paper.on_tick(last_price(8_900, bid=8_500), at_ms(399))
    assert paper.due(at_ms(399)) == []
    assert told(paper.due(at_ms(400))) == [("stop", "complete", 100, 850_000)]


def test_a_smaller_stop_frees_its_units():
    paper = holding()
    sent(paper, STOP)
    assert changed(paper, replace(STOP, quantity=50)) == []
    assert told(sent(paper, order(Side.SELL, limit=9_000, tag="exit")))[-1][1] == "complete"


def test_a_change_arriving_twice_does_no_harm():
    paper = holding()
    sent(paper, STOP)
    smaller = replace(STOP, quantity=50)
    assert changed(paper, smaller) + changed(paper, smaller) == []
    assert shown(paper, last_price(7_000, bid=6_900)) == [("stop", "complete", 50, 345_000)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tag": "nobody"}, "UNKNOWN_ORDER"),
        ({"tag": "buy"}, "NOT_OPEN"),
        ({"quantity": 200}, "NO_SHORT"),
        ({"quantity": 50}, "FILLED"),
        ({"quantity": 120}, "LOT"),
        ({"trigger_paise": 0}, "VARIETY"),
        ({"limit_paise": 6_303}, "TICK"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_leaves_the_order_as_it_was(changes, code):
    paper = holding(units=150)
    sent(paper, replace(STOP, quantity=150))
    shown(paper, last_price(7_000, bid=6_900, size=50))
    paper.on_tick(last_price(7_500, bid=6_000), at_ms(1))
    (answer,) = changed(paper, replace(STOP, **{"quantity": 150, **changes}))
    assert (answer.status, answer.code) == (OrderStatus.MODIFY_REJECTED, code)
    assert answer.message
    assert shown(paper, quote(bid=6_400)) == [("stop", "complete", 150, 50 * 6_900 + 100 * 6_300)]


def test_a_changed_buy_needs_the_money():
    paper = broker(balance_paise=50 * 10_000)
    paper.on_tick(quote(), 0)
    sent(paper, order(limit=9_900))
    assert changed(paper, order(limit=10_000)) == []
    assert changed(paper, order(limit=10_005))[-1].code == "FUNDS"
    assert paper.available_paise == 0
