"""The course of a day: phases, windows, the end-of-day exit, halts, the close."""

import pytest

from rustro_kernel.domain.rules import DayKind, Leg
from rustro_kernel.engine import effects
from rustro_kernel.engine.inputs import Funds, MarketNotice, Stalled, StreamChanged
from tests.make import (
    CALL,
    NIFTY,
    Bench,
    clock,
    in_position,
    leg,
    master,
    ns,
    option_key,
    ordered,
    rules,
    trigger_at,
)


def timed(bench, *names):
    return [(clock(e.ts), e.type) for e in bench.events if e.type in names]


def test_a_quiet_day_goes_from_the_first_record_to_the_last():
    bench = Bench()
    bench.run_to("15:30")
    bench.wait_to("15:31")
    kept = (
        "LogInitialized",
        "ConfigLoaded",
        "StorageReady",
        "BrokerClientReady",
        "TradingDayChecked",
        "CalendarValidated",
        "InstrumentMasterLoaded",
        "OptionChainCached",
        "HistorySyncCompleted",
        "StreamConnectRequired",
        "StreamConnected",
        "MarketOpened",
        "DailyDirectionDetermined",
        "EntryWindowOpened",
        "EntryWindowClosed",
        "EodMandatoryExit",
        "MarketClosed",
        "PostMarketRequired",
        "DailyShutdownAllowed",
        "ShutdownCompleted",
    )
    assert [name for _, name in timed(bench, *kept)] == list(kept)
    assert timed(bench, *kept)[9:] == [
        ("09:14:00", "StreamConnectRequired"),
        ("09:14:00", "StreamConnected"),
        ("09:15:00", "MarketOpened"),
        ("09:30:00", "DailyDirectionDetermined"),
        ("10:00:00", "EntryWindowOpened"),
        ("14:30:00", "EntryWindowClosed"),
        ("15:20:00", "EodMandatoryExit"),
        ("15:30:00", "MarketClosed"),
        ("15:30:03", "PostMarketRequired"),
        ("15:30:03", "DailyShutdownAllowed"),
        ("15:30:03", "ShutdownCompleted"),
    ]
    assert bench.finished == effects.Finish("end of day", 0)


def test_nothing_follows_the_last_record():
    bench = Bench()
    bench.run_to("15:30")
    bench.wait_to("15:31")
    turn = bench.tick(CALL, 100)
    assert (turn.events, turn.effects) == ([], [])
    assert bench.events[-1].type == "ShutdownCompleted"


@pytest.mark.parametrize(
    ("configured", "time"), [(None, "15:20:00"), ("15:10:00", "15:10:00"), ("14:45", "14:45:00")]
)
def test_everything_is_closed_at_the_end_of_day(configured, time):
    bench = trigger_at(Bench(hours__eod_exit=configured), "14:20")
    bench.fill()
    bench.run_to("15:21")
    exits = [(clock(bench.event(e).ts), e.reason) for e in bench.said("ExitSignalGenerated")]
    assert exits == [(time, "EOD")]
    assert bench.state.halts["EOD"] == "the end-of-day exit has passed"


def expiring_today(**changed):
    today = master(expiries=("2021-11-30", "2021-12-07"))
    bench = Bench(listed=today, strategy__min_dte=0, **changed)
    end = ns("14:20")
    bench.run_to(end - 3_000_000_000)
    key = option_key(17_050, expiry="2021-11-30")
    bench.tick(NIFTY, 17_060, at=end - 2_000_000_000)
    bench.tick(key, 150, at=end - 1_000_000_000)
    bench.tick(NIFTY, 17_000, at=end)
    bench.wait_to("14:20:02")
    bench.fill()
    return bench


def test_a_contract_that_expires_today_goes_at_three():
    bench = expiring_today()
    assert bench.last("PositionOpened").expiry == "2021-11-30"
    bench.run_to("15:05")
    exits = [(clock(bench.event(e).ts), e.reason) for e in bench.said("ExitSignalGenerated")]
    assert exits == [("15:00:00", "EOD")]
    assert bench.said("EodMandatoryExit")[0].reason == "expiry day"


def test_a_later_contract_stays_until_the_ordinary_exit():
    bench = trigger_at(Bench(), "14:20")
    bench.fill()
    bench.run_to("15:19:59")
    assert bench.said("ExitSignalGenerated") == []


def test_a_market_halted_at_the_exit_time_is_left_in_its_first_tradable_second():
    bench = in_position()
    bench.run_to("11:40")
    bench.feed(MarketNotice(halted=True, reason="outage"), at="11:40")
    bench.wait_to("15:44:59")
    assert bench.said("ExitSignalGenerated", "EodMandatoryExit") == []
    bench.feed(MarketNotice(halted=False, close_ns=ns("17:00"), reason="resumed"), at="15:45")
    assert [e.reason for e in bench.said("ExitSignalGenerated")] == ["EOD"]
    assert clock(bench.orders[-1][0]) == "15:45:00"
    bench.fill()
    bench.run_to("17:00")
    assert bench.names("MarketClosed") == []
    bench.wait_to("17:00:03")
    assert bench.finished == effects.Finish("end of day", 0)


