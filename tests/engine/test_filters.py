"""Every entry filter at its edge."""

import pytest
from msgspec.structs import replace

from rustro_kernel.domain.bars import Series, Timeframe
from rustro_kernel.engine.filters import market_filters
from rustro_kernel.engine.inputs import MarketNotice
from tests.make import (
    CALL,
    FUTURE,
    NIFTY,
    VIX,
    Bench,
    clock,
    history,
    in_position,
    master,
    ns,
    trigger_at,
)


def signals(bench):
    return [clock(s.at_ns) for s in bench.said("SignalGenerated")]


@pytest.mark.parametrize(
    ("window", "at", "ok"),
    [
        (("10:31:00", "14:30:00"), "10:31", True),
        (("10:32:00", "14:30:00"), "10:31", False),
        (("10:00:00", "10:31:00"), "10:31", False),
        (("10:00:00", "10:32:00"), "10:31", True),
    ],
)
def test_the_entry_window_holds_its_start_and_not_its_end(window, at, ok):
    bench = trigger_at(Bench(hours__entry_window=window), at)
    assert bench.gate("time_window").ok is ok
    assert (signals(bench) == ["10:31:00"]) is ok


def test_the_default_window_opens_at_ten_and_closes_at_half_past_two():
    bench = Bench()
    bench.run_to("14:32")
    bench.wait_to("14:32:02")
    ok = {
        clock(e.at_ns): next(g.ok for g in e.gates if g.name == "time_window")
        for e in bench.said("EntryEvaluated")
    }
    edges = ["09:59:00", "10:00:00", "14:29:00", "14:30:00"]
    assert [ok[at] for at in edges] == [False, True, True, False]


def test_the_gate_sees_the_boundary_not_the_late_arrival_of_its_tick():
    bench = Bench()
    bench.run_to("14:28:57")
    bench.tick(NIFTY, 17_060, at="14:28:58")
    bench.tick(CALL, 150, at="14:28:59")
    bench.wait_to("14:29:02")
    assert signals(bench) == ["14:29:00"]


def test_one_position_in_an_underlying_is_enough():
    bench = trigger_at(in_position(), "11:31")
    assert (bench.gate("positions").ok, bench.gate("positions_underlying").ok) == (True, False)
    assert signals(bench) == ["10:31:00"]


def test_a_position_limit_counts_all_underlyings():
    bench = trigger_at(
        in_position(risk__max_positions=1, risk__max_positions_per_underlying=2), "11:31"
    )
    assert (bench.gate("positions").ok, bench.gate("positions_underlying").ok) == (False, True)


def test_an_entry_at_work_counts_as_a_position():
    bench = trigger_at(Bench(), "10:31")
    assert bench.said("PositionOpened") == []
    assert len(bench.state.positions) == 1


@pytest.mark.parametrize(("vix", "ok"), [(29.99, True), (30.0, False)])
def test_a_vix_of_30_is_too_much(vix, ok):
    bench = Bench()
    bench.prices[VIX] = vix
    trigger_at(bench)
    assert bench.gate("vix").ok is ok
    assert (bench.gate("vix").value, bench.gate("vix").threshold) == (vix, 30.0)


def test_without_a_vix_nothing_is_bought():
    bench = Bench()
    bench.run_to("10:30")
    bench.state.account.vix = 0
    gates = market_filters(bench.engine._world, bench.state.desks["NIFTY"], ns("10:31"))
    assert next((g.value, g.ok) for g in gates if g.name == "vix") == (None, False)


@pytest.mark.parametrize(("lost", "ok"), [(29_999.99, True), (30_000, False)])
def test_a_day_at_its_loss_limit_takes_no_entry(lost, ok):
    bench = Bench()
    bench.state.account.realised = -round(lost * 100)
    trigger_at(bench)
    assert bench.gate("daily_loss").ok is ok


