"""Silence of a liquid instrument: entries pause, the hole is asked for."""

import pytest

from rustro_kernel.domain.bars import Series, Timeframe
from rustro_kernel.engine import effects
from rustro_kernel.engine.inputs import Backfilled, MarketNotice
from tests.make import CALL, FUTURE, NIFTY, VIX, Bench, bar, clock, command, in_position, ns

LIQUID = (NIFTY, FUTURE, VIX)


def running(until="10:00:05") -> Bench:
    """Every liquid instrument has just ticked."""
    bench = Bench()
    bench.run_to(until)
    for key in LIQUID:
        bench.tick(key, at=until)
    return bench


def others(bench, silent, until):
    """All but one instrument tick on."""
    while bench.now < ns(until):
        bench.wait(20)
        for key in LIQUID:
            if key != silent:
                bench.tick(key)
    return bench


def gaps(bench):
    return [(clock(bench.event(e).ts), e.instrument) for e in bench.said("DataGapDetected")]


def asked(bench):
    return [
        (e.action.instrument, clock(e.action.from_ns), clock(e.action.to_ns))
        for e in bench.effects
        if isinstance(e.action, effects.Backfill)
    ]


@pytest.mark.parametrize("silent", LIQUID)
def test_a_minute_of_silence_is_a_gap_and_pauses_entries(silent):
    bench = others(running(), silent, "10:00:45")
    bench.wait_to("10:01:04.999")
    assert gaps(bench) == []
    others(bench, silent, "10:02:10")
    assert gaps(bench) == [("10:01:05", silent)]
    assert "RECOVERING_DATA" in bench.state.halts


def test_positions_stay_in_a_gap():
    bench = in_position()
    others(bench, NIFTY, "10:33")
    assert len(gaps(bench)) == 1
    assert bench.said("ExitSignalGenerated") == []


def test_a_silent_option_is_no_gap():
    bench = running()
    bench.tick(CALL)
    others(bench, "none", "10:05")
    assert gaps(bench) == []


def test_after_two_minutes_the_bar_is_late_and_the_hole_is_asked_for():
    bench = others(running(), NIFTY, "10:03:20")
    late = bench.last("BarDelayed")
    assert (clock(bench.event(late).ts), clock(late.boundary_ns)) == ("10:03:00", "10:01:00")
    assert asked(bench) == [(NIFTY, "10:00:00", "10:03:00")]


def test_when_data_flows_again_the_hole_is_asked_for_and_entries_wait():
    bench = others(running(), NIFTY, "10:02:05")
    bench.tick(NIFTY)
    assert asked(bench) == [(NIFTY, "10:00:00", "10:02:00")]
    assert "RECOVERING_DATA" in bench.state.halts
    bars = Series(NIFTY, Timeframe.M1, (bar(at=ns("10:01")),))
    bench.feed(Backfilled(bars, ns("10:00"), ns("10:02")))
    assert bench.last("RecoveryFailed").problem == "recovered bars cannot be merged yet"
    assert "RECOVERING_DATA" in bench.state.halts


def test_a_hole_nobody_can_fill_keeps_entries_off_until_the_operator_resumes():
    bench = others(running(), NIFTY, "10:02:05")
    bench.tick(NIFTY)
    bench.feed(Backfilled(Series(NIFTY, Timeframe.M1, ()), ns("10:00"), ns("10:02")))
    assert bench.last("RecoveryFailed").problem == "the source has no bars for it"
    assert "RECOVERING_DATA" in bench.state.halts
    bench.feed(command("resume"))
    assert bench.state.halts == {}


def test_a_halted_market_is_silent_without_a_gap():
    bench = running()
    bench.feed(MarketNotice(halted=True, reason="outage"))
    bench.wait_to("10:30")
    assert gaps(bench) == []


def test_silence_before_the_open_is_no_gap_and_counts_from_the_open():
    bench = Bench()
    bench.wait_to("09:15:59")
    assert gaps(bench) == []
    bench.wait_to("09:16:00")
    assert sorted(key for _, key in gaps(bench)) == sorted(LIQUID)
