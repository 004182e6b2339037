"""What is sold of what: the smaller of ours and what the broker holds, once."""

import random
from collections import Counter

from hypothesis import given, strategies as st
from msgspec.structs import replace

from rustro_kernel.domain.orders import OrderStatus
from rustro_kernel.engine.events.orders import (
    OrderPlacementRequired,
    OrderSubmissionRequired,
    OrderSubmitted,
)
from rustro_kernel.engine.events.positions import PositionReconciled
from rustro_kernel.engine.turn import Event
from rustro_kernel.supervision.selling.ours import head, held, next_tag, ours as session_of
from rustro_kernel.supervision.selling.rounds import (
    Books,
    Cancel,
    Place,
    Reprice,
    books,
    is_flat,
    left,
    steps,
)
from tests.supervision.selling.make import (
    GONE,
    KEY,
    OPEN,
    OTHER,
    SESSION,
    TAG,
    ours,
    position,
    row,
    sale,
)

LIMITS = {KEY: 9000, OTHER: 4000}


def wanted(orders, net, limits=LIMITS, freeze=1800, **options):
    return steps(ours(), Books(tuple(orders), net), limits, freeze, **options)


def test_what_is_ours_is_what_our_orders_have_traded():
    rows = [row(), row("SELL", 65, 20, OPEN), row(tag="", id="somebody"), row(tag="f" * 17)]
    assert held(ours(), rows) == {KEY: 45}


def test_a_session_is_what_its_ledger_says_it_sent_and_gave_up():
    facts = (
        OrderPlacementRequired("i", "p", KEY, "CALL", "BUY", 65, "BREAKOUT"),
        OrderSubmissionRequired("i", f"{TAG}0", 1, "BUY", "CALL", 65, 9000, 9000, 0),
        OrderSubmitted("i", f"{TAG}0", "17"),
        PositionReconciled(KEY, "CALL", booked=65, held=30),
    )
    events = [Event(n, n, 0, type(data).__name__, None, None, data) for n, data in enumerate(facts)]
    found = session_of(SESSION, events)
    assert (found.symbols, found.ids) == ({KEY: "CALL"}, {"17"})
    assert held(found, [row()]) == {KEY: 30}


def test_units_that_the_session_gave_up_are_not_ours():
    assert held(ours(reconciled={KEY: -65}), [row()]) == {KEY: 0}


def test_an_order_is_found_by_its_id_where_the_broker_has_lost_its_tag():
    assert held(ours(ids=frozenset({"17"})), [row(tag="", id="17")]) == {KEY: 65}


def test_the_whole_position_is_sold_where_the_broker_holds_it():
    assert wanted([row()], {KEY: 65}) == [Place(KEY, 65, 9000)]


def test_foreign_units_of_the_same_contract_stay():
    assert wanted([row()], {KEY: 650}) == [Place(KEY, 65, 9000)]


def test_never_more_is_sold_than_the_broker_holds():
    assert wanted([row()], {KEY: 30}) == [Place(KEY, 30, 9000)]
    assert wanted([row()], {KEY: 0}) == wanted([row()], {KEY: -65}) == wanted([row()], {}) == []


def test_only_positions_of_our_product_count():
    made = books([row()], [position(65, product="INTRADAY"), position(13)], "CARRYFORWARD")
    assert left(ours(), made) == {KEY: 13}


def test_pending_orders_are_cancelled_before_anything_is_sold():
    stop = row("SELL", status=OPEN, tag=f"{TAG}1", is_stop=True)
    assert wanted([row(), stop], {KEY: 65}) == [Cancel(stop)]
    assert wanted([row(), replace(stop, status=GONE)], {KEY: 65}) == [Place(KEY, 65, 9000)]


def test_an_order_that_cannot_be_cancelled_keeps_no_other_contract_waiting():
    entry = row(status=OPEN)
    assert wanted([entry, row(key=OTHER)], {OTHER: 65}) == [Cancel(entry), Place(OTHER, 65, 4000)]


def test_pending_orders_of_others_are_left_alone():
    assert wanted([row(tag="", id="x", status=OPEN)], {KEY: 65}) == []


def test_a_sale_that_rests_follows_the_price_and_is_never_doubled():
    resting = sale(status=OPEN, limit_paise=9000)
    assert wanted([row(), resting], {KEY: 65}) == []
    assert wanted([row(), resting], {KEY: 65}, {KEY: 8900}) == [Reprice(resting, 8900)]


def test_a_sale_of_more_than_there_is_left_is_taken_back():
    resting = sale(status=OPEN, limit_paise=9000)
    assert wanted([row(), resting], {KEY: 30}) == [Cancel(resting)]