def past(volumes) -> tuple[Series, ...]:
    """A history whose future traded these volumes an hour."""
    kept = [s for s in history() if (s.instrument, s.timeframe) != (FUTURE, Timeframe.H1)]
    hours = next(s for s in history() if (s.instrument, s.timeframe) == (FUTURE, Timeframe.H1))
    bars = tuple(
        replace(b, volume=v) for b, v in zip(hours.bars[-len(volumes) :], volumes, strict=True)
    )
    return (*kept, Series(FUTURE, Timeframe.H1, bars))


def hour_volume(traded, before=20, mode="hours20"):
    """The gate after an hour that traded so much, after hours of 100 000."""
    bench = Bench(past=past([100_000] * before), strategy__volume_filter=mode)
    bench.run_to("10:14:50")
    bench.tick(FUTURE, traded=traded - bench.volume)
    bench.run_to("10:17")
    return bench.gate("hour_volume")


@pytest.mark.parametrize(("traded", "ok"), [(120_000, False), (120_001, True)])
def test_the_last_hour_must_trade_more_than_1_2_times_the_mean_of_20(traded, ok):
    gate = hour_volume(traded)
    assert (gate.value, gate.threshold, gate.ok) == (traded, 120_000.0, ok)


def test_with_fewer_than_20_hours_the_volume_says_no():
    gate = hour_volume(500_000, before=19)
    assert (gate.value, gate.threshold, gate.ok) == (19, 20, False)


def test_a_volume_filter_that_is_off_passes():
    assert hour_volume(1, mode="off").ok is True


def test_the_same_hour_of_earlier_days_can_be_the_measure():
    gate = hour_volume(500_000, mode="same_hour")
    assert (gate.value, gate.ok) == (0, False)  # the history has no hour that starts at 09:15


@pytest.mark.parametrize(
    ("bid", "ask", "ok"),
    [(148.50, 151.50, False), (148.55, 151.50, True), (0, 151, False), (149, 0, False)],
)
def test_the_spread_must_be_under_2_percent_of_the_last_price(bid, ask, ok):
    bench = Bench()
    bench.run_to("10:30:57")
    bench.tick(NIFTY, 17_060, at="10:30:58")
    bench.tick(CALL, 150, at="10:30:59", bid=round(bid * 100), ask=round(ask * 100))
    bench.wait_to("10:31:02")
    assert bench.gate("spread").ok is ok


def test_an_option_without_a_quote_fails_the_spread():
    bench = Bench()
    bench.run_to("10:30:57")
    bench.state.quotes.pop(CALL, None)
    bench.tick(NIFTY, 17_060, at="10:30:58")
    bench.wait_to("10:31:02")
    assert (bench.gate("spread").value, bench.gate("spread").ok) == (None, False)


@pytest.mark.parametrize(("balance", "ok"), [(112_500, False), (112_500.01, True)])
def test_free_funds_must_be_more_than_one_and_a_half_times_the_premium(balance, ok):
    bench = Bench(balance=balance, risk__base_size_pct=70)
    bench.prices[VIX] = 20.0
    trigger_at(bench)
    assert bench.gate("size").value == 10  # 78 750 over 7 500
    assert (bench.gate("margin").threshold, bench.gate("margin").ok) == (112_500, ok)


@pytest.mark.parametrize(("losses", "ok"), [(2, True), (3, False)])
def test_three_losses_in_a_row_take_no_entry(losses, ok):
    bench = Bench()
    bench.state.account.losses_in_row = losses
    trigger_at(bench)
    assert bench.gate("losses").ok is ok


def test_a_halted_market_takes_no_entry():
    bench = Bench()
    bench.run_to("10:30:40")
    bench.feed(MarketNotice(halted=True, reason="outage"))
    bench.tick(NIFTY, 17_060, at="10:30:50")
    bench.wait_to("10:31:02")
    assert (bench.gate("market_open").ok, bench.gate("no_halt").value) == (False, "MARKET_HALTED")
    assert signals(bench) == []


