from itertools import count

import pytest

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.engine.inputs import Command, MarketNotice, StepDone, Wake
from rustro_kernel.session.safe_engine import SafeEngine
from rustro_kernel.session.simulated import SimulatedWorld
from rustro_kernel.session.synchronous import Synchronous
from tests.session.fakes import (
    OPEN,
    START,
    FakeBroker,
    FakeMarket,
    FakeRecorder,
    TinyEngine,
)


def driver(fresh=TinyEngine, *, market=None, timers=(), clock=None, recorder=None):
    world = SimulatedWorld(market or FakeMarket(), FakeBroker(), OPEN, timers)
    engine = SafeEngine(fresh, TinyEngine.restore, every=7)
    made = Synchronous(
        world, engine, recorder or FakeRecorder(), clock=clock or count(step=1000).__next__
    )
    made.start(START, [StepDone("log"), StepDone("storage")])
    return made


def ledger(made):
    recorder = made._recorder
    return recorder.inputs, recorder.events


def test_a_day_runs_to_its_end_with_dense_numbers():
    made = driver()
    assert made.run().reason == "the day is over"
    inputs, _ = ledger(made)
    assert [item.n for item in inputs] == list(range(1, len(inputs) + 1))
    assert [item.ts for item in inputs] == sorted(item.ts for item in inputs)


def test_the_first_second_is_not_asked_for_before_the_engine_subscribed():
    made = driver()
    made.run()
    assert made.engine._engine.ticks == 60


def test_equal_times_are_taken_timer_then_update_then_tick_then_command():
    at = OPEN + 9 * SECOND + SECOND // 8  # an order placed on the tenth tick is filled then
    notice = MarketNotice(halted=True)
    made = driver(timers=[(at, notice)])
    while made.world.now_ns < OPEN + 8 * SECOND:
        made._step()
    made.world.commands.append(Command("c1", "pause"))
    made.run()
    bodies = [i.body for i in ledger(made)[0]]
    filled = next(n for n, b in enumerate(bodies) if type(b).__name__ == "OrderUpdate")
    assert bodies[filled - 1] is notice


def test_a_command_is_taken_after_the_ticks_of_its_second():
    made = driver(market=FakeMarket(per_second=3))
    while made.world.now_ns < OPEN + 5 * SECOND:
        made._step()
    made.world.commands.append(Command("c1", "pause"))
    made.run()
    inputs, _ = ledger(made)
    at = next(n for n, i in enumerate(inputs) if isinstance(i.body, Command))
    assert [i.ts for i in inputs[at - 3 : at + 1]] == [OPEN + 5 * SECOND] * 4


@pytest.mark.parametrize("budget_ns", [1, 1_000, 1_000_000])
def test_slices_do_not_change_the_outcome(budget_ns):
    whole, sliced = driver(), driver()
    whole.run()
    while sliced.slice(budget_ns):
        pass
    assert ledger(sliced) == ledger(whole)


def test_an_order_reaches_the_broker_only_when_its_events_are_on_disk():
    recorder, seen = FakeRecorder(), []
    made = driver(recorder=recorder)
    place = made.world._broker.place
    made.world._broker.place = lambda order, ts: (
        seen.append((recorder.durable_state, recorder.synced_events, len(recorder.events))),
        place(order, ts),
    )
    made.run()
    assert len(seen) == 6
    assert all(events == stated for _, events, stated in seen)
    assert all(durable > 0 for durable, _, _ in seen)


def test_a_market_without_an_end_of_day_runs_dry_and_says_so():
    made = driver(lambda: TinyEngine(end_ns=1 << 62))
    assert made.run().exit_code == 1


class Stumbling(TinyEngine):
    """Raises half-way through some inputs, once each."""

    stumbles: dict[int, BaseException]

    def _take(self, body, turn):
        super()._take(body, turn)
        if turn.n in Stumbling.stumbles:
            raise Stumbling.stumbles.pop(turn.n)


def test_an_engine_that_raises_is_rebuilt_and_the_ledger_is_the_same():
    whole = driver()
    whole.run()
    Stumbling.stumbles = {3: ValueError("x"), 20: RuntimeError("y"), 41: ValueError("z")}
    stumbling = driver(Stumbling)
    stumbling.run()
    assert not Stumbling.stumbles
    assert ledger(stumbling) == ledger(whole)


def test_an_interrupt_inside_a_turn_finishes_the_turn_and_is_passed_on():
    whole = driver()
    whole.run()
    Stumbling.stumbles = {20: KeyboardInterrupt()}
    stumbling = driver(Stumbling)
    with pytest.raises(KeyboardInterrupt):
        stumbling.run()
    stumbling.run()
    assert ledger(stumbling) == ledger(whole)


class Broken(TinyEngine):
    def _take(self, body, turn):
        if turn.n == 12:
            raise ValueError("never")
        super()._take(body, turn)


def test_an_input_that_fails_twice_fails_the_session():
    made = driver(Broken)
    with pytest.raises(SessionFailed, match="input 12"):
        made.run()
    assert made.engine.view().input in (0, 11)


def test_a_wake_is_sent_with_the_time_it_was_asked_for():
    made = driver()
    made.run()
    wakes = [i.body for i in ledger(made)[0] if isinstance(i.body, Wake)]
    assert wakes == [Wake(OPEN + 100 * SECOND)]
