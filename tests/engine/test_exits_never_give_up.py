"""Whatever the market does to an exit: it ends flat, or a person knows why; nobody is ever short.

An exchange that keeps its own rules: a sale trades where somebody bids, as much as is bid; prices
outside its band are refused; a resting stop is triggered by the price; the market may be halted.
"""

from typing import Any, cast

import pytest
from hypothesis import given, settings as examples, strategies as st

from rustro_kernel.domain.orders import OrderStatus, OrderUpdate, Side
from rustro_kernel.engine.inputs import BrokerPositions, MarketNotice
from tests.engine.reference_exchange import Real, ReferenceExchange
from tests.make import CALL, Bench, command, master, ns, trigger_at

QUIET: dict[str, Any] = {
    "data__gap_threshold_s": 86_400, "risk__vix_stale_s": 86_400,
    "risk__daily_loss_pct": 100, "risk__max_losses": 100,
}  # fmt: skip


class Market:
    """200 units are held where one order may have 100: two slices, and a stop for one of them."""

    def __init__(self, stops: str) -> None:
        self.exchange = ReferenceExchange()
        listed = master(freeze=100)
        broker = cast("Any", self.exchange)
        self.bench = Bench(broker=broker, listed=listed, exits__broker_stop=stops, **QUIET)
        trigger_at(self.bench, "10:31")
        self.price, self.bid, self.size, self.lowest = 150.0, True, 5000, 0
        self.is_open = True
        self._buy_twice()

    def _buy_twice(self) -> None:
        """The first order was thought lost, and filled after all."""
        (lost,) = self.exchange.orders.values()
        self.bench.feed(OrderUpdate(lost.form.tag, OrderStatus.ABSENT))
        self.bench.wait(2)
        for real in list(self.exchange.orders.values())[::-1]:
            if real.form.side is Side.BUY:
                self.exchange.arrive(real)
                self.exchange.trade(real, real.rest)
        self._hear()
        assert self.exchange.net == {CALL: 200}

    def second(self) -> None:
        """The price is told, what was sent arrives, what can trade trades, all of it is heard."""
        sides = {} if self.bid else {"bid": 0, "bid_qty": 0}
        self.bench.tick(CALL, self.price, **sides)
        for real in list(self.exchange.orders.values()):
            self._step(real)
        self._hear()
        for key, units in self.exchange.sellable().items():
            assert units <= self.exchange.net.get(key, 0), "more is for sale than is held"
        assert all(units > 0 for units in self.exchange.net.values())
        self.bench.wait(1)

    def _step(self, real: Real) -> None:
        if real.stage == "wire":
            self._arrive(real)
        while real.wanted:
            self.exchange.obey(real)
        limit = real.form.limit_paise
        if real.stage == "waiting" and self.price * 100 <= real.form.trigger_paise:
            real.stage = "book"
        is_met = self.is_open and self.bid and limit <= self.price * 100 - 10
        if real.stage == "book" and real.form.side is Side.SELL and is_met:
            self.exchange.trade(real, self.size)

    def _arrive(self, real: Real) -> None:
        is_outside = not real.form.is_stop and real.form.limit_paise < self.lowest
        if is_outside or not self.is_open:
            self.exchange.end(real, "rejected")
        else:
            self.exchange.arrive(real)

    def _hear(self) -> None:
        said, self.exchange.said = self.exchange.said, []
        for update in said:
            self.bench.feed(update)

    def halt(self, is_open: bool) -> None:
        if is_open is not self.is_open:
            self.is_open = is_open
            self.bench.feed(MarketNotice(halted=not is_open, reason="the exchange says so"))

    def is_flat(self) -> bool:
        return not self.exchange.net

    def alerts(self) -> list[str]:
        return [alert.text for alert in self.bench.said("Alerted")]


moods = st.tuples(
    st.sampled_from([20.0, 60.0, 100.0, 104.0, 119.0, 150.0, 160.0]),
    st.booleans(),  # somebody bids
    st.sampled_from([0, 50, 50, 100, 5000]),  # units that are bid for, a second
    st.sampled_from([0, 0, 0, 10_000, 14_000]),  # the lowest price the exchange takes
    st.sampled_from([True, True, True, False]),  # it is open
    st.integers(1, 40),  # seconds
)
ways = st.sampled_from(["", "flatten", "close", "kill", "stop"])


def lived(story, stops: str) -> Market:
    market = Market(stops)
    for way, (price, bid, size, lowest, is_open, seconds) in story:
        market.halt(is_open)
        market.price, market.bid, market.size, market.lowest = price, bid, size, lowest
        if way:
            order(market.bench, way)
        for _ in range(seconds):
            market.second()
    return market


def order(bench: Bench, way: str) -> None:
    position = next(iter(bench.state.positions), "")
    bench.feed(command(way, id=f"c{len(bench.inputs)}", reason="a law", position=position))


def a_good_market(market: Market) -> None:
    market.halt(True)
    market.price, market.bid, market.size, market.lowest = 150.0, True, 5000, 0


@examples(max_examples=60)
@given(st.lists(st.tuples(ways, moods), max_size=6), st.sampled_from(["on", "off"]))
def test_once_somebody_bids_everything_is_sold_within_a_minute(story, stops):
    market = lived(story, stops)
    a_good_market(market)
    order(market.bench, "flatten")
    for _ in range(60):
        if market.is_flat():
            break
        market.second()
    assert market.is_flat(), market.bench.state.intents
    assert market.bench.state.positions == {}
    assert market.bench.said("OversoldFound") == []


@examples(max_examples=40)
@given(st.lists(st.tuples(ways, moods), max_size=4), st.sampled_from(["on", "off"]))
def test_what_nobody_buys_is_told_every_half_minute_with_its_name(story, stops):
    market = lived(story, stops)
    a_good_market(market)
    market.bid = False
    order(market.bench, "kill")
    for _ in range(5):
        market.second()
    before = len(market.alerts())
    for _ in range(31):
        market.second()
    told = [text for text in market.alerts()[before:] if "not closed yet" in text]
    symbols = {p.symbol for p in market.bench.state.positions.values()}
    assert market.is_flat() or any(text.startswith(tuple(symbols)) for text in told)


@pytest.mark.parametrize("stops", ["on", "off"])
def test_what_is_open_at_the_close_is_said_and_ends_the_day_badly(stops):
    market = Market(stops)
    market.bid = False
    market.bench.wait_to(ns("15:19:55"))
    while market.bench.now < ns("15:21"):
        market.second()
    market.bench.wait_to("15:31")
    (unclosed,) = market.bench.said("UnclosedAtClose")
    assert unclosed.units == 200
    assert any("units open at the close" in text for text in market.alerts())
    assert market.bench.finished is not None
    assert market.bench.finished.exit_code == 4


@pytest.mark.parametrize("stops", ["on", "off"])
def test_a_kill_is_flat_and_proven_in_its_time(stops):
    """New orders stopped at once, pending gone within 5 s, flat within 30 s: bids are there."""
    market = Market(stops)
    began = market.bench.now
    order(market.bench, "kill")
    while not market.is_flat():
        market.second()
    market.bench.feed(BrokerPositions({}))
    stages = {stage.stage: stage.after_ms for stage in market.bench.said("KillStageReached")}
    assert market.bench.now - began < 30 * 1_000_000_000
    assert stages["ENTRIES_ENDED"] < 5_000
    assert market.bench.last("KillCompleted").outcome == "PROVEN_FLAT"
    buys = [at for at, o in market.bench.orders if o.side is Side.BUY and at > began]
    assert buys == []
