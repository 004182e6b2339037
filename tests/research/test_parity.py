"""Compiled code and engine trade alike: same times, prices, units, reasons and results."""

import numpy as np
import pytest

from rustro_kernel.research.sweep import by_engine, by_kernel
from rustro_kernel.research.sweep.expressed import unexpressed
from rustro_kernel.research.sweep.layout import REASONS
from rustro_kernel.research.sweep.sweeper import Sweeper
from tests.research.bars import bars
from tests.research.sweep_sets import drawn

pytestmark = pytest.mark.timeout(600)  # the first one compiles
OFTEN = {"strategy.daily_adx_threshold": 5, "strategy.hourly_adx_threshold": 5}


def first_difference(compiled, engine):
    """The first trade that is not the same on both sides, in words; nothing if all are."""
    for at in range(max(len(compiled), len(engine))):
        mine, theirs = (side[at] if at < len(side) else None for side in (compiled, engine))
        if mine is None or theirs is None or mine.tolist() != theirs.tolist():
            return f"trade {at}: compiled {told(mine)}, engine {told(theirs)}"
    return ""


def told(trade):
    if trade is None:
        return "none"
    named = dict(zip(trade.dtype.names, trade.tolist(), strict=True))
    named["reason"] = REASONS[named["reason"] - 1].value
    for name in ("entry_ns", "exit_ns"):
        named[name] = str(np.datetime64(named[name], "ns"))
    return named


def check(sweeper, seeds):
    """Every set on both sides; returns all trades."""
    return np.concatenate([alike(sweeper, drawn(seed)) for seed in seeds])


def alike(sweeper, params):
    """One set on both sides; returns its trades."""
    plan = sweeper.planned(params)
    assert unexpressed(plan.cfg) == ""
    task = by_kernel.Task(0, plan)
    compiled = by_kernel.play(sweeper.signals, [task], keeps_trades=True)[0]
    engine = by_engine.whole(plan, 0, "", keeps_trades=True)
    difference = first_difference(compiled.trades, engine.trades)
    assert not difference, f"{params}: {difference}"
    assert compiled.nets.tolist() == engine.nets.tolist()
    for name in ("trades", "wins", "net", "gross", "won", "lost", "held_ns"):
        assert compiled.total[name] == engine.total[name]
    return compiled.trades


def reasons(trades):
    return {REASONS[reason - 1].value for reason in trades["reason"]}


@pytest.mark.parametrize("regime", ["trend_up", "vix_shock"])
def test_generated_days_trade_alike(regime):
    trades = check(Sweeper(bars(40, regime=regime), profile="demo"), range(200, 212))
    assert len(trades) > 100
    assert reasons(trades) >= {"STOP_LOSS", "TRAILING_STOP", "TARGET", "LOW_VOLUME", "DAILY_LOSS"}


def with_holes(frame, *holes):
    """Without the minutes of these stretches of the clock, on every day."""
    clock = frame["ts"].dt.tz_convert("Asia/Kolkata").dt.strftime("%H:%M")
    for first, end in holes:
        frame = frame[(clock < first) | (clock >= end)]
        clock = clock[frame.index]
    return frame.reset_index(drop=True)


def test_what_is_held_into_a_hole_is_sold_at_the_last_quote_before_it():
    """At 13:00 the last minute with a price is 12:56; the exit is asked for between two bars."""
    sweeper = Sweeper(with_holes(bars(40), ("12:57", "13:02")), profile="demo")
    rules = {"hours.eod_exit": "13:00:00", "exits.stop_pct": 100, "exits.trail_activate_pct": 100}
    found = []
    for more in ({}, {"exits.low_volume_exit": False}, {"exits.trail_floor": "breakeven"}):
        params = {**OFTEN, **rules, **more}
        found.append(alike(sweeper, params))
    assert sum(REASONS[t["reason"] - 1].value == "EOD" for t in np.concatenate(found)) > 5


def test_days_with_holes_trade_alike():
    holes = [("09:15", "09:31"), ("10:29", "10:32"), ("11:14", "11:16"), ("14:58", "15:40")]
    sweeper = Sweeper(with_holes(bars(40), *holes), profile="demo")
    assert len(check(sweeper, range(300, 308))) > 50


@pytest.mark.parametrize("at", ["00:00:00", "09:15:00", "09:15:01", "09:16:00"])
def test_a_direction_found_at_the_open_or_before_trades_alike(at):
    sweeper = Sweeper(bars(40), profile="demo")
    assert len(alike(sweeper, {**OFTEN, "hours.daily_analysis": at})) > 20


@pytest.mark.data
def test_a_real_month_trades_alike(market_data):
    words = {"start": "2022-01-17", "end": "2022-02-16", "profile": "demo"}
    trades = check(Sweeper(market_data / "nifty_1m.parquet", **words), range(200, 224))
    assert len(trades) > 400
    assert reasons(trades) >= {
        *("STOP_LOSS", "TRAILING_STOP", "TARGET", "EOD", "VIX", "DAILY_LOSS"),
        *("ALIGNMENT_LOST", "LOW_VOLUME"),
    }


@pytest.mark.data
@pytest.mark.parametrize(
    ("first", "last"),
    [("2021-02-22", "2021-02-26"), ("2021-11-02", "2021-11-08"), ("2022-01-20", "2022-01-27")],
    ids=["a halt and a late close", "an evening session", "holes and an expiry"],
)
def test_special_days_trade_alike(market_data, first, last):
    sweeper = Sweeper(market_data / "nifty_1m.parquet", start=first, end=last, profile="demo")
    trades = [alike(sweeper, {**drawn(seed), **OFTEN}) for seed in range(400, 416)]
    assert len(np.concatenate(trades)) >= 20


@pytest.mark.data
@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("month", range(5))
def test_real_months_trade_alike(market_data, month):
    """Two hundred sets, forty over each of five stretches; the first one has a halt."""
    starts = ("2021-02-15", "2021-05-03", "2021-10-18", "2022-01-10", "2022-04-18")
    ends = ("2021-03-12", "2021-06-11", "2021-11-30", "2022-03-04", "2022-06-10")
    words = {"start": starts[month], "end": ends[month], "profile": "demo"}
    sweeper = Sweeper(market_data / "nifty_1m.parquet", **words)
    check(sweeper, range(1000 + 40 * month, 1040 + 40 * month))


def test_a_difference_names_the_first_trade_that_is_not_the_same():
    outcome = Sweeper(bars(34), profile="demo")
    trades = outcome.outcomes([(0, drawn(1))], keeps_trades=True)[0].trades
    other = trades.copy()
    other[2]["sell_value"] -= 5
    assert first_difference(trades, trades) == ""
    assert first_difference(trades, other).startswith("trade 2: compiled {'set': 0, ")
    assert first_difference(trades, trades[:-1]).endswith("engine none")


def test_sets_played_together_trade_as_each_alone():
    sweeper = Sweeper(bars(40), profile="demo")
    sets = [(at, drawn(at)) for at in range(20)]
    together = sweeper.outcomes(sets, threads=2, keeps_trades=True)
    for outcome, one in zip(together, sets, strict=True):
        alone = sweeper.outcomes([one], keeps_trades=True)[0]
        assert first_difference(outcome.trades, alone.trades) == ""
        assert outcome.nets.tolist() == alone.nets.tolist()
