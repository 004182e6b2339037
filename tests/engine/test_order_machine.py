"""The engine against a broker and an exchange in which anything may happen, step by step.

`reference_exchange` decides what really becomes of every order and what is told of it, and when;
`reference_risk` follows the halts. After each step the books of all three are held together.
"""

import copy
from collections import Counter
from functools import cache
from typing import Any, cast

import pytest
from hypothesis import settings as examples, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rustro_kernel.domain.market_time import HOUR, MINUTE
from rustro_kernel.domain.orders import OrderStatus, Side
from rustro_kernel.engine.account import open_units
from rustro_kernel.engine.effects import AskPositions
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import BrokerPositions, MarketNotice, Restarted, StepDone
from rustro_kernel.engine.turn import Turn
from rustro_kernel.records.exposure import exposure
from tests.engine.reference_exchange import Real, ReferenceExchange
from tests.engine.reference_risk import ReferenceRisk
from tests.engine.test_order_laws import twin
from tests.make import CALL, NIFTY, VIX, Bench, command, ns, trigger_at

QUIET: dict[str, Any] = {
    "data__gap_threshold_s": 86_400,
    "strategy__reentry_pause_s": 0,
    "strategy__max_reentries": 20,
    "risk__daily_loss_pct": 0.5,
}
REFUSALS = (OrderStatus.CANCEL_REJECTED, OrderStatus.MODIFY_REJECTED)
LAST = ns("14:20")
which = st.integers(0, 1000)
lots = st.integers(1, 3)


class Stage(Bench):
    """A bench whose risk is followed, turn by turn."""

    def __init__(self, stops: str) -> None:
        self.risk = ReferenceRisk()
        broker = cast("Any", ReferenceExchange())
        super().__init__(broker=broker, exits__broker_stop=stops, **QUIET)

    def _apply(self, body) -> Turn:
        turn = super()._apply(body)
        self.risk.follow(self.inputs[-1], turn.events)
        return turn


@cache
def prepared(stops: str) -> Stage:
    """An entry has just been sent."""
    made = Stage(stops)
    trigger_at(made, "10:31")
    return made


def again(stops: str) -> Stage:
    bench = cast("Stage", twin(prepared(stops)))
    bench.broker, bench.risk = copy.deepcopy(bench.broker), copy.deepcopy(bench.risk)
    return bench


