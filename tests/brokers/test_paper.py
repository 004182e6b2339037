import pytest

from rustro_kernel.domain.orders import OrderStatus, Side
from tests.brokers.paper_day import INDEX, KEY, at_ms, book, broker, order, quote, sent, told


def test_a_marketable_buy_walks_the_asks_and_rests_with_the_remainder():
    paper = broker()
    paper.on_tick(book([(9_990, 100)], [(10_000, 50), (10_010, 100), (10_020, 900)]), 0)
    assert told(sent(paper, order(quantity=200, limit=10_010))) == [
        ("a", "accepted", 0, 0),
        ("a", "open", 0, 0),
        ("a", "partial", 150, 50 * 10_000 + 100 * 10_010),
    ]


def test_a_marketable_order_pays_slippage():
    paper = broker(slippage_ticks=2)
    paper.on_tick(quote(ask=10_000), 0)
    assert told(sent(paper, order(limit=10_200)))[-1] == ("a", "complete", 50, 50 * 10_010)


def test_slippage_never_goes_beyond_the_limit():
    paper = broker(slippage_ticks=2)
    paper.on_tick(quote(ask=10_000), 0)
    assert told(sent(paper, order(limit=10_005)))[-1] == ("a", "complete", 50, 50 * 10_005)


def test_a_sell_hits_the_bids_and_slips_downward():
    paper = broker(slippage_ticks=1)
    paper.on_tick(quote(bid=10_000, ask=10_010), 0)
    sent(paper, order(tag="buy", limit=10_050))
    assert told(sent(paper, order(Side.SELL, limit=9_000, tag="sell")))[-1] == (
        "sell",
        "complete",
        50,
        50 * 9_995,
    )


def test_a_resting_order_trades_at_its_limit_when_the_opposite_quote_reaches_it():
    paper = broker(slippage_ticks=3)
    paper.on_tick(quote(ask=10_010), 0)
    assert told(sent(paper, order(limit=10_000, quantity=100)))[-1] == ("a", "open", 0, 0)
    paper.on_tick(quote(ask=10_005), at_ms(1))
    assert paper.due(at_ms(1)) == []
    paper.on_tick(quote(bid=9_900, ask=9_950, size=50), at_ms(2))
    assert told(paper.due(at_ms(2))) == [("a", "partial", 50, 50 * 10_000)]
    paper.on_tick(quote(bid=9_900, ask=9_950, size=50), at_ms(3))
    assert told(paper.due(at_ms(3))) == [("a", "complete", 100, 100 * 10_000)]


def test_size_we_took_is_not_there_again_until_the_next_tick():
    paper = broker()
    paper.on_tick(quote(size=50), 0)
    assert told(sent(paper, order()))[-1] == ("a", "complete", 50, 50 * 10_010)
    assert told(sent(paper, order(tag="b")))[-1] == ("b", "open", 0, 0)
    paper.on_tick(quote(size=50), at_ms(1))
    assert told(paper.due(at_ms(1))) == [("b", "complete", 50, 50 * 10_010)]


def test_an_order_meets_the_quote_of_the_moment_it_arrives():
    paper = broker(latency_ms=120)
    paper.on_tick(quote(ask=10_000), 0)
    paper.place(order(limit=10_010), at_ms(0))
    assert paper.next_due_ns() == at_ms(120)
    paper.on_tick(quote(ask=10_010), at_ms(119))
    assert paper.due(at_ms(119)) == []
    assert told(paper.due(at_ms(120)))[-1] == ("a", "complete", 50, 50 * 10_010)
    assert paper.next_due_ns() is None


def test_an_order_that_arrives_with_a_tick_was_there_first():
    paper = broker(latency_ms=100)
    paper.on_tick(quote(ask=10_000), 0)
    paper.place(order(limit=10_010), at_ms(0))
    paper.on_tick(quote(ask=10_010), at_ms(100))
    assert told(paper.due(at_ms(100)))[-1] == ("a", "complete", 50, 50 * 10_000)


def test_a_fill_beats_the_cancellation_under_way():
    paper = broker(latency_ms=100)
    paper.on_tick(quote(), 0)
    paper.place(order(limit=10_000), at_ms(0))
    paper.due(at_ms(100))
    paper.cancel("a", at_ms(110))
    paper.on_tick(quote(bid=9_900, ask=9_950), at_ms(150))
    updates = paper.due(at_ms(210))
    assert told(updates) == [
        ("a", "complete", 50, 500_000),
        ("a", "cancel_rejected", 50, 500_000),
    ]
    assert updates[-1].code == "NOT_OPEN"


