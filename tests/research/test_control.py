import datetime as dt

import numpy as np
import pandas as pd
import pytest

import rustro_kernel as rk
from rustro_kernel.domain.instruments import Right
from rustro_kernel.domain.market_time import HOUR, IST, MINUTE, SECOND
from rustro_kernel.domain.verdicts import Direction, TriggerKind
from rustro_kernel.research.control import ControlGroup, control, percentile
from rustro_kernel.research.stress import stress
from rustro_kernel.strategies import Finding, Strategy, Trigger
from tests.research.bars import bars
from tests.research.make import closed

HISTORY = rk.History.load(bars(60))


FRAME = bars(60)
RISES = dict(
    zip(
        (FRAME["ts"] + pd.Timedelta(minutes=1)).astype("int64"),
        FRAME["close"].shift(-20) - FRAME["close"],
        strict=True,
    )
)


class Foresees(Strategy):
    """Knows how the data go on, which nobody can."""

    name = "foresees"

    def direction(self, daily):
        return Finding(Direction.CE)

    def trigger(self, moment):
        rises = RISES.get(moment.at_ns, 0) > 60
        return Finding(Trigger(TriggerKind.CUSTOM) if rises else None)


def days_of(result):
    return [(result.plan, day) for day in result.days]


@pytest.fixture(scope="module")
def demo():
    return rk.backtest(HISTORY, None, {"exits.stop_pct": 15}, profile="demo")


def test_a_lone_trade_is_the_engines_where_only_shared_exits_acted(demo):
    group = ControlGroup(days_of(demo))
    assert len(group.entries) == len(demo.closed) > 40
    for entry, trade in zip(group.entries, demo.closed, strict=True):
        lone = group._days[entry.number].trade(entry.row, entry.right, entry.units)
        assert lone.reason == trade.reason
        assert abs(lone.net_paise - trade.net_paise) < 500


class Wavers(Strategy):
    """Enters every 20 minutes; every third hour does not agree with the day."""

    name = "wavers"

    def direction(self, daily):
        return Finding(Direction.CE)

    def alignment(self, hours, direction):
        return Finding((hours.bars[-1].start_ns // HOUR) % 3 != 0)

    def trigger(self, moment):
        is_due = moment.minutes_into_hour % 20 == 0
        return Finding(Trigger(TriggerKind.CUSTOM) if is_due else None)


def test_a_lone_trade_leaves_with_the_alignment_and_with_low_volume_as_the_engine_does():
    far = {"exits.stop_pct": 60, "exits.trail_activate_pct": 40, "exits.low_volume_exit": True}
    played = rk.backtest(HISTORY, Wavers, far, profile="demo")
    group = ControlGroup(days_of(played))
    left = [trade.reason for trade in played.closed]
    assert {"ALIGNMENT_LOST", "LOW_VOLUME"} <= set(left)
    lone = [group._days[e.number].trade(e.row, e.right, e.units) for e in group.entries]
    assert [one.reason for one in lone] == left
    for one, trade in zip(lone, played.closed, strict=True):
        assert abs(one.net_paise - trade.net_paise) < 0.01 * trade.buy_value_paise


def test_the_group_has_the_same_count_days_hours_and_units_and_any_minute_and_side(demo):
    group = ControlGroup(days_of(demo))
    for entry, trade in zip(group.entries, demo.closed, strict=True):
        day = group._days[entry.number]
        ends_s = {(day._course.first_ns + row * MINUTE + MINUTE) // SECOND for row in entry.rows}
        clock = {f"{dt.datetime.fromtimestamp(end, IST):%H}" for end in ends_s}
        assert clock == {f"{dt.datetime.fromtimestamp(trade.entry_ns / 1e9, IST):%H}"}
        assert len(entry.rows) in (30, 60)
        assert entry.row in entry.rows
        assert entry.units == trade.units


def test_draws_take_minutes_all_over_the_hour_and_either_side(demo):
    group, rng = ControlGroup(days_of(demo)), np.random.default_rng(3)
    for _ in range(200):
        group.draw(rng)
    for entry in group.entries:
        drawn = [key for key in group._known if (key[0], key[3]) == (entry.number, entry.units)]
        assert {right for _, row, right, _ in drawn if row in entry.rows} == set(Right)
        assert len({row for _, row, _, _ in drawn} & set(entry.rows)) > 0.9 * len(entry.rows)


def test_the_same_seed_gives_the_same_group_and_another_one_another(demo):
    first = control(days_of(demo), seeds=20)
    assert control(days_of(demo), seeds=20) == first
    assert control(days_of(demo), seeds=20, seed=8).drawn_rs != first.drawn_rs


def test_entries_that_know_the_future_beat_nearly_every_draw_and_lose_reversed():
    result = rk.backtest(HISTORY, Foresees, profile="demo")
    found = result.control
    assert len(found.drawn_rs) == 200
    assert found.trades == len(result.trades) > 20
    assert found.percentile > 99
    assert found.reversed_rs < np.median(found.drawn_rs) < found.own_rs


def test_no_trade_has_no_control_group():
    never = rk.backtest(HISTORY, None, {"strategy.daily_adx_threshold": 100})
    assert str(never.control) == "no control group: there was no trade to draw again"


def test_a_percentile_counts_equals_as_half():
    assert percentile(5, np.array([1.0, 5.0, 5.0, 9.0])) == 50
    assert percentile(5, np.array([])) == 0


def test_costs_twice_as_high_are_taken_off_once_more():
    trades = [closed(0, 700, charges_paise=10_000, slippage_paise=5_000), closed(1, -100)]
    trades[1] = closed(1, -100, charges_paise=10_000, slippage_paise=-1_000)
    found = stress(trades)
    assert (found.net_rs, found.costs_rs, found.gross_rs) == (600, 240, 840)
    assert found.doubled_rs == 360
    assert found.break_even == 3.5


def test_what_loses_before_any_cost_has_no_costs_it_can_bear():
    found = stress([closed(0, -900, charges_paise=10_000, slippage_paise=0)])
    assert found.break_even is None
    assert str(found).endswith("costs it can bear: it loses before any")


def test_a_balance_too_small_for_a_lot_is_said_plainly():
    small = rk.backtest(HISTORY, None, {"account.balance": 50_000}, profile="demo")
    assert not small.closed
    assert small.remarks[0].startswith("This would have traded 0 lots on your balance: ")
    assert "Rs 50,000 at 2 % a position buys no lot" in small.summary()


def test_few_trades_are_said_to_be_few(demo):
    assert any(line.startswith("Too few trades: ") for line in demo.remarks)


def test_intervals_are_of_the_days(demo):
    found = demo.intervals["sharpe"]
    assert found.low <= found.estimate <= found.high
    assert found.estimate == pytest.approx(demo.metrics.returns.sharpe)
