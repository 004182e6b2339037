"""Silence of a liquid instrument: entries pause, the hole is asked for."""

import pytest
from msgspec.structs import replace

from rustro_kernel.domain.bars import Series, Timeframe
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.engine import effects
from rustro_kernel.engine.inputs import Backfilled, MarketNotice, StreamChanged
from tests.make import (
    CALL,
    FUTURE,
    NIFTY,
    VIX,
    Bench,
    bar,
    clock,
    command,
    in_position,
    leg,
    ns,
    rules,
)

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
    bench.wait(5)
    assert asked(bench) == [(NIFTY, "10:00:00", "10:03:00")]


def back(at="10:02:05") -> Bench:
    """The index was silent since 10:00:05, until a moment."""
    bench: Bench = others(running(), NIFTY, at)
    bench.tick(NIFTY)
    return bench


def answer(bench, *minutes, problem="", stretch=("10:00", "10:03"), **fields) -> Backfilled:
    bars = tuple(bar(at=ns(at), **fields) for at in minutes)
    series = Series(NIFTY, Timeframe.M1, bars)
    return Backfilled(series, ns(stretch[0]), ns(stretch[1]), problem)


def ticking(bench, until):
    """Every liquid instrument goes on."""
    return others(bench, "none", until)


def test_when_data_flows_again_the_hole_is_asked_for_with_the_minutes_it_has_cut():
    bench = ticking(back(), "10:03:06")
    assert asked(bench) == [(NIFTY, "10:00:00", "10:03:00")]
    assert clock(bench.event(bench.last("DataGapRecoveryRequired")).ts) == "10:03:05"
    assert "RECOVERING_DATA" in bench.state.halts


def test_recovered_minutes_fill_the_hole_and_entries_go_on():
    bench = ticking(back(), "10:03:06")
    bench.events.clear()
    bench.feed(answer(bench, "10:00", "10:01", "10:02", high=17_020))
    stated = [(clock(b.start_ns), b.timeframe) for b in bench.said("BarReady")]
    assert stated == [("10:01:00", "1m")]
    other = [(clock(b.start_ns), b.timeframe, b.corrected) for b in bench.said("BarCorrected")]
    assert other == [("10:00:00", "1m", True), ("10:02:00", "1m", True)]
    done = bench.last("RecoveryCompleted")
    assert (done.bars, done.corrected) == (1, 2)
    assert bench.engine.view().bars_corrected == 2
    assert bench.state.halts == {}
    ticking(bench, "10:05:30")
    five = [b for b in bench.said("BarReady") if (b.instrument, b.timeframe) == (NIFTY, "5m")]
    assert (clock(five[-1].start_ns), five[-1].high_paise) == ("10:00:00", 1_702_000)
    assert five[-1].corrected


@pytest.mark.parametrize(
    ("minutes", "fields", "problem"),
    [
        ((), {}, "the source has no bars for it"),
        (("10:00", "10:02"), {}, "1 minutes are missing"),
        (("10:00", "10:00"), {}, "the minute 10:00:00 comes twice or out of order"),
        (("10:01", "10:00"), {}, "the minute 10:00:00 comes twice or out of order"),
        (("10:00:30",), {}, "the minute 10:00:30 was not asked for"),
        (("10:03",), {}, "the minute 10:03:00 was not asked for"),
        (("09:59",), {}, "the minute 09:59:00 was not asked for"),
        (("10:00",), {"high": 16_999}, "the minute 10:00:00 makes no sense"),
        (("10:00",), {"low": 17_001}, "the minute 10:00:00 makes no sense"),
        (("10:00",), {"volume": -1}, "the minute 10:00:00 makes no sense"),
    ],
)
def test_an_answer_that_does_not_fill_the_hole_keeps_entries_off(minutes, fields, problem):
    bench = ticking(back(), "10:03:06")
    bench.feed(answer(bench, *minutes, **fields))
    assert bench.last("RecoveryFailed").problem == problem
    assert "RECOVERING_DATA" in bench.state.halts


def test_no_answer_in_a_minute_is_a_failure_and_a_late_one_still_fills_the_hole():
    bench = ticking(back(), "10:03:06")
    bench.wait_to("10:04:04.999")
    assert bench.said("RecoveryFailed") == []
    ticking(bench, "10:04:20")
    failed = bench.last("RecoveryFailed")
    assert (clock(bench.event(failed).ts), failed.problem) == ("10:04:05", "no answer in 60 s")
    bench.feed(answer(bench, "10:00", "10:01", "10:02"))
    assert bench.state.halts == {}
    ticking(bench, "10:06:00")
    assert len(asked(bench)) == 1


