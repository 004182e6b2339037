import pytest
from hypothesis import given, strategies as st

from rustro_kernel.brokers.angelone.order_merge import Orders, merge
from rustro_kernel.brokers.angelone.order_rows import OrderRow, order_row, order_update
from rustro_kernel.brokers.angelone.order_status import STATUSES
from rustro_kernel.domain.orders import FINAL, OrderStatus, OrderUpdate

BOOK = {
    "variety": "NORMAL", "ordertype": "LIMIT", "producttype": "CARRYFORWARD", "duration": "DAY",
    "ordertag": "rb-7f3a01", "price": 101.35, "triggerprice": 0.0, "averageprice": 101.3,
    "quantity": "65", "filledshares": "65", "unfilledshares": "0", "cancelsize": "0",
    "tradingsymbol": "NIFTY24NOV2624500CE", "transactiontype": "BUY", "exchange": "NFO",
    "symboltoken": "45678", "orderid": "261123000104417",
    "uniqueorderid": "6b0c2a5e-5d6b-4f0e-9a55-0d5f3a1e7c11", "text": "",
    "status": "complete", "orderstatus": "complete", "updatetime": "23-Nov-2026 10:02:31",
}  # fmt: skip


def row(**fields):
    return order_row({**BOOK, **fields})


def update(**fields):
    return order_update(row(**fields))


def test_a_row_of_the_order_book():
    assert row() == OrderRow(
        "261123000104417", OrderStatus.COMPLETE, "complete", "rb-7f3a01",
        "6b0c2a5e-5d6b-4f0e-9a55-0d5f3a1e7c11", "NFO:45678", "NIFTY24NOV2624500CE", "BUY",
        65, 65, 658_450, 10_135, "", 1_795_408_351_000_000_000, 0, False,
    )  # fmt: skip


def test_what_the_engine_hears_of_it():
    assert update() == OrderUpdate(
        "rb-7f3a01", OrderStatus.COMPLETE, "261123000104417", 65, 658_450
    )


def test_strings_and_numbers_mean_the_same():
    as_text = {name: str(value) for name, value in BOOK.items()}
    assert order_row(as_text) == row() == row(quantity=65, filledshares=65.0)


def test_values_are_exact_though_prices_are_floats():
    assert update(averageprice=0.07, filledshares="3").value_paise == 21
    assert update(averageprice=128.303333, filledshares="75").value_paise == 962_275


def test_a_partial_fill_is_called_open():
    heard = update(status="open", orderstatus="open", filledshares="25")
    assert (heard.status, heard.filled) == (OrderStatus.PARTIAL, 25)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("validation pending", "accepted"),
        ("put order req received", "accepted"),
        ("open pending", "accepted"),
        ("after market order req received", "accepted"),
        ("modify after market order req received", "accepted"),
        ("open", "open"),
        ("trigger pending", "open"),
        ("modify pending", "open"),
        ("modified", "open"),
        ("cancel pending", "open"),
        ("cancelled after market order", "cancelled"),
        ("cancelled", "cancelled"),
        ("complete", "complete"),
        ("rejected", "rejected"),
        ("something new", "accepted"),
        ("", "accepted"),
        (" Open ", "open"),
    ],
)
def test_every_status_of_the_table(status, expected):
    assert update(status=status, orderstatus=status, filledshares="0").status.value == expected


def test_the_two_words_may_differ_and_an_end_wins():
    assert update(status="modified", orderstatus="trigger pending", filledshares="0").status is (
        OrderStatus.OPEN
    )
    assert update(status="open", orderstatus="cancelled").status is OrderStatus.CANCELLED
    assert update(status="new word", orderstatus="rejected").status is OrderStatus.REJECTED


def test_a_cancelled_order_keeps_its_fills():
    heard = update(status="cancelled", orderstatus="cancelled", filledshares="25")
    assert (heard.status, heard.filled, heard.value_paise) == (
        OrderStatus.CANCELLED, 25, 253_250,
    )  # fmt: skip


def test_a_rejection_says_why():
    heard = update(status="rejected", orderstatus="rejected", filledshares="0", text="No funds")
    assert (heard.status, heard.message) == (OrderStatus.REJECTED, "No funds")


def test_a_complete_order_without_its_fills_is_filled_whole():
    assert update(filledshares="").filled == 65


@pytest.mark.parametrize(
    "nothing", ["", None, "NaN", "nan", float("nan"), "-1", "inf", "1e999999", "x"]
)
def test_numbers_that_are_none_are_zero(nothing):
    heard = row(
        averageprice=nothing, filledshares=nothing, price=nothing, status="open", orderstatus=""
    )
    assert (heard.filled, heard.value_paise, heard.limit_paise) == (0, 0, 0)