def test_a_sale_that_has_traded_in_part_rests_on():
    resting = sale(filled=30, status=OPEN, limit_paise=9000)
    assert wanted([row(), resting], {KEY: 35}) == []
    assert wanted([row(), resting], {KEY: 34}) == [Cancel(resting)]


def test_of_two_living_sales_neither_is_trusted():
    first, second = (sale(n, status=OPEN, limit_paise=9000) for n in (0, 1))
    assert wanted([row(), first, second], {KEY: 65}) == [Cancel(first), Cancel(second)]


def test_nothing_is_sent_while_an_order_is_not_in_the_book_yet():
    assert wanted([row()], {KEY: 65}, doubtful={KEY}) == []


def test_nothing_is_sold_without_a_price():
    assert wanted([row()], {KEY: 65}, {}) == []


def test_more_than_the_freeze_quantity_is_sold_in_slices():
    assert wanted([row(quantity=2600)], {KEY: 2600}) == [Place(KEY, 1800, 9000)]
    rows = [row(quantity=2600), sale(quantity=1800)]
    assert wanted(rows, {KEY: 800}) == [Place(KEY, 800, 9000)]


def test_sales_of_an_earlier_process_are_known_and_their_tags_are_not_used_again():
    rows = [row(), sale(quantity=30)]
    assert wanted(rows, {KEY: 100}) == [Place(KEY, 35, 9000)]
    assert next_tag(ours(), KEY, rows, ()) == f"{head(SESSION, KEY)}1"
    many = [sale(n) for n in range(10)]
    assert next_tag(ours(), KEY, many, {f"{head(SESSION, KEY)}a"}) == f"{head(SESSION, KEY)}b"


def test_flat_means_nothing_held_and_nothing_that_lives():
    assert is_flat(ours(), Books((row(),), {}))
    assert is_flat(ours(), Books((row(), sale()), {KEY: 650}))
    assert not is_flat(ours(), Books((row(),), {KEY: 65}))
    assert not is_flat(ours(), Books((row(status=OPEN),), {}))


class LaggingBroker:
    """A broker whose books show some earlier state of what is so, each its own."""

    def __init__(self, chance, foreign):
        self.chance, self.foreign = chance, foreign
        self.orders = {"buy": row(quantity=65, id="buy")}
        self.net = 65 + foreign
        self.past = []
        self.seen = [0, 0]
        self.lowest = self.net
        self.keep()

    def keep(self):
        self.past.append((tuple(self.orders.values()), self.net))

    def look(self):
        """Both books, as old as they may be, never older than the last time."""
        for book in (0, 1):
            self.seen[book] = self.chance.randint(self.seen[book], len(self.past) - 1)
        return Books(self.past[self.seen[0]][0], {KEY: self.past[self.seen[1]][1]})

    def do(self, step, tag):
        if isinstance(step, Place):
            fresh = row("SELL", step.units, 0, OPEN, tag=tag, id=tag, limit_paise=1)
            self.orders[tag] = fresh
        elif isinstance(step, Cancel) and not self.orders[step.row.order_id].is_final:
            self.change(step.row.order_id, status=GONE)
        self.keep()

    def trade(self):
        """A part of a living sale trades, or nothing happens."""
        for id, each in list(self.orders.items()):
            if not each.is_final and self.chance.random() < 0.6:
                units = self.chance.randint(1, each.quantity - each.filled)
                filled = each.filled + units
                status = OrderStatus.COMPLETE if filled == each.quantity else OPEN
                self.change(id, filled=filled, status=status)
                self.net -= units
                self.lowest = min(self.lowest, self.net)
                self.keep()

    def change(self, id, **fields):
        self.orders[id] = replace(self.orders[id], **fields)


@given(st.integers(), st.sampled_from([0, 65, 650]))
def test_however_the_books_lag_all_of_ours_is_sold_once_and_nothing_else(seed, foreign):
    chance = random.Random(seed)
    broker, mine, sent = LaggingBroker(chance, foreign), ours(), set()
    for _ in range(400):
        seen = broker.look()
        unseen = sent - {each.tag for each in seen.orders}
        limits = {KEY: chance.choice([1, 2, 3])}
        for step in steps(mine, seen, limits, 40, {KEY} if unseen else ()):
            tag = next_tag(mine, KEY, seen.orders, sent)
            sent |= {tag} if isinstance(step, Place) else set()
            broker.do(step, tag)
        broker.trade()
    assert broker.lowest >= foreign
    assert broker.net == foreign
    assert max(Counter(each.tag for each in broker.orders.values()).values()) == 1
