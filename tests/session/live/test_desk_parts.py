"""The live desk's pure parts: the proof of absence, the value of fills, what counts as news."""

from hypothesis import given, strategies as st
from msgspec.structs import replace

from rustro_kernel.brokers.angelone.order_rows import OrderRow
from rustro_kernel.domain.orders import OrderStatus, OrderUpdate
from rustro_kernel.session.live.desk_timings import DeskTimings
from rustro_kernel.session.live.orders_absence import Absence
from rustro_kernel.session.live.orders_unlisted import Unlisted
from rustro_kernel.session.live.orders_values import Fills, estimated, settled
from rustro_kernel.session.live.sent_orders import SentOrders
from tests.make import CALL, option

TIMINGS = DeskTimings()


CALLS = {CALL: replace(option(17_050), lot=65)}


def nobody(_) -> None:
    """Nobody is interested."""


def absent_at(*asked_s: float) -> list[bool]:
    proof = Absence(100.0, TIMINGS)
    return [proof.missing(each) for each in asked_s]


def test_three_books_in_five_seconds_prove_an_absence():
    assert absent_at(100.0, 103.0, 105.0) == [False, False, True]
    assert absent_at(101.0, 102.0, 103.0, 104.0, 104.9, 105.0) == [False] * 5 + [True]
    assert absent_at(106.0, 107.0, 108.0) == [False, False, True]


def test_empty_books_take_three_times_as_long():
    proof = Absence(100.0, TIMINGS)
    asked = (105.0, 106.0, 107.0, 114.9, 115.0)
    assert [proof.missing(s, is_empty=True) for s in asked] == [False] * 4 + [True]
    assert proof.missing(106.0)  # one with rows in it is a book like any other


def test_a_book_asked_for_before_the_connection_was_closed_proves_nothing():
    assert absent_at(99.9, 104.0, 105.0, 106.0) == [False, False, False, True]


def test_a_book_that_could_not_be_read_breaks_the_row():
    proof = Absence(100.0, TIMINGS)
    proof.missing(101.0)
    proof.missing(105.0)
    proof.failed()
    assert [proof.missing(s) for s in (106.0, 107.0, 108.0)] == [False, False, True]


def row(filled: int, value: int, **fields) -> OrderRow:
    plain = {"instrument": CALL, "limit_paise": 10_100, "tag": "t1"}
    status = OrderStatus.PARTIAL if filled else OrderStatus.OPEN
    return OrderRow("1", status, "open", filled=filled, value_paise=value, **{**plain, **fields})