class Orders(RuleBasedStateMachine):
    """One day's orders."""

    steps = 0

    @initialize(stops=st.sampled_from(["on", "off"]), is_held=st.booleans())
    def begin(self, stops, is_held):
        self.bench = again(stops)
        self.exchange = cast("ReferenceExchange", self.bench.broker)
        self.answered = 0
        if is_held:
            entry = next(iter(self.exchange.orders.values()))
            self.exchange.arrive(entry)
            self.exchange.trade(entry, entry.rest)
            self.hear_all()

    # what really happens to orders

    def _pick(self, dice: int, *stages: str) -> Real | None:
        found = [r for r in self.exchange.orders.values() if not stages or r.stage in stages]
        return found[-1 - dice % len(found)] if found else None

    @rule(dice=which)
    def arrive(self, dice):
        if real := self._pick(dice, "wire"):
            self.exchange.arrive(real)

    @rule(dice=which)
    def is_lost(self, dice):
        if real := self._pick(dice, "wire"):
            self.exchange.end(real, "lost")

    @rule(dice=which)
    def is_refused(self, dice):
        if real := self._pick(dice, "wire"):
            self.exchange.end(real, "rejected")

    @rule(dice=which, lots=lots)
    def trade(self, dice, lots):
        if real := self._pick(dice, "book", "waiting"):
            self.exchange.trade(real, 50 * lots)

    @rule(dice=which)
    def is_dropped_by_the_exchange(self, dice):
        if real := self._pick(dice, "book", "waiting"):
            self.exchange.end(real, "cancelled")

    @rule(dice=which, lots=st.sampled_from([0, 0, 0, 1, 3]))
    def obey(self, dice, lots):
        if asked := self._asked():
            real = asked[dice % len(asked)]
            if real.wanted[0] is None and real.is_living:
                real.wanted.popleft()
                self.exchange.end(real, "cancelled", short=50 * lots)
            else:
                self.exchange.obey(real)

    @rule(dice=which)
    def defy(self, dice):
        if asked := self._asked():
            self.exchange.defy(asked[dice % len(asked)])

    def _asked(self) -> list[Real]:
        return [r for r in self.exchange.orders.values() if r.wanted and r.stage != "wire"]

    # what is heard of it

    @rule(dice=which, is_doubled=st.booleans())
    def hear(self, dice, is_doubled):
        if said := self.exchange.said:
            at = dice % len(said)
            self.bench.feed(said[at] if is_doubled else said.pop(at))

    @rule()
    def hear_all(self):
        said, self.exchange.said = self.exchange.said, []
        for update in said:
            self.bench.feed(update)

    @rule(dice=which)
    def never_hear(self, dice):
        """What the stream said; a refusal is the answer to a call, and its caller gets it."""
        said = self.exchange.said
        streamed = [at for at, update in enumerate(said) if update.status not in REFUSALS]
        if streamed:
            said.pop(streamed[dice % len(streamed)])

    @rule(dice=which)
    def doubt(self, dice):
        if real := self._pick(dice):
            self.exchange.say(real, status=OrderStatus.UNKNOWN)

    @rule(dice=which)
    def look_up(self, dice):
        if real := self._pick(dice):
            self.bench.feed(self.exchange.told(real))

    @rule()
    def look_all_up(self):
        self._look_all_up()
        self._books_agree()

    def _look_all_up(self):
        for real in list(self.exchange.orders.values()):
            self.bench.feed(self.exchange.told(real))

    def _is_asked(self) -> bool:
        asked = (e.action for e in self.bench.effects[self.answered :])
        return any(isinstance(action, AskPositions) for action in asked)

    @precondition(_is_asked)
    @rule()
    def positions(self):
        """The order book is read before the positions."""
        self._look_all_up()
        self.answered = len(self.bench.effects)
        self.bench.feed(BrokerPositions(dict(self.exchange.net)))

    # the market, the operator, time, the process

    @rule(price=st.sampled_from([100, 119, 121, 145, 150, 153, 156, 170]), bid=st.booleans())
    def quote(self, price, bid):
        sides = {} if bid else {"bid": 0, "bid_qty": 0}
        self.bench.tick(CALL, price, **sides)

    @rule(value=st.sampled_from([16, 16, 27, 29, 31]))
    def vix(self, value):
        self.bench.tick(VIX, value)

    @rule(index=st.sampled_from([16_900, 17_000, 17_060]))
    def index(self, index):
        self.bench.tick(NIFTY, index)

    @rule(seconds=st.sampled_from([0.1, 0.5, 1, 1, 2, 5, 20, 61]))
    def wait(self, seconds):
        self.bench.wait(seconds)

    @precondition(lambda self: not self.bench.state.intents and self.bench.now < LAST - HOUR)
    @rule(is_calm=st.booleans())
    def next_signal(self, is_calm):
        bench = self.bench
        at = bench.now - (bench.now - ns("10:31")) % HOUR + HOUR
        if is_calm:
            self.positions() if self._is_asked() else None
            bench.feed(command("resume", id=f"c{len(bench.inputs)}", reason="the law goes on"))
        trigger_at(bench, bench_clock(at))

    @rule(
        name=st.sampled_from(["pause", "resume", "flatten", "close", "cancel", "kill"]),
        reason=st.sampled_from(["no", "it is all right again"]),
        dice=which,
    )
    def command(self, name, reason, dice):
        chosen = {"close": self._position(dice), "cancel": self._tag(dice)}
        args = {"reason": reason, "position": chosen["close"], "order": chosen["cancel"]}
        self.bench.feed(command(name, id=f"c{len(self.bench.inputs)}", **args))

    def _position(self, dice) -> str:
        ids = list(self.bench.state.positions)
        return ids[dice % len(ids)] if ids else ""

    def _tag(self, dice) -> str:
        tags = list(self.exchange.orders)
        return tags[dice % len(tags)] if tags else ""

    @rule(flatten=st.sampled_from(["true", "true", "false"]), dice=which)
    def stop(self, flatten, dice):
        if dice % 20 == 0:
            self.bench.feed(command("stop", id=f"c{len(self.bench.inputs)}", flatten=flatten))

    @rule(halted=st.booleans())
    def notice(self, halted):
        self.bench.feed(MarketNotice(halted=halted, reason="the exchange says so"))

    @rule(
        minutes=st.sampled_from([0.1, 0.1, 1, 6]),
        hears=st.booleans(),
        asks=st.booleans(),
    )
    def restart(self, minutes, hears, asks):
        """What was under way to us is gone, or not; what was under way from us too."""
        bench = self.bench
        if not hears:
            self.exchange.said.clear()
        if not asks:
            for real in self.exchange.orders.values():
                real.wanted.clear()
        bench.engine = Engine.restore(bench.engine.snapshot(), bench.registry)
        bench.wake = None
        bench.now += round(minutes * MINUTE)
        bench.feed(Restarted(round(minutes * MINUTE)))
        bench.feed(StepDone("broker", "again"))

    # what must hold

    @invariant()
    def counted(self):
        type(self).steps += 1

    @invariant()
    def nobody_is_ever_short(self):
        net = self.exchange.net
        assert all(units > 0 for units in net.values()), net
        for key, units in self.exchange.sellable().items():
            assert units <= net.get(key, 0), "more is for sale than is held"

    @invariant()
    def one_order_lives_at_a_time(self):
        living = [real for real in self.exchange.orders.values() if real.is_living]
        intents = Counter(real.form.tag[:16] for real in living)
        assert [key for key, n in intents.items() if n > 1] == []
        orders = self.bench.state.orders
        sells = [r.form.tag for r in living if r.form.side is Side.SELL]
        positions = Counter(orders[tag].position_id for tag in sells)
        assert [id for id, n in positions.items() if n > 1] == []

    @invariant()
    def nothing_was_oversold_or_haunts(self):
        assert "OVERSOLD" not in self.bench.state.halts
        assert self.bench.said("OrphanFound", "PositionReconciled", "OversoldFound") == []

    def _books_agree(self):
        """Once everything is told, ledger, engine and exchange hold the same, to the paisa."""
        bench, net = self.bench, self.exchange.net
        if bench.finished is not None:
            return
        assert exposure(bench.events).units == net
        held = Counter()
        for position in bench.state.positions.values():
            held[position.instrument] += open_units(position)
        assert {key: units for key, units in held.items() if units} == net
        trades = bench.said("PositionClosed")
        still = list(bench.state.positions.values())
        in_books = sum(t.gross_paise for t in trades)
        in_books += sum(p.sell_value - p.buy_value for p in still)
        assert in_books == self.exchange.cash
        assert bench.state.account.realised == sum(t.net_paise for t in trades)

    # exits never give up

    def teardown(self):
        """A broker and a market that work: after a flatten everything ends flat."""
        if not hasattr(self, "bench") or self.bench.finished or self.bench.now > ns("15:00"):
            return
        self.bench.feed(MarketNotice(halted=False, reason="open"))
        self.bench.feed(command("flatten", id="at last"))
        for _ in range(100):
            if self._is_flat() or self.bench.finished:  # a stop that leaves positions was first
                break
            self._a_good_second()
        self._books_agree()
        is_over = self._is_flat() or self.bench.finished is not None
        assert is_over, f"still held: {self.exchange.net}, {self.bench.state.intents}"

    def _is_flat(self) -> bool:
        state = self.bench.state
        return not (self.exchange.net or state.positions or state.intents)

    def _a_good_second(self):
        for real in list(self.exchange.orders.values()):
            if real.stage == "wire":
                self.exchange.arrive(real)
            while real.wanted:
                self.exchange.obey(real)
            if real.stage == "book" and real.form.side is Side.SELL:
                self.exchange.trade(real, real.rest)
        self.hear_all()
        self._look_all_up()
        if self._is_asked():
            self.positions()
        self.bench.tick(CALL, 150)
        self.bench.wait(1)
        for check in (self.nobody_is_ever_short, self.one_order_lives_at_a_time):
            check()


def bench_clock(at: int) -> str:
    minutes = (at - ns("00:00")) // MINUTE
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def walk(capsys, runs: int, length: int) -> int:
    Orders.steps = 0
    chosen = examples(max_examples=runs, stateful_step_count=length, print_blob=False)
    run_state_machine_as_test(Orders, settings=chosen)
    with capsys.disabled():
        print(f"\n{Orders.steps} steps of the order machine")  # noqa: T201 - asked for
    return Orders.steps


def test_whatever_the_broker_does_nothing_is_doubled_lost_or_short(capsys):
    assert walk(capsys, 150, 50) > 5000


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_hundred_thousand_steps_of_it(capsys):
    assert walk(capsys, 1800, 80) >= 100_000
