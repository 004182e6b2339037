"""What must not bring the engine down, make it hang or make it say more than a replay would."""

import pytest

from rustro_kernel.domain.verdicts import Direction
from rustro_kernel.engine.inputs import Command
from tests.make import Bench, Puppet, in_position


@pytest.mark.parametrize("key", ["risk.vix_stale_s", "data.gap_threshold_s"])
@pytest.mark.parametrize("value", ["0", "-0.0", "1e-9"])
def test_a_look_again_after_nothing_is_refused_since_it_would_never_end(key, value):
    bench = Bench()
    bench.feed(Command("c1", "set", {"key": key, "value": value}))
    assert not bench.last("CommandReceived").accepted
    assert "greater than or equal to 1" in bench.last("CommandReceived").reply


def test_nothing_is_said_or_ordered_after_the_last_record():
    bench = in_position()
    bench.feed(Command("c1", "stop", {"flatten": "false"}))
    bench.wait(1)
    assert bench.finished
    said, orders = len(bench.events), len(bench.orders)
    option = bench.orders[0][1].instrument
    for minute in ("10:33", "10:34"):
        bench.tick(option, 20, at=minute)  # far below the stop
        bench.tick("NSE:26000", 17_000)
    bench.feed(Command("c2", "kill"))
    assert bench.events[-1].type == "ShutdownCompleted"
    assert (len(bench.events), len(bench.orders)) == (said, orders)


class Deep(Puppet):
    """Recurses without end."""

    name = "deep"

    def direction(self, daily):
        return self.direction(daily)


class Quitter(Puppet):
    """Thinks that the process is its own."""

    name = "quitter"

    def direction(self, daily):
        raise SystemExit(3)


def stated_at_depth(strategy, depth: int) -> str:
    """What a failing strategy leaves on record when the stack is so deep."""
    if depth:
        return stated_at_depth(strategy, depth - 1)
    bench = Bench(strategy=strategy)
    bench.run_to("09:35")
    return str(bench.last("StrategyFailed").error)


def test_a_strategy_without_end_leaves_the_same_record_whatever_the_depth_of_the_stack():
    assert {stated_at_depth(Deep, depth) for depth in range(12)} == {"RecursionError"}


def test_a_strategy_that_exits_turns_entries_off_and_the_engine_goes_on():
    bench = Bench(strategy=Quitter)
    bench.run_to("09:35")
    assert bench.last("StrategyFailed").error == "SystemExit: 3"
    assert bench.last("DailyDirectionDetermined").direction == Direction.NO_TRADE.value
