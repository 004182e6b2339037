"""Twelve real days under the demo profile: what they must show, and the laws on each of them."""

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from rustro_kernel.domain.market_time import at
from tests.real_days.drive import play
from tests.real_days.laws import LAWS

pytestmark = pytest.mark.data

BREAKOUTS = ["2021-08-31", "2021-09-02", "2021-10-19", "2021-10-29", "2021-12-01"]
NONE = ["2021-09-14", "2021-09-24", "2022-06-16"]
ODD = ["2021-02-24", "2021-11-04", "2022-03-07"]
TWELVE = [*BREAKOUTS, *NONE, *ODD, "2021-11-30"]


def breakouts(day):
    return [s for s in day.said("SignalGenerated") if s.trigger == "BREAKOUT"]


@pytest.mark.parametrize("date", TWELVE)
def test_the_laws_hold(played, date):
    day = played(date)
    for law in LAWS:
        law(day)


@pytest.mark.parametrize("date", BREAKOUTS)
def test_a_breakout_signals(played, date):
    assert breakouts(played(date)) != []


@pytest.mark.parametrize("date", NONE)
def test_no_breakout_signals(played, date):
    assert breakouts(played(date)) == []


@pytest.mark.parametrize("date", ODD)
def test_an_outage_a_muhurat_evening_and_a_hole_end_flat_without_handling(played, date):
    day = played(date)
    assert day.finish.exit_code == 0
    assert not any(day.held.values())


def test_the_outage_is_extended_and_its_bars_run_to_five(played):
    day = played("2021-02-24")
    last = max(b.start_ns for b in day.said("BarReady") if b.timeframe == "1m")
    closed = day.of("MarketClosed")[0].ts
    assert (closed - last) // 60_000_000_000 <= 2
    reasons = [n.close_ns for n in day.said("PhaseRevalidationRequired") if n.close_ns]
    assert reasons == [closed]


def test_muhurat_lies_outside_the_entry_window(played):
    day = played("2021-11-04")
    assert day.said("SignalGenerated", "EntryWindowOpened") == []
    assert len(day.said("EntryEvaluated")) == 60


def test_a_hole_pauses_entries(played):
    day = played("2022-03-07")
    assert day.said("DataGapDetected") != []
    assert "RECOVERING_DATA" in [h.reason for h in day.said("TradingHalted")]


def test_a_hole_that_begins_while_a_position_is_held_ends_flat(nifty, tmp_path):
    minutes = pq.read_table(nifty)
    begins, ends = (at(dt.date(2021, 11, 30), clock) for clock in ("10:52", "15:30"))
    ns = minutes["ts"].cast(pa.timestamp("ns", "UTC")).cast(pa.int64())
    kept = pc.or_(pc.less(ns, begins), pc.greater(ns, ends))
    pq.write_table(minutes.filter(kept), tmp_path / "hole.parquet")
    day = play("2021-11-30", tmp_path / "hole.parquet", profile="demo")
    gap = day.of("DataGapDetected")[0].ts
    assert day.of("PositionOpened")[0].ts < gap < day.of("PositionClosed")[0].ts
    for law in LAWS:
        law(day)


def test_the_example_day_trades(played):
    day = played("2021-11-30")
    assert day.said("PositionClosed") != []


def test_the_example_of_nothing_says_why(played):
    day = played("2022-06-16")
    found = day.said("DailyDirectionDetermined")[0]
    gates = {gate.name: gate for gate in found.gates}
    assert (found.direction, round(gates["daily_adx"].value, 1), gates["daily_adx"].ok) == (
        "NO_TRADE",
        18.5,
        False,
    )
    assert {look.first_no for look in day.said("EntryEvaluated")} == {"direction"}


def test_what_is_invented_is_labelled(played):
    day = played("2021-11-30")
    assert day.said("DataIdentified")[0].synthetic != ()
    assert all(look.synthetic for look in day.said("EntryEvaluated"))
    assert all(bar.synthetic for bar in day.said("BarReady"))


@pytest.mark.parametrize(
    ("date", "trades"), [("2021-11-30", 1), ("2022-03-09", 1), ("2021-08-31", 0)]
)
def test_the_defaults_trade_on_few_days_and_say_why_not_on_the_others(played, date, trades):
    day = played(date, None)
    assert len(day.said("PositionClosed")) == trades
    for law in LAWS:
        law(day)
    if not trades:
        assert "hour_volume" in {look.first_no for look in day.said("EntryEvaluated")}
