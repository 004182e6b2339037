import pytest

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import SECOND, midnight_ns
from rustro_kernel.domain.rules import Leg
from rustro_kernel.engine.inputs import MarketNotice
from tests.make import CALL, DATE, FUTURE, NIFTY, VIX, Bench, clock, leg, ns, rules


def opened(**changed) -> Bench:
    """A bench a moment before the open."""
    bench = Bench(**changed)
    bench.wait_to("09:14:30")
    return bench


def bars(bench, key=NIFTY, frame="1m"):
    """(start, open, high, low, close, volume) of the bars that were stated; prices in rupees."""
    return [
        (
            clock(b.start_ns),
            b.open_paise / 100,
            b.high_paise / 100,
            b.low_paise / 100,
            b.close_paise / 100,
            b.volume,
        )
        for b in bench.said("BarReady")
        if (b.instrument, b.timeframe) == (key, frame)
    ]


def flaws(bench, key=NIFTY):
    return bench.state.books[key].flaws


def test_a_tick_on_the_boundary_opens_the_next_bar():
    bench = opened()
    bench.tick(NIFTY, 17_000, at="09:15:01")
    bench.tick(NIFTY, 17_010, at="09:15:59.999")
    bench.tick(NIFTY, 17_050, at="09:16:00")
    assert bars(bench) == [("09:15:00", 17_000, 17_010, 17_000, 17_010, 0)]


def test_a_bar_holds_the_extremes_of_its_minute():
    bench = opened()
    for second, price in enumerate((17_000, 17_020, 16_990, 17_005)):
        bench.tick(NIFTY, price, at=f"09:15:0{second}")
    bench.tick(NIFTY, 17_100, at="09:16:01")
    assert bars(bench) == [("09:15:00", 17_000, 17_020, 16_990, 17_005, 0)]


def test_without_another_tick_the_grace_timer_closes_the_bar():
    bench = opened()
    bench.tick(NIFTY, 17_000, at="09:15:30")
    bench.wait_to("09:16:01.999")
    assert bars(bench) == []
    bench.wait_to("09:16:02")
    assert bars(bench) == [("09:15:00", 17_000, 17_000, 17_000, 17_000, 0)]


def test_a_boundary_waits_for_every_instrument_that_ticked_in_the_minute():
    bench = opened()
    bench.tick(NIFTY, at="09:15:30")
    bench.tick(FUTURE, at="09:15:31")
    bench.tick(NIFTY, at="09:16:00")
    assert bench.said("BarReady") == []
    bench.tick(FUTURE, at="09:16:00.500")
    assert [b.instrument for b in bench.said("BarReady")] == [FUTURE, NIFTY]


def test_a_minute_without_ticks_gives_no_bar():
    bench = opened()
    bench.tick(NIFTY, at="09:15:30")
    bench.tick(NIFTY, at="09:18:30")
    bench.wait_to("09:19:03")
    assert [start for start, *_ in bars(bench)] == ["09:15:00", "09:18:00"]


def test_at_one_boundary_timeframes_complete_in_order_and_instruments_by_exchange_and_token():
    bench = opened()
    bench.run_to("10:15")
    bench.tick(CALL, at="10:14:59")
    bench.events.clear()
    for key in (NIFTY, VIX, CALL, FUTURE):
        bench.tick(key, at="10:15:00.100")
    every = [FUTURE, CALL, NIFTY, VIX]
    bars = bench.said("BarReady")
    stated = [(b.timeframe, b.instrument) for b in bars if b.instrument in every]
    frames = ["1m", "5m", "15m", "1h"]
    assert stated == [(frame, key) for frame in frames for key in every]


def test_bars_are_anchored_to_the_open_or_to_the_clock():
    by_open, by_clock = opened(), opened(bars__anchor="clock")
    for bench in (by_open, by_clock):
        bench.run_to("11:16")
    assert [b[0] for b in bars(by_open, frame="1h")] == ["09:15:00", "10:15:00"]
    assert [b[0] for b in bars(by_clock, frame="1h")] == ["09:00:00", "10:00:00"]


def test_volume_of_a_bar_is_what_the_days_counter_gained():
    bench = opened()
    bench.tick(FUTURE, at="09:14:50", volume=0)
    bench.tick(FUTURE, at="09:15:10", volume=700)
    bench.tick(FUTURE, at="09:15:50", volume=1000)
    bench.tick(FUTURE, at="09:16:20", volume=1000)
    bench.tick(FUTURE, at="09:17:20", volume=1600)
    bench.wait_to("09:18:03")
    assert [b[-1] for b in bars(bench, FUTURE)] == [1000, 0, 600]