@given(st.lists(st.integers(1, 30_000), min_size=1, max_size=2))
def test_the_average_of_two_lots_says_exactly_what_they_cost(ticks):
    units, value = 65 * len(ticks), sum(65 * 5 * tick for tick in ticks)
    for average in (value // units, -(-value // units), round(value / units)):
        assert settled(row(units, average * units), CALLS) == Fills(units, value)


def test_a_value_in_doubt_is_not_settled():
    assert settled(row(65 * 20, 65 * 20 * 10_003), CALLS) is None  # many values fit
    assert settled(row(65, 65 * 10_003), CALLS) is None  # none does
    assert settled(row(65, 0), CALLS) is None
    assert settled(row(65, 65 * 10_005), {}) is None


def test_what_nobody_can_say_is_estimated():
    assert estimated(row(65, 65 * 10_003)) == Fills(65, 65 * 10_003, False)
    assert estimated(row(65, 0)) == Fills(65, 65 * 10_100, False)


def heard(*rows: OrderRow) -> tuple[list[tuple[str, int]], SentOrders]:
    """What is told of an order when these rows come, one after the other."""
    told: list[OrderUpdate] = []

    def value(sent) -> None:
        sent.fills = Fills(sent.row.filled, sent.row.value_paise)
        orders.tell(sent)

    orders = SentOrders(told.append, value, nobody, Unlisted(TIMINGS, nobody))
    orders.add("t1")
    for each in rows:
        orders.learn([each])
    return [(update.status.value, update.filled) for update in told], orders


ACCEPTED = OrderRow("1", OrderStatus.ACCEPTED, "", tag="t1")
OPEN, HALF, MORE = row(0, 0), row(65, 650_000), row(130, 1_300_000)
DONE = replace(row(195, 1_950_000), status=OrderStatus.COMPLETE, words="complete")
LIFE = (ACCEPTED, OPEN, HALF, MORE, DONE)


@given(st.lists(st.sampled_from(LIFE), max_size=12))
def test_rows_in_any_order_tell_each_step_at_most_once_and_forward(rows):
    steps = [("accepted", 0), ("open", 0), ("partial", 65), ("partial", 130), ("complete", 195)]
    told, _ = heard(*rows)
    assert [steps.index(each) for each in told] == sorted({steps.index(each) for each in told})
    assert told[-1:] == [steps[max(map(LIFE.index, rows))]] if rows else told == []


def test_an_end_that_has_not_heard_of_fills_keeps_them():
    ended = replace(DONE, status=OrderStatus.CANCELLED, words="cancelled", filled=0, value_paise=0)
    assert heard(HALF, ended)[0] == [("partial", 65), ("cancelled", 65)]
    assert heard(HALF, ended, MORE)[0] == [("partial", 65), ("cancelled", 65), ("cancelled", 130)]


def test_a_second_order_with_our_tag_is_not_counted(caplog):
    told, _ = heard(HALF, replace(DONE, order_id="2"))
    assert told == [("partial", 65)]
    assert "two orders carry tag t1: 1 and 2" in caplog.text


def test_rows_that_came_before_their_order_are_not_forgotten():
    told: list[OrderUpdate] = []
    orders = SentOrders(told.append, nobody, nobody, Unlisted(TIMINGS, nobody))
    orders.learn([OPEN])
    assert told == []
    orders.add("t1")
    assert [update.status for update in told] == [OrderStatus.OPEN]


def test_a_book_that_lacks_what_the_broker_has_proves_nothing():
    told: list[OrderUpdate] = []
    orders = SentOrders(told.append, nobody, nobody, Unlisted(TIMINGS, nobody))
    orders.add("t1")
    orders.learn([OPEN])
    orders.add("t2").absence = Absence(100.0, TIMINGS)
    for asked_s in (105, 106):
        orders.book([OPEN], asked_s)
    orders.book([], 107)
    for asked_s in (108, 109):
        orders.book([OPEN], asked_s)
    assert len(told) == 1
    orders.book([OPEN], 110)
    assert (told[-1].tag, told[-1].status) == ("t2", OrderStatus.ABSENT)


def unlisted(look=nobody) -> tuple[list[OrderUpdate], SentOrders]:
    """The broker has t1 and t2, and nobody knows of t3."""
    told: list[OrderUpdate] = []
    orders = SentOrders(told.append, nobody, nobody, Unlisted(TIMINGS, look))
    orders.add("t1")
    orders.learn([OPEN])
    orders.add("t2")
    orders.learn([OTHER])
    orders.add("t3").absence = Absence(100.0, TIMINGS)
    told.clear()
    return told, orders


OTHER = replace(OPEN, order_id="2", tag="t2")


def test_an_order_that_is_in_no_book_does_not_keep_others_in_doubt_for_ever(caplog):
    looked = []
    told, orders = unlisted(looked.append)
    for asked_s in range(105, 135):
        orders.book([OTHER], asked_s)
    assert told == looked == []
    for asked_s in (135, 136, 137):
        orders.book([OTHER], asked_s)
    assert [(u.tag, u.status) for u in told] == [("t3", OrderStatus.ABSENT)]
    assert [sent.tag for sent in looked] == ["t1"]  # once
    assert "no order book shows it" in caplog.text


def test_an_order_that_comes_into_the_books_after_all_is_missed_again():
    told, orders = unlisted()
    for asked_s in (105, 120, 134):
        orders.book([OTHER], asked_s)
    orders.book([OPEN, OTHER], 134.5)
    for asked_s in range(135, 165):
        orders.book([OTHER], asked_s)
    assert told == []


def test_an_empty_book_proves_nothing_where_the_broker_has_orders():
    told, orders = unlisted()
    for asked_s in range(105, 300):
        orders.book([], asked_s)
    assert told == []