def test_a_halt_turns_entries_off_and_its_end_turns_them_on():
    bench = Bench()
    bench.run_to("10:20")
    bench.feed(MarketNotice(halted=True, reason="outage"), at="10:20")
    assert bench.state.halts["MARKET_HALTED"] == "outage"
    bench.feed(MarketNotice(halted=False, reason="resumed"), at="10:25")
    assert "MARKET_HALTED" not in bench.state.halts
    phases = [(p.phase, p.reason) for p in bench.said("MarketPhaseDetermined")]
    assert phases[-2:] == [("HALTED", "outage"), ("OPEN", "resumed")]
    assert [p.reason for p in bench.said("PhaseRevalidationRequired")] == ["outage", "resumed"]


def test_an_extension_is_unknown_before_its_announcement():
    bench = Bench()
    assert bench.last("CalendarValidated").close_ns == ns("15:30")
    bench.run_to("15:00")
    bench.feed(MarketNotice(halted=False, close_ns=ns("16:00"), reason="extended"), at="15:00")
    bench.run_to("15:45")
    assert bench.said("MarketClosed") == []
    bench.run_to("16:00")
    bench.wait_to("16:00:04")
    assert clock(bench.event(bench.last("MarketClosed")).ts) == "16:00:00"


def test_an_entry_is_cancelled_at_the_end_of_the_window_and_its_part_kept():
    bench = ordered(hours__entry_window=("10:00:00", "10:31:04"))
    bench.fill(50)
    bench.wait_to("10:31:05")
    assert bench.live_orders == []
    assert [p.bought for p in bench.state.positions.values()] == [50]


MUHURAT = {
    "kind": DayKind.MUHURAT,
    "name": "Muhurat",
    "index_legs": (leg("18:15", "19:15"),),
    "derivative_legs": (leg("18:15", "19:15"),),
    "eod_exit_ns": ns("19:05"),
    "eod_exit_expiry_ns": ns("19:05"),
}


AFTERNOON = {
    **MUHURAT,
    "index_legs": (leg("13:45", "14:45"),),
    "derivative_legs": (leg("13:45", "14:45"),),
    "eod_exit_ns": ns("14:35"),
    "eod_exit_expiry_ns": ns("14:35"),
}


@pytest.mark.parametrize(
    ("hour", "clocks"),
    [(MUHURAT, ("18:16", "19:15", "19:16")), (AFTERNOON, ("13:46", "14:45", "14:46"))],
)
@pytest.mark.parametrize("window", [("10:00:00", "14:30:00"), ("14:00:00", "19:00:00")])
def test_a_muhurat_hour_runs_without_entries_whenever_it_is(hour, clocks, window):
    bench = Bench(day=rules(**hour), hours__entry_window=window)
    bench.run_to(clocks[0])
    bench.prices[NIFTY] = 17_060
    bench.run_to(clocks[1])
    bench.wait_to(clocks[2])
    assert bench.said("SignalGenerated", "EntryWindowOpened") == []
    assert {e.first_no for e in bench.said("EntryEvaluated")} <= {"aligned", "time_window"}
    assert bench.finished == effects.Finish("end of day", 0)


def test_the_phases_of_the_closing_auction():
    auction = Leg(ns("15:15"), ns("15:30"))
    day = rules(
        index_legs=(leg("09:15", "15:15"),),
        derivative_legs=(leg("09:15", "15:40"),),
        index_auction=auction,
        eod_exit_ns=ns("15:12"),
    )
    bench = Bench(day=day)
    bench.run_to("15:40")
    bench.wait_to("15:41")
    assert timed(bench, "EodMandatoryExit", "MarketClosed") == [
        ("15:12:00", "EodMandatoryExit"),
        ("15:40:00", "MarketClosed"),
    ]
    phases = [p.phase for p in bench.said("MarketPhaseDetermined")]
    assert phases == ["PREOPEN", "OPEN", "AUCTION", "CLOSED"]


def test_a_lost_stream_turns_entries_off_until_it_is_back():
    bench = Bench()
    bench.run_to("10:00")
    bench.feed(StreamChanged(connected=False, reason="reset by peer"))
    assert "STREAM_DOWN" in bench.state.halts
    assert bench.last("StreamDisconnected").reason == "reset by peer"
    bench.feed(StreamChanged(connected=True))
    assert "STREAM_DOWN" not in bench.state.halts


def test_without_history_there_is_no_trade_and_the_day_still_ends():
    bench = Bench(history_problem="three tries failed")
    bench.prices[NIFTY] = 17_060
    bench.run_to("15:30")
    bench.wait_to("15:31")
    assert bench.last("NoTradeModeActivated").reason == "no history"
    assert bench.said("DailyDirectionDetermined", "SignalGenerated") == []
    assert bench.finished == effects.Finish("end of day", 0)
    assert "NO_TRADE_TODAY" in bench.state.halts


def test_a_short_history_is_said():
    assert Bench().last("HistorySyncCompleted").warmup_short is True


def test_the_first_funds_of_the_day_stay_what_the_loss_limit_rests_on():
    bench = Bench()
    bench.feed(Funds(55_000_000))
    assert bench.state.account.balance == 100_000_000


def test_a_blocked_loop_is_on_the_record():
    bench = Bench()
    bench.feed(Stalled(812, "cell.py:3:<module>"))
    assert (bench.last("LoopStalled").lag_ms, bench.last("LoopStalled").culprit) == (
        812,
        "cell.py:3:<module>",
    )
