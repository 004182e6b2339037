"""A broker that says anything of any order at any time: no unit is lost, doubled or sold twice."""

import copy
from collections import Counter, deque
from typing import Any

from hypothesis import given, settings as examples, strategies as st

from rustro_kernel.domain.orders import OrderStatus, OrderUpdate
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.engine import Engine
from rustro_kernel.records.order_rows import order_rows
from rustro_kernel.records.position_rows import position_rows
from tests.engine.test_laws import (
    a_position_never_has_two_live_sells,
    an_intent_never_has_two_live_orders,
)
from tests.make import CALL, Bench, command, in_position, ordered

FILLS = ("OrderPartiallyFilled", "OrderExecuted", "LateFillAdopted")
reports = st.tuples(
    st.just("report"),
    st.sampled_from(list(OrderStatus)),
    st.integers(0, 9),  # of which order, counted from the newest
    st.integers(0, 4),  # lots filled so far; an order has three at most
)
acts = st.tuples(
    st.sampled_from(["wait", "wait", "price", "command"]),
    st.integers(0, 60),
)
stories = st.lists(reports | acts, max_size=40)


QUIET: dict[str, Any] = {
    "holds_cancels": True,
    "data__gap_threshold_s": 86_400,
    "risk__vix_stale_s": 86_400,
}
ENTRY, HELD = ordered(**QUIET), in_position(**QUIET)
PROTECTED = in_position(**QUIET, exits__broker_stop="on")


def told(story, start: Bench) -> Bench:
    bench = twin(start)
    for kind, *dice in story:
        if kind == "report":
            _report(bench, *dice)
        else:
            _act(bench, kind, *dice)
    return bench


def twin(bench: Bench) -> Bench:
    """A bench that goes on from where another one stands."""
    made = copy.copy(bench)
    made.engine = Engine.restore(bench.engine.snapshot(), bench.registry)
    for name, value in vars(bench).items():
        if isinstance(value, list | dict | set | deque):
            setattr(made, name, copy.copy(value))
    return made


def _report(bench, status, which, lots):
    tag = bench.orders[-1 - which % len(bench.orders)][1].tag
    bench.feed(OrderUpdate(tag, status, f"B{tag}", 50 * lots, 50 * lots * 15_000))


def _act(bench, kind, dice):
    match kind:
        case "wait":
            bench.wait(dice / 4)
        case "price":
            bench.tick(CALL, 110 + dice)
        case _:
            name = ("pause", "resume", "flatten", "kill", "stop")[dice % 5]
            bench.feed(command(name, id=f"c{len(bench.inputs)}", reason="a law", flatten="false"))


def every_unit_is_counted_once(bench):
    """By the ledger, per order: the most that was ever reported."""
    reported: Counter = Counter()
    end = next((e.input for e in bench.events if e.type == "ShutdownCompleted"), None)
    for item in bench.inputs:
        if isinstance(item.body, OrderUpdate) and (end is None or item.n < end):
            tag, filled = item.body.tag, item.body.filled
            reported[tag] = max(reported[tag], filled)
    counted = {e.tag: e.filled for e in bench.said(*FILLS)}
    assert counted == {tag: filled for tag, filled in reported.items() if filled}
    rows = {row.tag: row.filled for row in order_rows(bench.events) if row.filled}
    assert rows == counted


def what_was_bought_is_held_or_sold(bench):
    """Sold and oversold together are what sell orders filled; nobody holds less than nothing."""
    state, filled = bench.state, Counter()
    for order in state.orders.values():
        filled["buy" if order.is_entry else "sell"] += order.filled
    positions = [*state.positions.values(), *state.gone.values()]
    assert all(0 <= p.sold <= p.bought for p in positions)
    assert all(not open_units(p) for p in state.gone.values())
    assert sum(p.bought for p in positions) == filled["buy"]
    oversold = sum(e.units for e in bench.said("OversoldFound"))
    assert sum(p.sold for p in positions) + oversold == filled["sell"]
    assert sum(p.buy_value for p in positions) == filled["buy"] * 15_000
    assert ("OVERSOLD" in state.halts) <= (oversold > 0)


def the_ledger_alone_says_what_is_held(bench):
    rows = {row.position_id: row for row in position_rows(bench.events)}
    state = bench.state
    held = {p.id: open_units(p) for p in state.positions.values() if open_units(p)}
    assert {i: rows[i].units for i in held} == held
    assert {i for i, row in rows.items() if row.state == "open"} <= set(state.positions)
    results = [trade.net_paise for trade in bench.said("PositionClosed")]
    assert sum(results) == state.account.realised


def quotes_find_every_position(bench):
    state = bench.state
    found = sorted(i for ids in state.by_instrument.values() for i in ids)
    assert found == sorted(state.positions)
    assert set(state.by_instrument) <= set(state.watched)


LAWS = (
    an_intent_never_has_two_live_orders,
    a_position_never_has_two_live_sells,
    every_unit_is_counted_once,
    what_was_bought_is_held_or_sold,
    the_ledger_alone_says_what_is_held,
    quotes_find_every_position,
)


@examples(max_examples=120)
@given(stories)
def test_of_an_entry_no_unit_is_lost_or_doubled_whatever_is_reported(story):
    bench = told(story, ENTRY)
    for law in LAWS:
        law(bench)


@examples(max_examples=120)
@given(stories)
def test_of_an_exit_no_unit_is_lost_or_sold_twice_unseen_whatever_is_reported(story):
    bench = told([("price", 0), *story], HELD)
    for law in LAWS:
        law(bench)


@examples(max_examples=120)
@given(stories)
def test_with_a_stop_at_the_broker_no_unit_is_lost_or_sold_twice_unseen(story):
    bench = told(story, PROTECTED)
    for law in LAWS:
        law(bench)