@pytest.mark.parametrize(
    "stamp", ["", "x", "23-Nov-2026", "99-Nov-2026 10:00:00", "9" * 40 + "-Nov-2026 10:00:00"]
)
def test_a_time_that_cannot_be_read_is_none(stamp):
    assert row(updatetime=stamp).updated_ns == 0


def test_a_row_without_an_order_is_none():
    assert order_row({}) is None
    assert row(orderid="") is None


anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


@given(st.dictionaries(st.sampled_from(sorted(BOOK)), anything))
def test_no_row_raises(fields):
    read = row(**fields)
    assert read is None or (read.filled >= 0 and read.value_paise >= 0)


def told(orders, *rows):
    found = [orders.learn(each) for each in rows]
    return [each and (each.status.value, each.filled) for each in found]


def living(filled=0, status="open", at="10:02:31", **fields):
    return row(
        status=status, orderstatus=status, filledshares=str(filled),
        updatetime=f"23-Nov-2026 {at}", **fields,
    )  # fmt: skip


def test_states_may_be_skipped():
    assert told(Orders(), living(status="open pending"), row()) == [
        ("accepted", 0), ("complete", 65),
    ]  # fmt: skip


def test_an_end_is_not_undone_by_a_late_message():
    assert told(Orders(), row(), living(25, at="10:02:40")) == [("complete", 65), None]


def test_more_fills_beat_a_later_time():
    orders = Orders()
    assert told(orders, living(50), living(25, at="10:03:00")) == [("partial", 50), None]
    assert told(orders, living(60, at="10:00:00")) == [("partial", 60)]


def test_within_one_second_an_order_only_moves_forward():
    orders = Orders()
    assert told(orders, living(), living(status="open pending")) == [("open", 0), None]


def test_a_change_within_one_second_is_seen_whichever_source_tells_it():
    orders = Orders()
    orders.learn(living(price=101.35))
    changed = living(price=99.0, triggerprice=100.0, quantity="130")
    assert told(orders, changed) == [("open", 0)]
    now = orders.by_id("261123000104417")
    assert (now.limit_paise, now.trigger_paise, now.quantity) == (9_900, 10_000, 130)
    orders.learn(OrderRow("261123000104417", OrderStatus.ACCEPTED, ""))
    assert orders.by_id("261123000104417") == now


@pytest.mark.parametrize(
    ("variety", "order_type", "expected"),
    [
        ("NORMAL", "LIMIT", False),
        ("STOPLOSS", "STOPLOSS_LIMIT", True),
        ("STOPLOSS", "LIMIT", True),  # triggered: the variety is what a cancellation must name
        ("AMO", "STOPLOSS_LIMIT", True),
        ("AMO", "LIMIT", False),
        ("", "", None),
    ],
)
def test_the_variety_of_an_order_is_known(variety, order_type, expected):
    assert row(variety=variety, ordertype=order_type).is_stop is expected


def test_the_same_knowledge_twice_is_no_news():
    assert told(Orders(), living(25), living(25), living(25, at="10:02:33")) == [
        ("partial", 25), None, None,
    ]  # fmt: skip


def test_an_end_that_has_not_heard_of_fills_keeps_ours():
    known = living(25)
    merged = merge(known, living(0, "cancelled"))
    assert (merged.status, merged.filled, merged.value_paise) == (
        OrderStatus.CANCELLED, 25, known.value_paise,
    )  # fmt: skip


def test_what_only_one_source_says_is_kept():
    orders = Orders()
    orders.learn(living(uniqueorderid="", ordertag=""))
    orders.learn(living(at="10:02:30"))
    assert orders.by_id("261123000104417").unique_id.startswith("6b0c")
    assert orders.by_tag("rb-7f3a01").order_id == "261123000104417"
    assert orders.by_tag("other") is None
    assert [each.order_id for each in orders.living()] == ["261123000104417"]
    orders.learn(row())
    assert orders.living() == []


words = st.sampled_from(sorted(STATUSES))
rows = st.builds(
    living, st.integers(0, 65), words, st.sampled_from(["10:00:00", "10:00:01", "10:00:02"])
)


@given(st.lists(rows, min_size=1, max_size=12))
def test_whatever_the_order_of_arrival_fills_and_ends_are_never_lost(arrivals):
    orders = Orders()
    for each in arrivals:
        orders.learn(each)
    final = orders.by_id("261123000104417")
    assert final.filled == max(each.filled for each in arrivals)
    assert final.is_final == any(each.status in FINAL for each in arrivals)
