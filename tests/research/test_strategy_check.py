import inspect
from typing import ClassVar

import pandas as pd
import pytest

import rustro_kernel as rk
from rustro_kernel.domain.errors import BadUsage, StrategyRaised
from rustro_kernel.domain.settings import Section
from rustro_kernel.domain.verdicts import Direction, Gate, TriggerKind
from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_kernel.engine.inputs import Minutes
from rustro_kernel.records.pick import said
from rustro_kernel.research.backtest import plan as plan_of
from rustro_kernel.research.days import days_of
from rustro_kernel.research.foresight import Known, cuts, leaks
from rustro_kernel.strategies import Finding, Strategy, Trigger
from tests.research.bars import bars

HISTORY = rk.History.load(bars(60))
NO_WARMUP = {"days": 0, "points": 8, "start": "2021-11-18", "profile": "demo"}


def calls(moment, is_due):
    return Finding(Trigger(TriggerKind.CUSTOM) if is_due else None)


class Clean(Strategy):
    """Buys when the last three minutes rose, by what it was told."""

    name = "clean"

    def direction(self, daily):
        return Finding(Direction.CE)

    def trigger(self, moment):
        before, last = moment.fives.bars[-2:]
        return calls(moment, moment.is_five and last.close > before.close)


class Peeks(Clean):
    """Looks up the stack for the minutes that are still to come."""

    name = "peeks"

    def trigger(self, moment):
        frame = inspect.currentframe()
        while frame is not None:
            for value in frame.f_locals.values():
                if isinstance(value, Minutes) and value.closes:
                    return calls(moment, value.closes[-1] > moment.minute.close)
            frame = frame.f_back
        return calls(moment, False)


class Remembers(Clean):
    """Keeps the day's closes, and trades the same day better when it comes again."""

    name = "remembers"
    kept: ClassVar[dict[int, int]] = {}

    def trigger(self, moment):
        later = self.kept.get(moment.at_ns + 600_000_000_000, 0)
        self.kept[moment.at_ns] = moment.minute.close
        return calls(moment, later > moment.minute.close)


FRAME = HISTORY.frame().set_index("ts")["close"]


class Reads(Clean):
    """Reads a table that only this module holds."""

    name = "reads"

    def trigger(self, moment):
        return calls(moment, FRAME.iloc[-1] > 0 and moment.is_five)


def maker(signal):
    """A strategy made from a series that was worked out from bars beforehand."""

    def make(frame):
        ends = (frame["ts"] + pd.Timedelta(minutes=1)).astype("int64")
        table = dict(zip(ends, signal(frame["close"]), strict=True))

        class Prepared(Clean):
            name = "prepared"

            def trigger(self, moment):
                return calls(moment, bool(table.get(moment.at_ns, False)))

        return Prepared

    return make