def test_a_hole_is_asked_for_five_times_a_minute_apart_then_the_operator_resumes():
    bench = ticking(back(), "10:03:06")
    for _ in range(8):
        bench.feed(answer(bench, problem="rate limit"))
        ticking(bench, clock(bench.now + 70 * SECOND))
    assert asked(bench) == [(NIFTY, "10:00:00", "10:03:00")] * 5
    said = [e.text for e in bench.said("Alerted")]
    assert [text.split("; ")[1] for text in said] == [
        "asking again",
        "no entries until the operator resumes",
    ]
    assert "RECOVERING_DATA" in bench.state.halts
    bench.feed(command("resume"))
    assert bench.state.halts == {}


def recovering() -> Bench:
    """The index was silent; its minutes are asked for, and an answer has not come."""
    bench: Bench = ticking(back(), "10:03:06")
    return bench


def test_a_resume_does_not_cut_a_first_try_short():
    bench = recovering()
    bench.feed(command("resume"))
    refused = bench.last("CommandReceived")
    assert (refused.accepted, refused.reply) == (
        False,
        "entries go on by themselves once NIFTY is recovered",
    )
    bench.feed(answer(bench, "10:00", "10:01", "10:02"))
    assert bench.state.halts == {}


def test_a_resume_is_offered_when_a_gap_was_given_up_and_not_while_it_is_being_filled():
    bench = recovering()
    assert not bench.engine.view().can_resume
    bench.feed(replace(answer(bench), is_final=True))
    assert bench.engine.view().can_resume
    bench.feed(command("resume"))
    assert not bench.engine.view().can_resume


def test_a_resume_after_a_pause_leaves_the_gap_to_its_recovery():
    bench = recovering()
    bench.feed(command("pause"))
    bench.feed(command("resume"))
    assert list(bench.state.halts) == ["RECOVERING_DATA"]
    bench.feed(answer(bench, "10:00", "10:01", "10:02"))
    assert bench.state.halts == {}


def test_what_the_operator_did_not_wait_for_is_recovered_all_the_same():
    bench = recovering()
    bench.feed(answer(bench, problem="rate limit"))
    bench.feed(command("resume"))
    assert bench.state.halts == {}
    ticking(bench, clock(bench.now + 70 * SECOND))
    assert asked(bench) == [(NIFTY, "10:00:00", "10:03:00")] * 2
    bench.events.clear()
    bench.feed(answer(bench, "10:00", "10:01", "10:02"))
    assert [clock(b.start_ns) for b in bench.said("BarReady")] == ["10:01:00"]
    assert bench.last("RecoveryCompleted").bars == 1
    assert bench.state.holes == {}


def test_a_gap_the_operator_passed_over_does_not_hold_up_another_ones_end():
    bench = recovering()
    bench.feed(replace(answer(bench), is_final=True))
    bench.feed(command("resume"))
    others(bench, FUTURE, "10:06:00")
    assert "RECOVERING_DATA" in bench.state.halts
    bench.tick(FUTURE)
    ticking(bench, "10:07:06")
    key, start, end = asked(bench)[-1]
    minutes = tuple(bar(at=ts) for ts in range(ns(start), ns(end), 60 * SECOND))
    bench.feed(Backfilled(Series(key, Timeframe.M1, minutes), ns(start), ns(end), ""))
    assert bench.state.halts == {}


def test_a_new_gap_asks_for_the_minutes_that_were_passed_over_as_well():
    bench = recovering()
    bench.feed(replace(answer(bench), is_final=True))
    bench.feed(command("resume"))
    others(bench, NIFTY, "10:05:30")
    assert "RECOVERING_DATA" in bench.state.halts
    bench.tick(NIFTY)
    ticking(bench, "10:06:36")
    assert asked(bench)[-1] == (NIFTY, "10:00:00", "10:06:00")


def test_a_source_that_will_never_have_more_is_asked_once():
    bench = ticking(back(), "10:03:06")
    bench.feed(replace(answer(bench), is_final=True))
    ticking(bench, "10:10")
    assert len(asked(bench)) == 1
    assert "RECOVERING_DATA" in bench.state.halts


def test_an_answer_to_another_question_fills_nothing():
    bench = ticking(back(), "10:03:06")
    bench.feed(answer(bench, "10:00", "10:01", stretch=("10:00", "10:02")))
    assert bench.last("DuplicateIgnored").what == "backfill"
    assert "RECOVERING_DATA" in bench.state.halts


