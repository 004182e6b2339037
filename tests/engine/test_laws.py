"""Laws that hold whatever the market does: random walks through the whole engine."""

from collections import Counter, defaultdict

from hypothesis import given, settings as examples, strategies as st

from rustro_kernel.domain.charges import charges
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.orders import FINAL, OrderStatus, OrderUpdate
from rustro_kernel.engine.effects import CancelOrder, PlaceOrder
from tests.engine.story import eventful_day
from tests.make import (
    CALL,
    FUTURE,
    NIFTY,
    NSE_2021,
    VIX,
    Bench,
    command,
    in_position,
    ns,
    paper_broker,
    rules,
    trigger_at,
)

steps = st.lists(
    st.tuples(
        st.sampled_from(["call", "call", "call", "nifty", "vix", "wait", "signal", "command"]),
        st.integers(0, 1000),
    ),
    min_size=5,
    max_size=40,
)
books = st.sampled_from([(5000, 5000), (50, 50), (0, 0), (100, 5000)])


def market(story, sizes=(5000, 5000), stops="off", **broker) -> Bench:
    """A day in which things happen in random order, with the paper broker and real charges."""
    paper = paper_broker(**{"latency_ms": 120, "slippage_ticks": 1, **broker})
    bench = Bench(
        day=rules(charges=NSE_2021),
        broker=paper,
        exits__broker_stop=stops,
        strategy__reentry_pause_s=0,
        strategy__max_reentries=20,
        risk__max_losses=100,
        risk__daily_loss_pct=100,
        risk__vix_stale_s=86_400,
        data__gap_threshold_s=86_400,
    )
    sides = {"bid_qty": sizes[0], "ask_qty": sizes[1]}
    trigger_at(bench, "10:31")
    for kind, dice in story:
        _step(bench, kind, dice, sides)
    return bench


def _step(bench, kind, dice, sides):
    bench.wait(0.2 + dice % 7)
    match kind:
        case "call":
            price = max(1.0, round(bench.prices[CALL] * (0.85 + dice / 3333) * 20) / 20)
            bench.tick(CALL, price, **sides)
        case "nifty":
            bench.tick(NIFTY, 16_950 + dice / 10)
        case "vix":
            bench.tick(VIX, 31 if dice > 900 else 16)
        case "wait":
            bench.wait(dice / 10)
        case "signal":
            _signal(bench)
        case _:
            _command(bench, dice)


def _signal(bench):
    """The next hour asks for an entry, if the window is still open."""
    hour = 3600 * SECOND
    at = bench.now - (bench.now - ns("10:20")) % hour + hour
    if at < ns("14:30"):
        bench.wait_to(at - 60 * SECOND)
        bench.run_to(at - 3 * SECOND)
        bench.tick(NIFTY, 17_060)
        bench.tick(CALL, 150)
        bench.wait_to(at + 3 * SECOND)
        bench.tick(NIFTY, 17_000)


def _command(bench, dice):
    name = ("pause", "resume", "flatten", "flatten", "resume")[dice % 5]
    bench.feed(command(name, id=f"{name}-{len(bench.inputs)}", reason="a law"))


def end(bench: Bench) -> Bench:
    """The rest of the day with buyers and sellers for everything."""
    bench.wait_to(max(bench.now, ns("15:20")))
    for _ in range(20):
        bench.wait(5)
        bench.tick(CALL, 150)
    bench.wait_to("15:31")
    return bench


def cash_changes_by_what_the_trades_say_to_the_paisa(bench):
    trades = bench.said("PositionClosed")
    assert bench.said("UnclosedAtClose") == []
    assert bench.broker.cash_paise - 100_000_000 == sum(t.gross_paise for t in trades)
    for trade in trades:
        assert trade.net_paise == trade.gross_paise - trade.charges_paise
        assert trade.gross_paise == trade.sell_value_paise - trade.buy_value_paise
    assert bench.state.account.realised == sum(t.net_paise for t in trades)