LEAKS = {
    "the next minute": lambda close: close.shift(-1) > close + 2,
    "a mean around it": lambda close: close > close.rolling(15, center=True).mean() + 8,
    "the whole data's highest": lambda close: close > close.max() - 60,
    "the whole data's rank": lambda close: close.rank(pct=True) > 0.9,
    "filled from behind": lambda close: close.where(close % 10 < 2).bfill() > close + 10,
}
CLEAN = {
    "the last minute": lambda close: close > close.shift(1) + 2,
    "a mean before it": lambda close: close > close.rolling(15).mean() + 8,
    "the highest so far": lambda close: close > close.cummax() - 60,
    "filled from before": lambda close: close.where(close % 10 < 2).ffill() > close + 10,
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_planted_leak_is_caught(name):
    found = rk.check_strategy(HISTORY, maker(LEAKS[name]), **NO_WARMUP)
    assert found.leaks
    assert not found.is_clean
    assert str(found).startswith("It looks ahead: at ")


@pytest.mark.parametrize("name", CLEAN)
def test_the_clean_variant_is_not(name):
    found = rk.check_strategy(HISTORY, maker(CLEAN[name]), **NO_WARMUP)
    assert found.is_clean, str(found)


def test_a_strategy_that_uses_what_it_is_told_is_clean():
    found = rk.check_strategy(HISTORY, Clean, **NO_WARMUP)
    assert found.is_clean
    assert str(found).startswith("No look-ahead: at 8 cuts every decision before the cut stayed.")


def test_what_the_stack_holds_of_the_future_is_no_way_around():
    """Minutes come in stretches, and what is still to come lies in the engine's frames."""
    made = rk.check_strategy(HISTORY, Peeks, **NO_WARMUP)
    assert made.leaks


def test_half_of_the_cuts_are_where_an_entry_was_asked_for():
    made = plan_of(HISTORY, Clean, start="2021-11-18", profile="demo")
    days = days_of((made,))
    asked = {
        (day.number, fact.at_ns)
        for day in days
        for fact in said(day.events, EntryEvaluated)
        if fact.trigger
    }
    at = cuts(made, 8, 7, days)
    assert len(at) == 8
    assert len(asked & set(at[:4])) == 4
    assert len({number for number, _ in at}) > 2


def test_a_strategy_that_remembers_the_day_is_caught():
    found = rk.check_strategy(HISTORY, Remembers, **NO_WARMUP)
    assert found.memory is not None
    assert "It remembers earlier runs: " in str(found)


def test_what_cannot_be_cut_is_not_vouched_for():
    found = rk.check_strategy(HISTORY, Reads, **NO_WARMUP)
    assert not found.is_clean
    assert "Reads uses FRAME, a Series that only this notebook holds" in str(found)


class Short(Clean):
    """A mean that is as long as its parameter, seeded by the first bar it is given."""

    name = "short"

    class Params(Section):
        period: int = 20

    def direction(self, daily):
        mean = daily.bars[0].close
        for bar in daily.bars[1:]:
            mean += (bar.close - mean) / self.params.period
        away = daily.bars[-1].close - mean
        gate = Gate("mean", away, 0.0, away > 0)
        return Finding(Direction.CE if gate.ok else Direction.PE, (gate,))


WARM = {"points": 1, "days": 6, "start": "2021-11-11", "profile": "demo"}
SIDEWAYS = rk.History.load(bars(60, regime="range"))


def test_an_indicator_seeded_too_short_is_caught():
    short = {"strategy.warmup_bars": 28, "strategy.params": {"period": 400}}
    found = rk.check_strategy(SIDEWAYS, Short, short, points=1)
    assert found.warmth.partings
    assert not found.is_clean
    assert "Seeded too short: on " in str(found)


def test_the_same_with_bars_enough_is_warm():
    enough = {"strategy.warmup_bars": 40, "strategy.params": {"period": 2}}
    found = rk.check_strategy(SIDEWAYS, Short, enough, **WARM)
    assert found.warmth.days == 6
    assert found.is_clean, str(found)


def test_the_adx_of_28_days_is_caught_and_said():
    found = rk.check_strategy(SIDEWAYS, None, {"strategy.warmup_bars": 28}, **WARM)
    assert any(one.gate and one.gate[0].name == "daily_adx" for one in found.warmth.partings)


def test_without_days_enough_warm_up_is_not_judged():
    found = rk.check_strategy(HISTORY, None, {}, **WARM)
    assert found.warmth.days == 0
    assert "Warm-up cannot be judged: no day has more than 150 days before it." in str(found)


def test_a_history_that_ends_inside_a_day_has_nothing_after_it():
    number, end_ns = 40, HISTORY.day(40).course.first_ns + 90 * 60_000_000_000
    cut = HISTORY.until(number, end_ns, 30)
    assert len(cut) == 31
    assert cut.frame()["ts"].iloc[-1].value == end_ns - 60_000_000_000
    assert (cut.frame()["ts"].diff().dropna() > pd.Timedelta(0)).all()


class Raises(Clean):
    """Fails in the middle."""

    name = "raises"

    def trigger(self, moment):
        raise ZeroDivisionError


def test_a_strategy_that_raises_is_not_called_clean():
    with pytest.raises(StrategyRaised, match="the strategy raises raised on 2021-11-18"):
        rk.check_strategy(HISTORY, Raises, **NO_WARMUP)


def test_a_function_that_makes_no_strategy_is_refused():
    with pytest.raises(BadUsage, match="makes a subclass"):
        rk.check_strategy(HISTORY, len, profile="demo")


def test_the_default_strategy_has_no_leak_at_any_minute_of_a_day():
    plan = plan_of(HISTORY, profile="demo")
    first_ns = HISTORY.day(45).course.first_ns
    at = [(45, first_ns + row * 60_000_000_000) for row in range(1, 375, 17)]
    assert leaks(plan, Known.of(None, plan.cfg), at) == []


@pytest.mark.parametrize("words", [{"points": 0}, {"days": -1}])
def test_a_check_that_tries_nothing_vouches_for_nothing(words):
    with pytest.raises(BadUsage, match="points are 1 or more and days 0 or more"):
        rk.check_strategy(bars(30), **words)