def test_a_cancellation_reports_what_was_filled_before_it():
    paper = broker()
    paper.on_tick(quote(size=50), 0)
    sent(paper, order(quantity=100))
    paper.cancel("a", at_ms(1))
    assert told(paper.due(at_ms(1))) == [("a", "cancelled", 50, 50 * 10_010)]
    paper.on_tick(quote(), at_ms(2))
    assert paper.due(at_ms(2)) == []


def test_cancelling_an_unknown_order_is_refused():
    paper = broker()
    paper.cancel("nobody", 0)
    assert [(u.status, u.code) for u in paper.due(0)] == [
        (OrderStatus.CANCEL_REJECTED, "UNKNOWN_ORDER")
    ]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (order(quantity=60), "LOT"),
        (order(quantity=0), "LOT"),
        (order(limit=10_003), "TICK"),
        (order(limit=0), "TICK"),
        (order(quantity=1850), "FREEZE_QUANTITY"),
        (order(limit=14_010), "PRICE_BAND"),
        (order(instrument=INDEX), "NOT_TRADABLE"),
        (order(instrument="NFO:1"), "UNKNOWN_INSTRUMENT"),
        (order(Side.SELL, limit=10_000), "NO_SHORT"),
    ],
)
def test_the_exchange_refuses_with_a_code_and_a_sentence(request_, code):
    paper = broker()
    paper.on_tick(quote(bid=10_000, ask=10_010), 0)
    accepted, rejected = sent(paper, request_)
    assert accepted.status is OrderStatus.ACCEPTED
    assert (rejected.status, rejected.code) == (OrderStatus.REJECTED, code)
    assert rejected.message


def test_a_buy_needs_the_money_that_open_orders_have_not_promised():
    paper = broker(balance_paise=50 * 10_000)
    paper.on_tick(quote(), 0)
    assert told(sent(paper, order(limit=10_000)))[-1][1] == "open"
    assert sent(paper, order(limit=10_000, tag="b"))[-1].code == "FUNDS"
    assert paper.available_paise == 0
    paper.cancel("a", 0)
    paper.due(0)
    assert paper.available_paise == 50 * 10_000


def test_units_promised_to_an_open_sell_cannot_be_sold_twice():
    paper = broker()
    paper.on_tick(quote(), 0)
    sent(paper, order())
    assert told(sent(paper, order(Side.SELL, limit=10_050, tag="s")))[-1][1] == "open"
    assert sent(paper, order(Side.SELL, limit=10_050, tag="t"))[-1].code == "NO_SHORT"


def test_a_halt_refuses_orders_and_lets_resting_ones_wait():
    paper = broker()
    paper.on_tick(quote(), 0)
    sent(paper, order(limit=10_000))
    paper.set_market(False)
    assert sent(paper, order(tag="b"))[-1].code == "MARKET_CLOSED"
    paper.on_tick(quote(bid=9_900, ask=9_950), at_ms(1))
    assert paper.due(at_ms(1)) == []
    paper.set_market(True)
    paper.on_tick(quote(bid=9_900, ask=9_950), at_ms(2))
    assert told(paper.due(at_ms(2))) == [("a", "complete", 50, 500_000)]


def test_cash_and_units_follow_the_fills():
    paper = broker(balance_paise=10_000_000)
    paper.on_tick(quote(bid=10_000, ask=10_010), 0)
    sent(paper, order())
    assert (paper.cash_paise, paper.units) == (10_000_000 - 50 * 10_010, {KEY: 50})
    sent(paper, order(Side.SELL, limit=10_000, tag="b"))
    assert (paper.cash_paise, paper.units) == (10_000_000 - 50 * 10, {KEY: 0})


def test_a_cheap_option_has_an_absolute_band():
    paper = broker()
    paper.on_tick(quote(bid=1_000, ask=1_010), 0)
    assert sent(paper, order(limit=3_005))[-1].status is OrderStatus.COMPLETE
    assert sent(paper, order(limit=3_010, tag="b"))[-1].code == "PRICE_BAND"