def test_an_instrument_first_seen_during_the_day_counts_volume_from_its_first_tick():
    bench = opened(start="09:00")
    bench.run_to("09:20")
    bench.tick(CALL, at="09:20:10", volume=50_000)
    bench.tick(CALL, at="09:20:40", volume=50_400)
    bench.wait_to("09:21:03")
    assert bars(bench, CALL)[-1][-1] in (400, 50_400)


GOOD = {"at": "09:15:30", "volume": 500}


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        ("duplicate", {}),
        ("out_of_order", {"exch_ts": ns("09:15:29"), "volume": 900}),
        ("volume_fell", {"exch_ts": ns("09:15:31"), "volume": 499}),
        ("volume_fell", {"volume": 499}),
        ("other_day", {"exch_ts": 0, "volume": 900}),
        ("other_day", {"exch_ts": ns("09:15:29") - 24 * 3600 * SECOND, "volume": 900}),
        ("future_stamp", {"exch_ts": ns("09:15:36"), "volume": 900}),
        ("bad_price", {"price": 0, "volume": 900}),
        ("bad_price", {"price": -5, "volume": 900}),
    ],
)
def test_a_bad_tick_never_changes_a_bar_and_is_counted_by_its_rule(rule, bad):
    bench = opened()
    bench.tick(FUTURE, 17_000, **GOOD)
    bench.tick(FUTURE, **{"exch_ts": ns("09:15:30"), "price": 17_000, "volume": 500, **bad})
    bench.wait_to("09:16:03")
    assert bars(bench, FUTURE) == [("09:15:00", 17_000, 17_000, 17_000, 17_000, 500)]
    assert flaws(bench, FUTURE) == {rule: 1}
    assert [(e.rule, e.count) for e in bench.said("DataQualityError")] == [(rule, 1)]


def counted(*volumes, at="09:16:10"):
    """The future's volumes of 09:15, 09:16 and 09:17, of whose counter 09:16 has seen these."""
    bench = opened()
    bench.tick(FUTURE, at="09:15:30", volume=500)
    for n, volume in enumerate(volumes):
        bench.tick(FUTURE, at=ns(at) + n * SECOND, volume=volume)
    bench.tick(FUTURE, at="09:17:30", volume=volumes[-1] + 40)
    bench.wait_to("09:18:03")
    return bench, [volume for *_, volume in bars(bench, FUTURE)]


def test_one_wrong_height_costs_three_ticks_and_not_the_day():
    bench, volumes = counted(600, 90_000, 610, 620, 630, 640)
    assert volumes == [500, 140, 40]
    assert flaws(bench, FUTURE) == {"volume_fell": 2, "volume_reset": 1}
    assert [e.rule for e in bench.said("DataQualityError")] == ["volume_fell", "volume_reset"]


def test_a_height_that_a_closed_bar_believed_does_not_spoil_the_next():
    bench = opened()
    bench.tick(FUTURE, at="09:15:30", volume=500)
    bench.tick(FUTURE, at="09:15:50", volume=90_000)
    for n, volume in enumerate((600, 610, 620, 650)):
        bench.tick(FUTURE, at=ns("09:16:10") + n * SECOND, volume=volume)
    bench.tick(FUTURE, at="09:17:30", volume=700)
    bench.wait_to("09:18:03")
    assert [volume for *_, volume in bars(bench, FUTURE)] == [90_000, 30, 50]


def test_a_counter_that_starts_again_within_a_minute_keeps_what_the_minute_had():
    _, volumes = counted(600, 5, 10, 15, 25)
    assert volumes == [500, 110, 40]


def test_one_wrong_depth_is_never_believed():
    bench, volumes = counted(600, 5, 620, 6, 630, 7, 640)
    assert volumes == [500, 140, 40]
    assert flaws(bench, FUTURE) == {"volume_fell": 3}


def test_falls_that_go_on_falling_are_no_counter():
    bench, volumes = counted(600, 500, 400, 300, 200, 610)
    assert volumes == [500, 110, 40]
    assert flaws(bench, FUTURE) == {"volume_fell": 4}


@pytest.mark.parametrize("stamp", [0, SECOND])
def test_a_first_tick_of_1970_is_no_quote(stamp):
    bench = opened()
    bench.tick(FUTURE, 99, at="09:15:30", exch_ts=stamp)
    assert flaws(bench, FUTURE) == {"other_day": 1}
    assert bench.state.quotes[FUTURE].ltp == 0


def test_a_late_tick_never_changes_a_closed_bar():
    bench = opened()
    bench.tick(NIFTY, 17_000, at="09:15:30")
    bench.wait_to("09:16:03")
    bench.tick(NIFTY, 18_000, exch_ts=ns("09:15:59"))
    bench.wait_to("09:18:03")
    assert bars(bench) == [("09:15:00", 17_000, 17_000, 17_000, 17_000, 0)]
    assert flaws(bench) == {"late": 1}