def a_trade_pays_the_charges_of_its_orders(bench):
    value = {}
    for event in bench.said("OrderPartiallyFilled", "OrderExecuted", "OrderCancelled"):
        value[event.tag] = event.value_paise
    for trade in bench.said("PositionClosed"):
        buys = [value[tag] for tag in trade.buy_orders]
        sells = [value[tag] for tag in trade.sell_orders]
        assert (sum(buys), sum(sells)) == (trade.buy_value_paise, trade.sell_value_paise)
        assert charges(NSE_2021, buys, sells).total == trade.charges_paise


def we_are_never_short_and_flat_in_the_end(bench):
    held: Counter = Counter()
    side = {order.tag: (order.instrument, order.side.value) for _, order in bench.orders}
    seen: Counter = Counter()
    for item in bench.inputs:
        if isinstance(item.body, OrderUpdate):
            update = item.body
            key, buys = side[update.tag][0], side[update.tag][1] == "BUY"
            units = update.filled - seen[update.tag]
            seen[update.tag] = update.filled
            held[key] += units if buys else -units
            assert held[key] >= 0
    assert all(units == 0 for units in held.values())
    assert all(units == 0 for units in bench.broker.units.values())


def an_intent_never_has_two_live_orders(bench):
    """Of each intent, at the broker: placed, and no final word heard yet.

    Absent is no final word of an order that was seen, or is seen afterwards.
    """
    _never_two(bench, {e.tag: e.intent_id for e in bench.said("OrderSubmissionRequired")})


def a_position_never_has_two_live_sells(bench):
    """Not even while its protective stop makes way for the exit."""
    sold = {e.intent_id: e.position_id for e in bench.said("OrderPlacementRequired")}
    sent = bench.said("OrderSubmissionRequired")
    _never_two(bench, {e.tag: (sold[e.intent_id], e.side) for e in sent})


def _never_two(bench, owner):
    """No owner has two orders at the broker at once."""
    last: dict[str, OrderStatus | None] = {}
    live: defaultdict[str, set[str]] = defaultdict(set)
    effects = iter(sorted(bench.effects, key=lambda e: (e.input, e.index)))
    effect = next(effects, None)
    for item in bench.inputs:
        if isinstance(item.body, OrderUpdate) and (tag := item.body.tag) in last:
            last[tag] = word(last[tag], item.body.status)
            (live[owner[tag]].discard if last[tag] in FINAL else live[owner[tag]].add)(tag)
        while effect is not None and effect.input == item.n:
            if isinstance(effect.action, PlaceOrder):
                tag = effect.action.order.tag
                assert not live[owner[tag]]
                live[owner[tag]].add(tag)
                last[tag] = None
            if isinstance(effect.action, CancelOrder):
                assert last[effect.action.tag] not in FINAL
            effect = next(effects, None)


def word(known: OrderStatus | None, said: OrderStatus) -> OrderStatus | None:
    """What counts of two reports: an end stays, and what was seen can no longer be absent."""
    if known in FINAL - {OrderStatus.ABSENT} or said in NO_NEWS:
        return known
    return known if known in SEEN and said is OrderStatus.ABSENT else said


SEEN = {OrderStatus.ACCEPTED, OrderStatus.OPEN, OrderStatus.PARTIAL}
NO_NEWS = {OrderStatus.UNKNOWN, OrderStatus.CANCEL_REJECTED, OrderStatus.MODIFY_REJECTED}


def a_position_never_has_two_exits(bench):
    born = [e for e in bench.said("OrderPlacementRequired") if e.side == "SELL"]
    exits = Counter(e.position_id for e in born if e.reason != "BROKER_STOP")
    assert set(exits.values()) <= {1}
    signals = Counter(e.position_id for e in bench.said("ExitSignalGenerated"))
    assert set(signals.values()) <= {1}
    tags = [order.tag for _, order in bench.orders]
    assert len(tags) == len(set(tags))


