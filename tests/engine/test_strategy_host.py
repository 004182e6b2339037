"""A strategy is a guest: whatever it does, exits go on."""

from typing import Any, ClassVar

import numpy as np
import pytest

from rustro_kernel.domain.errors import BadConfig, SessionFailed
from rustro_kernel.domain.verdicts import Gate, TriggerKind
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import Input, StepDone
from rustro_kernel.strategies import AdxStrategy, Finding, Strategy, Trigger
from tests.make import (
    CALL,
    NIFTY,
    Bench,
    Puppet,
    bar,
    history,
    in_position,
    ns,
    settings,
    trigger_at,
)


class BreaksInTrigger(Puppet):
    name = "breaks"

    def trigger(self, moment):
        if moment.minute.close == 1_706_100:
            raise ZeroDivisionError("no such luck")
        return super().trigger(moment)


class BreaksInDirection(Puppet):
    name = "breaks"

    def direction(self, daily):
        raise KeyError("x")


class Both(Puppet):
    name = "both"

    def trigger(self, moment):
        fires = moment.minute.close >= 1_705_000
        both = Trigger(TriggerKind.BREAKOUT, TriggerKind.PULLBACK)
        return Finding(both if fires else None)


def test_a_strategy_that_raises_turns_entries_off_and_exits_go_on():
    bench = in_position(strategy=BreaksInTrigger)
    bench.prices[NIFTY] = 17_061
    bench.run_to("10:34")
    failed = bench.said("StrategyFailed")
    assert failed[0].question == "trigger"
    assert "ZeroDivisionError" in failed[0].error
    assert "STRATEGY_FAILED" in bench.state.halts
    bench.tick(CALL, 119)
    assert [e.reason for e in bench.said("ExitSignalGenerated")] == ["STOP_LOSS"]


def test_a_direction_that_cannot_be_found_is_no_trade():
    bench = Bench(strategy=BreaksInDirection)
    bench.run_to("09:31")
    assert bench.last("DailyDirectionDetermined").direction == "NO_TRADE"
    assert bench.last("StrategyFailed").question == "direction"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (None, "wants a Finding of a Trigger or None, got None: is a return missing?"),
        (7, "wants a Finding of a Trigger or None, got int"),
        (Finding("CUSTOM"), "wants a Finding of a Trigger or None, got one of str"),
        (
            Finding(None, (Gate("slope", np.float64(1.5), 1.0, True),)),
            "gate slope holds plain numbers, texts and truths, got numpy.float64",
        ),
        (Finding(None, ("slope",)), "gates are Gates, got str"),  # type: ignore[arg-type]
    ],
)
def test_an_answer_that_is_none_is_the_strategys_failure_not_the_engines(answer, error):
    class Odd(Puppet):
        name = "odd"

        def trigger(self, moment):
            return answer

    bench = Bench(strategy=Odd)
    bench.run_to("10:34")
    assert bench.last("StrategyFailed").error == f"TypeError: {error}"
    assert "STRATEGY_FAILED" in bench.state.halts


def test_a_truth_of_numpy_is_no_alignment_because_it_cannot_be_recorded():
    class Numpy(Puppet):
        name = "numpy"

        def alignment(self, hours, direction):
            return Finding(np.bool_(True))

    bench = Bench(strategy=Numpy)
    bench.run_to("10:34")
    failed = bench.last("StrategyFailed")
    assert failed.question == "alignment"
    assert failed.error == "TypeError: wants a Finding of True or False, got one of numpy.bool"


def test_a_secondary_trigger_is_on_the_signal():
    signal = trigger_at(Bench(strategy=Both)).last("SignalGenerated")
    assert (signal.trigger, signal.secondary) == ("BREAKOUT", "PULLBACK")


def test_the_plain_strategy_never_trades():
    bench = Bench(strategy=Strategy)
    bench.prices[NIFTY] = 17_060
    bench.run_to("11:00")
    assert bench.last("DailyDirectionDetermined").direction == "NO_TRADE"


class Looks(Puppet):
    """Remembers what it was shown."""

    name = "looks"
    seen: ClassVar[list[Any]] = []

    def trigger(self, moment):
        Looks.seen.append(moment)
        return Finding(None)


def test_a_moment_shows_the_last_full_hour_and_the_running_volume():
    Looks.seen.clear()
    bench = Bench(strategy=Looks)
    bench.run_to("10:14:40")
    bench.tick(NIFTY, 17_030)
    bench.tick(NIFTY, 17_000, at="10:14:45")
    bench.run_to("10:31:00.100")
    moment = next(m for m in Looks.seen if m.at_ns == ns("10:30"))
    assert (moment.last_hour.start_ns, moment.last_hour.high) == (ns("09:15"), 1_703_000)
    assert (moment.minutes_into_hour, moment.is_five) == (15, True)
    assert moment.last_hour_volume == 60 * 2000  # a thousand units twice a minute
    assert moment.running_volume == 15 * 2000
    assert Looks.seen[0].at_ns == ns("10:15")
    assert Looks.seen[0].minutes_into_hour == 0
    assert [m.is_five for m in Looks.seen[:6]] == [True, False, False, False, False, True]


def test_windows_start_at_the_history_and_grow_through_the_day():
    Looks.seen.clear()
    bench = Bench(strategy=Looks, past=history())
    bench.run_to("10:31")
    moment = Looks.seen[-1]
    assert len(moment.hours) == 60 + 1
    assert len(moment.fives) == 60 + 15
    assert moment.minute == bar(17_000, at=ns("10:29"))


def test_the_adx_strategy_follows_a_rising_history():
    bench = Bench(strategy=AdxStrategy, step=20)
    bench.run_to("10:20")
    found = bench.last("DailyDirectionDetermined")
    assert (found.direction, [g.name for g in found.gates]) == (
        "CE",
        ["daily_bars", "daily_adx", "daily_di"],
    )
    assert [g.name for g in bench.last("HourlyAlignmentDetermined").gates] == [
        "hourly_adx",
        "hourly_di",
    ]
    assert "breakout.volume" in [g.name for g in bench.last("EntryEvaluated").gates]


def test_under_28_daily_bars_there_is_no_trade_today():
    bench = Bench(strategy=AdxStrategy, past=history(days=27))
    bench.run_to("09:31")
    assert bench.last("DailyDirectionDetermined").direction == "NO_TRADE"


def test_a_strategy_nobody_knows_is_refused():
    bench = Bench()
    with pytest.raises(BadConfig, match="'puppet' is not one of adx"):
        Engine().apply(bench.inputs[0])


def test_inputs_must_come_one_after_another():
    bench = Bench()
    with pytest.raises(SessionFailed, match="input 99 after input"):
        bench.engine.apply(Input(99, bench.now, StepDone("log")))


def test_the_first_input_must_start_a_session():
    with pytest.raises(SessionFailed, match="StepDone"):
        Engine().apply(Input(1, 0, StepDone("log")))
    with pytest.raises(SessionFailed):
        Engine().snapshot()


def test_settings_reach_the_strategy():
    bench = Bench(strategy=AdxStrategy, strategy__daily_adx_threshold=99)
    assert bench.engine._world.strategy.params.daily_adx_threshold == 99
    assert settings().strategy.name == "puppet"