def test_every_reason_for_no_entries_is_named():
    bench = Bench()
    bench.state.halts.update({"PAUSED": "x", "COOLDOWN": "y"})
    trigger_at(bench)
    assert bench.gate("no_halt").value == "COOLDOWN, PAUSED"
    assert bench.last("EntryEvaluated").first_no == "no_halt"


def test_a_signal_is_used_up_for_its_hour_and_comes_again_in_the_next():
    bench = Bench()
    trigger_at(bench, "10:31")
    bench.reject()
    trigger_at(bench, "10:40")
    assert bench.gate("signal_unused").ok is False
    trigger_at(bench, "11:20")
    assert [s.signal_id for s in bench.said("SignalGenerated")] == [
        "NIFTY-CE-10:15",
        "NIFTY-CE-11:15",
    ]


def test_before_the_first_hour_nothing_is_aligned_and_no_trigger_is_asked():
    bench = Bench()
    bench.prices[NIFTY] = 17_060
    bench.run_to("10:14:58")
    look = bench.last("EntryEvaluated")
    assert look.first_no == "aligned"
    assert bench.gate("trigger").ok is None
    bench.run_to("10:16")
    assert bench.said("HourlyAlignmentDetermined")[0].aligned is True


def test_a_day_without_direction_says_so_every_minute():
    bench = Bench(step=0)
    bench.run_to("10:31")
    looks = bench.said("EntryEvaluated")
    assert {e.first_no for e in looks} == {"direction"}
    assert [e.direction for e in looks[:1]] == ["UNDETERMINED"]
    assert looks[-1].direction == "NO_TRADE"
    assert bench.last("NoTradeModeActivated").reason == "no underlying has a direction today"
    assert bench.gate("aligned").ok is None
    unused = bench.gate("signal_unused")
    assert (unused.value, unused.ok) == (None, None)  # there is no signal that could be used up


def test_a_falling_market_buys_puts():
    bench = trigger_at(Bench(step=-20), price=16_940)
    signal = bench.last("SignalGenerated")
    assert (signal.direction, signal.strike_paise, signal.symbol[-2:]) == ("PE", 1_690_000, "PE")


def test_a_strategy_that_is_switched_off_records_and_decides_nothing():
    bench = Bench(strategy__enabled=False)
    bench.prices[NIFTY] = 17_060
    bench.run_to("10:35")
    assert bench.said("EntryEvaluated", "SignalGenerated", "DailyDirectionDetermined") == []
    assert len(bench.said("BarReady")) > 100


def test_not_evaluated_is_none_and_never_false():
    bench = Bench()
    bench.run_to("09:20")
    gates = bench.last("EntryEvaluated").gates
    assert {g.name: g.ok for g in gates if g.name in ("spread", "margin", "size", "trigger")} == {
        "spread": None,
        "margin": None,
        "size": None,
        "trigger": None,
    }


def test_the_signal_names_what_it_buys():
    signal = trigger_at(Bench()).last("SignalGenerated")
    assert (signal.instrument, signal.units, signal.lot, signal.ltp_paise) == (
        CALL,
        150,
        50,
        15_000,
    )
    assert (signal.trigger, clock(signal.at_ns), clock(signal.hour_ns)) == (
        "BREAKOUT",
        "10:31:00",
        "10:15:00",
    )


def test_a_contract_that_is_held_is_not_bought_again():
    bench = in_position(risk__max_positions_per_underlying=2, strategy__breakout_volume_mult=0)
    bench.prices[NIFTY] = 17_000
    trigger_at(bench, "11:31")
    assert bench.gate("contract").ok is False
    assert bench.last("EntryEvaluated").first_no == "contract"
    assert signals(bench) == ["10:31:00"]


def test_without_a_listed_contract_a_gate_says_so():
    bench = Bench(listed=master(expiries=("2021-11-30",)))
    bench.prices[NIFTY] = 17_060
    bench.run_to("10:31")
    bench.wait_to("10:31:02")
    assert bench.last("EntryEvaluated").first_no == "contract"
    assert bench.gate("contract").value is None