def test_after_five_minutes_the_candles_are_read_again_and_corrected():
    bench = ticking(back(), "10:03:06")
    bench.feed(answer(bench, "10:00", "10:01", "10:02"))
    ticking(bench, "10:09")
    assert asked(bench) == [(NIFTY, "10:00:00", "10:03:00")] * 2
    bench.events.clear()
    bench.feed(answer(bench, "10:00", "10:01", "10:02", high=17_030))
    frames = [b.timeframe for b in bench.said("BarCorrected")]
    assert frames == ["1m"] * 3 + ["5m"]
    assert bench.state.halts == {}
    bench.feed(answer(bench, "10:00", "10:01", "10:02", high=17_040))
    assert bench.last("DuplicateIgnored").what == "backfill"


def test_candles_read_again_that_make_no_sense_change_nothing():
    bench = ticking(back(), "10:03:06")
    bench.feed(answer(bench, "10:00", "10:01", "10:02"))
    ticking(bench, "10:09")
    bench.events.clear()
    bench.feed(answer(bench, "10:00", "10:01", "10:02", low=17_030))
    assert bench.names() == []


def test_a_stream_that_was_away_leaves_a_hole_however_short():
    bench = running()
    bench.feed(StreamChanged(connected=False), at="10:00:50")
    bench.feed(StreamChanged(connected=True), at="10:01:02")
    ticking(bench, "10:02:06")
    assert asked(bench) == [(key, "10:00:00", "10:02:00") for key in (NIFTY, FUTURE, VIX)]
    assert "RECOVERING_DATA" in bench.state.halts


@pytest.mark.parametrize(("invalidates", "reason"), [(True, "STRATEGY_INVALIDATED"), (False, None)])
def test_an_alignment_that_flips_on_recovered_bars_can_close_at_once(invalidates, reason):
    bench = in_position(at="10:31", strategy__invalidate_on_recompute=invalidates)
    others(bench, NIFTY, "11:14")
    bench.prices[NIFTY] = 17_000
    bench.tick(NIFTY)
    ticking(bench, "11:15:20")
    (_, start, _), stretch = asked(bench)[-1], asked(bench)[-1][1:]
    minutes = [clock(ts) for ts in range(ns(start), ns("11:14"), 60 * SECOND)]
    bench.events.clear()
    last = bar(16_800, at=ns("11:14"))
    found = answer(bench, *minutes, stretch=stretch)
    series = Series(NIFTY, Timeframe.M1, (*found.series.bars, last))
    bench.feed(replace(found, series=series))
    assert not bench.state.desks["NIFTY"].is_aligned
    assert [e.reason for e in bench.said("ExitSignalGenerated")] == ([reason] if reason else [])
    ticking(bench, "11:17")
    assert bench.said("ExitSignalGenerated")[0].reason == (reason or "ALIGNMENT_LOST")


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


def test_the_index_in_the_closing_auction_is_silent_without_a_gap():
    day = rules(index_legs=(leg(end="15:00"),))
    bench = Bench(day=day)
    bench.run_to("15:00")
    others(bench, NIFTY, "15:10")
    assert gaps(bench) == []


def test_the_break_of_a_day_in_two_legs_is_silent_without_a_gap():
    legs = (leg("09:15", "10:00"), leg("11:30", "12:30"))
    bench = Bench(day=rules(index_legs=legs, derivative_legs=legs))
    bench.run_to("10:00")
    bench.wait_to("11:30:59")
    assert gaps(bench) == []
    bench.wait_to("11:31:01")
    assert sorted(key for _, key in gaps(bench)) == sorted(LIQUID)


def test_prints_of_the_closing_auction_are_shown_and_never_summed():
    day = rules(index_legs=(leg(end="15:00"),))
    bench = Bench(day=day)
    bench.run_to("14:58")
    others(bench, NIFTY, "15:02:10")
    bench.tick(NIFTY)
    ticking(bench, "15:03:10")
    (_, start, end) = asked(bench)[-1]
    minutes = ("14:57", "14:58", "14:59", "15:00", "15:01", "15:02")
    bench.feed(answer(bench, *minutes, stretch=(start, end), close=17_000))
    auction = [clock(b.start_ns) for b in bench.said("BarReady", "BarCorrected") if b.auction]
    assert set(auction) >= {"15:00:00", "15:01:00"}
    days = [b for b in bench.said("BarReady") if (b.instrument, b.timeframe) == (NIFTY, "1d")]
    assert [b.high_paise for b in days] == [1_700_000]
