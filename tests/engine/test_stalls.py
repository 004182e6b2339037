"""What was too slow around the engine: said, entries off where it matters, exits go on."""

import pytest

from rustro_kernel.engine.inputs import Backlogged, Stalled, StrategyTook
from tests.make import CALL, Bench, command, in_position, trigger_at


def alerts(bench):
    return [(e.level, e.text) for e in bench.said("Alerted")]


@pytest.mark.parametrize(
    ("slow", "halt", "event"),
    [
        (StrategyTook(1_300), "STRATEGY_STALLED", "StrategyStalled"),
        (Backlogged(100_000), "INBOX_BACKLOG", "InboxBacklog"),
    ],
)
def test_a_slow_strategy_and_a_long_inbox_turn_entries_off_until_the_operator_resumes(
    slow, halt, event
):
    bench = Bench()
    bench.run_to("10:20")
    bench.feed(slow)
    assert halt in bench.state.halts
    assert halt in bench.engine.view().overlays
    assert len(bench.said(event)) == 1
    assert [level for level, _ in alerts(bench)] == ["critical"]
    trigger_at(bench, "10:31")
    assert bench.orders == []
    bench.feed(command("resume"))
    assert bench.state.halts == {}
    trigger_at(bench, "11:20")
    assert len(bench.orders) == 1


@pytest.mark.parametrize("slow", [StrategyTook(1_300), Backlogged(100_000), Stalled(9_000, "c:1")])
def test_exits_go_on(slow):
    bench = in_position(150)
    bench.feed(slow)
    assert bench.said("ExitSignalGenerated") == []
    bench.tick(CALL, 119)
    assert [e.reason for e in bench.said("ExitSignalGenerated")] == ["STOP_LOSS"]


@pytest.mark.parametrize(("lag_ms", "is_told"), [(5_000, False), (5_001, True)])
def test_a_loop_that_stood_still_for_over_five_seconds_is_told_if_something_is_held(
    lag_ms, is_told
):
    bench = in_position(150)
    bench.feed(Stalled(lag_ms, "cell.py:3:f"))
    said = [("warning", f"the loop stood still for {lag_ms} ms at cell.py:3:f, 1 open")]
    assert alerts(bench) == (said if is_told else [])
    assert bench.state.halts == {}


def test_with_nothing_held_it_is_only_on_record():
    bench = Bench()
    bench.feed(Stalled(60_000, "cell.py:3:f"))
    assert bench.last("LoopStalled").lag_ms == 60_000
    assert alerts(bench) == []
