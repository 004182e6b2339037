"""Whatever is thrown at it, the paper broker keeps its books."""

from hypothesis import given, strategies as st
from msgspec.structs import replace

from rustro_kernel.domain.orders import FINAL, OrderStatus, Side
from rustro_kernel.domain.ticks import Tick
from tests.brokers.paper_day import KEY, at_ms, book, broker, order

PRICES = st.integers(1_990, 2_010).map(lambda n: n * 5)
SIZES = st.integers(0, 6).map(lambda n: n * 50)
LEVELS = st.dictionaries(PRICES, SIZES, max_size=3)
QUOTES = st.builds(
    lambda bids, asks, ltp: replace(
        book(sorted(bids.items(), reverse=True), sorted(asks.items())), ltp=ltp
    ),
    LEVELS,
    LEVELS,
    PRICES,
)
UNITS = st.integers(1, 8).map(lambda n: n * 50)
TRIGGERS = st.just(0) | PRICES
ORDERS = st.builds(order, st.sampled_from(Side), UNITS, PRICES, trigger=TRIGGERS)
REFUSED = (OrderStatus.CANCEL_REJECTED, OrderStatus.MODIFY_REJECTED)
CANCELS = st.integers(0, 10)
CHANGES = st.builds(order, quantity=UNITS, limit=PRICES, trigger=TRIGGERS, tag=CANCELS.map(str))
DAYS = st.lists(
    st.tuples(
        st.integers(0, 100),
        QUOTES
        | st.tuples(st.just("place"), ORDERS)
        | st.tuples(st.just("modify"), CHANGES)
        | CANCELS,
    ),
    max_size=40,
)


def played(day, **settings):
    """Run a day; returns the broker, the requests by tag and (moment, quote or update) pairs."""
    paper, requests, seen, now = broker(**settings), {}, [], 0
    for pause, what in day:
        now += pause
        seen += [(now, update) for update in paper.due(at_ms(now))]
        if isinstance(what, Tick):
            seen.append((now, what))
            paper.on_tick(what, at_ms(now))
        elif isinstance(what, int):
            paper.cancel(str(what), at_ms(now))
        elif what[0] == "modify":
            paper.modify(what[1], at_ms(now))
        else:
            tag = str(len(requests))
            requests[tag] = replace(what[1], tag=tag)
            paper.place(requests[tag], at_ms(now))
    seen += [(now, update) for update in paper.due(at_ms(now + 1_000))]
    return paper, requests, seen


def changes_of(day):
    return [what[1] for _, what in day if isinstance(what, tuple) and what[0] == "modify"]


def updates_of(seen):
    return [what for _, what in seen if not isinstance(what, Tick)]


@given(DAYS, st.integers(0, 3))
def test_cash_and_units_are_the_sum_of_the_fills(day, slippage):
    paper, requests, seen = played(day, latency_ms=30, slippage_ticks=slippage)
    last = {u.tag: u for u in updates_of(seen)}
    sign = {tag: 1 if r.side is Side.BUY else -1 for tag, r in requests.items()}
    fills = [(sign[tag], u) for tag, u in last.items() if tag in requests]
    assert paper.cash_paise == 100_000_000 - sum(s * u.value_paise for s, u in fills)
    assert paper.units.get(KEY, 0) == sum(s * u.filled for s, u in fills)


@given(DAYS)
def test_never_net_short_and_never_out_of_cash(day):
    paper, requests, seen = played(day, balance_paise=4_000_000)
    held, filled = 0, {}
    for update in updates_of(seen):
        if update.tag in requests:
            step = update.filled - filled.get(update.tag, 0)
            filled[update.tag] = update.filled
            held += step if requests[update.tag].side is Side.BUY else -step
            assert held >= 0
    assert paper.cash_paise >= paper.available_paise >= 0


@given(DAYS, st.integers(0, 3))
def test_fills_stay_within_quantity_and_limit_and_only_grow(day, slippage):
    _, requests, seen = played(day, slippage_ticks=slippage)
    filled, value, final, changes = {}, {}, set(), changes_of(day)
    for update in updates_of(seen):
        request = requests.get(update.tag)
        if request is None:
            assert update.status in REFUSED
            continue
        assert update.tag not in final or update.status in REFUSED
        units = update.filled - filled.get(update.tag, 0)
        paid = update.value_paise - value.get(update.tag, 0)
        asked = [request, *(c for c in changes if c.tag == update.tag)]  # changes may be refused
        limits = [each.limit_paise for each in asked]
        assert 0 <= units <= max(each.quantity for each in asked) - filled.get(update.tag, 0)
        within = paid <= units * max(limits)
        assert within if request.side is Side.BUY else paid >= units * min(limits)
        filled[update.tag], value[update.tag] = update.filled, update.value_paise
        final |= {update.tag} if update.status in FINAL else set()
        whole = {each.quantity for each in asked}
        assert update.status is not OrderStatus.COMPLETE or update.filled in whole


@given(DAYS)
def test_a_stop_never_trades_before_its_trigger_was_seen(day):
    _, requests, seen = played(day)
    changes, last, reached, filled = changes_of(day), 0, {}, {}
    for _, what in seen:
        if isinstance(what, Tick):
            reached, last = {tag: [*r, what.ltp] for tag, r in reached.items()}, what.ltp
        elif (request := requests.get(what.tag)) and request.is_stop:
            reached.setdefault(what.tag, [last] if last else [])
            if what.filled > filled.get(what.tag, 0):
                asked = [request, *(c for c in changes if c.tag == what.tag and c.is_stop)]
                triggers, seen_prices = [a.trigger_paise for a in asked], reached[what.tag]
                is_sell = request.side is Side.SELL
                low, high = min(seen_prices) <= max(triggers), max(seen_prices) >= min(triggers)
                assert low if is_sell else high
            filled[what.tag] = what.filled


@given(DAYS)
def test_one_tick_never_gives_more_than_it_displays(day):
    _, requests, seen = played(day)
    shown, taken, filled = {Side.BUY: 0, Side.SELL: 0}, dict.fromkeys(Side, 0), {}
    for _, what in seen:
        if isinstance(what, Tick):
            shown = {
                Side.BUY: sum(size for _, size in what.depth.asks),
                Side.SELL: sum(size for _, size in what.depth.bids),
            }
            taken = dict.fromkeys(Side, 0)
        elif what.tag in requests:
            side = requests[what.tag].side
            taken[side] += what.filled - filled.get(what.tag, 0)
            filled[what.tag] = what.filled
            assert taken[side] <= shown[side]


@given(DAYS)
def test_the_same_day_gives_the_same_updates(day):
    assert played(day, latency_ms=20)[2] == played(day, latency_ms=20)[2]