def test_the_first_flaw_of_a_minute_and_rule_is_stated_and_all_are_counted():
    bench = opened()
    for clock_time in ("09:15:30", "09:16:30"):
        bench.tick(NIFTY, at=clock_time)
        for _ in range(3):
            bench.feed(bench.inputs[-1].body)
    assert [e.count for e in bench.said("DataQualityError")] == [1, 4]
    assert flaws(bench) == {"duplicate": 6}


def test_the_short_last_hour_is_stated_and_feeds_no_indicator():
    dropped, kept = opened(), opened(strategy__hourly_stub="keep")
    for bench in (dropped, kept):
        before = len(bench.state.desks["NIFTY"].hours)
        bench.run_to("15:30")
        bench.wait_to("15:30:02")
        assert [b[0] for b in bars(bench, frame="1h")][-1] == "15:15:00"
        assert bars(bench, frame="1d")[0][0] == "00:00:00"
        bench.grown = len(bench.state.desks["NIFTY"].hours) - before
    assert (dropped.grown, kept.grown) == (6, 7)


NEW_REGIME = {
    "index_legs": (leg("09:15", "15:15"),),
    "derivative_legs": (leg("09:15", "15:40"),),
    "index_auction": Leg(ns("15:15"), ns("15:30")),
    "eod_exit_ns": ns("15:12"),
}


def test_prints_after_the_spots_close_are_tagged_and_feed_nothing():
    bench = opened(day=rules(**NEW_REGIME))
    bench.run_to("15:20")
    evaluated = len(bench.said("EntryEvaluated"))
    last = [b for b in bench.said("BarReady") if b.instrument == NIFTY and b.timeframe == "1m"][-1]
    assert (clock(last.start_ns), last.auction) == ("15:18:00", True)
    assert bars(bench, frame="1d")[0][0] == "00:00:00"  # complete at 15:15 already
    bench.run_to("15:40")
    assert len(bench.said("EntryEvaluated")) == evaluated
    assert [b[0] for b in bars(bench, frame="5m")][-1] == "15:10:00"
    assert [b[0] for b in bars(bench, FUTURE, "5m")][-1] == "15:30:00"


TWO_LEGS = (leg("09:15", "10:00"), leg("11:45", "12:30"))


def test_a_day_of_two_legs_has_bars_in_both_and_none_between():
    bench = opened(
        day=rules(index_legs=TWO_LEGS, derivative_legs=TWO_LEGS, eod_exit_ns=ns("12:20"))
    )
    bench.run_to("10:00")
    bench.wait_to("11:45")
    bench.run_to("12:30")
    bench.wait_to("12:30:02")
    starts = [b[0] for b in bars(bench)]
    assert (starts[0], starts[-1], len(starts)) == ("09:15:00", "12:29:00", 90)
    assert [b[0] for b in bars(bench, frame="1h")] == ["09:15:00", "11:15:00", "12:15:00"]
    assert len(bars(bench, frame="1d")) == 1


def test_an_extended_day_builds_bars_to_its_new_close():
    bench = opened()
    bench.run_to("11:40")
    bench.feed(MarketNotice(halted=True, reason="outage"), at="11:40")
    bench.wait_to("15:44")
    bench.feed(MarketNotice(halted=False, close_ns=ns("17:00"), reason="resumed"), at="15:45")
    bench.run_to("17:00")
    bench.wait_to("17:00:02")
    starts = [b[0] for b in bars(bench)]
    assert (starts[-1], len(starts)) == ("16:59:00", 145 + 75)
    assert [b[0] for b in bars(bench, frame="1d")] == ["00:00:00"]
    assert not any(b.auction for b in bench.said("BarReady") if b.instrument == NIFTY)


def test_a_synthetic_market_is_labelled_on_every_bar():
    bench = opened()
    bench.state.synthetic = ("prices",)
    bench.run_to("09:17")
    assert all(b.synthetic for b in bench.said("BarReady"))


def test_rings_stay_bounded():
    bench = opened(bars__hot_capacity=10)
    bench.run_to("10:30")
    ring = bench.state.books[NIFTY].rings[Timeframe.M1.value]
    assert len(ring) <= 20
    assert clock(ring[-1].start_ns) == "10:28:00" or clock(ring[-1].start_ns) == "10:29:00"


def test_a_daily_bar_starts_at_midnight():
    bench = opened()
    bench.run_to("15:30")
    bench.wait_to("15:30:02")
    day = next(b for b in bench.said("BarReady") if b.timeframe == "1d")
    assert day.start_ns == midnight_ns(DATE)


def test_a_day_that_is_halted_for_good_still_gets_its_bar():
    bench = opened()
    bench.run_to("11:40")
    bench.feed(MarketNotice(halted=True, reason="outage"), at="11:40")
    bench.wait_to("22:00")
    assert bench.finished is not None
    assert [b[0] for b in bars(bench, frame="1d")] == ["00:00:00"]