def the_ledger_is_dense_ordered_and_its_causes_point_back(bench):
    events = bench.events
    assert [e.seq for e in events] == list(range(1, len(events) + 1))
    assert [e.ts for e in events] == sorted(e.ts for e in events)
    assert [e.input for e in events] == sorted(e.input for e in events)
    assert all(e.cause is None or e.cause < e.seq for e in events)
    assert events[-1].type == "ShutdownCompleted"


def no_entry_pays_more_than_its_chase_limit_or_comes_with_a_failed_gate(bench):
    by_seq = {e.seq: e for e in bench.events}
    for signal in (e for e in bench.events if e.type == "SignalGenerated"):
        look = by_seq[signal.cause].data
        assert look.first_no is None
        assert all(gate.ok is not False for gate in look.gates if "." not in gate.name)
    first = {}
    for sent in bench.said("OrderSubmissionRequired"):
        if sent.side == "BUY":
            first.setdefault(sent.intent_id, sent.ltp_paise)
            assert sent.limit_paise <= first[sent.intent_id] * 102 // 100
            assert sent.limit_paise % 5 == 0


LAWS = (
    cash_changes_by_what_the_trades_say_to_the_paisa,
    a_trade_pays_the_charges_of_its_orders,
    we_are_never_short_and_flat_in_the_end,
    an_intent_never_has_two_live_orders,
    a_position_never_has_two_live_sells,
    a_position_never_has_two_exits,
    no_entry_pays_more_than_its_chase_limit_or_comes_with_a_failed_gate,
    the_ledger_is_dense_ordered_and_its_causes_point_back,
)


@examples(max_examples=40)
@given(steps, books, st.sampled_from(["on", "off"]))
def test_whatever_the_market_does_the_laws_hold(story, sizes, stops):
    bench = end(market(story, sizes, stops))
    for law in LAWS:
        law(bench)


@examples(max_examples=60)
@given(st.lists(st.integers(12_005, 30_000), max_size=80))
def test_a_trailing_stop_never_falls_and_sells_at_the_first_price_below_it(prices):
    bench, stop = in_position(150), None
    for paise in prices:
        bench.wait(0.5)
        bench.tick(CALL, paise / 100)
        if stop is not None and paise < stop:
            assert bench.last("ExitSignalGenerated").reason == "TRAILING_STOP"
            return
        assert bench.said("ExitSignalGenerated") == []
        if stop is not None or paise >= 15_300:
            stop = max(stop or 0, paise * 9850 // 10_000)
        (position,) = bench.state.positions.values()
        assert position.trail == stop
    stops = [e.stop_paise for e in bench.said("TrailingStopActivated", "TrailingStopUpdated")]
    assert stops == sorted(set(stops))


updates = st.lists(
    st.tuples(st.sampled_from(list(OrderStatus)), st.integers(0, 3), st.integers(0, 20)),
    max_size=40,
)


@examples(max_examples=60)
@given(updates)
def test_reports_may_come_in_any_order_twice_or_never(story):
    """A broker that stutters: fills never exceed an order, and nothing is bought twice."""
    bench = Bench(holds_cancels=True)
    trigger_at(bench)
    for status, lots, wait in story:
        bench.wait(wait / 4)
        tag = bench.orders[-1][1].tag
        units = min(50 * lots, bench.orders[-1][1].quantity)
        bench.feed(OrderUpdate(tag, status, f"B{tag}", units, units * 15_000))
    an_intent_never_has_two_live_orders(bench)
    for position in bench.state.positions.values():
        assert 0 <= position.sold <= position.bought <= 150
        assert position.buy_value == position.bought * 15_000


def test_the_same_story_twice_gives_the_same_bytes():
    first, second = eventful_day(), eventful_day()
    assert first.events == second.events
    assert first.effects == second.effects
    assert FUTURE in first.state.watched
