"""The VIX breaker: level, rise, calm, silence."""

import pytest

from rustro_kernel.domain.market_time import SECOND
from tests.make import FUTURE, NIFTY, VIX, Bench, clock, in_position, ns


def fed(bench: Bench, *readings) -> Bench:
    """VIX readings as (clock time, value); the other instruments tick along."""
    for at, value in readings:
        bench.tick(VIX, value, at=at)
    return bench


def opened() -> Bench:
    bench = Bench()
    bench.wait_to("09:15")
    return bench


def breaks(bench):
    return [
        (clock(bench.event(e).ts), e.vix_paise / 100, e.rise_paise / 100, e.rule)
        for e in bench.said("VixSpike")
    ]


@pytest.mark.parametrize(("vix", "broken"), [(30.00, False), (30.01, True)])
def test_the_breaker_goes_above_thirty(vix, broken):
    bench = fed(opened(), ("09:15:01", vix))
    assert bool(breaks(bench)) is broken
    assert ("VIX_HALT" in bench.state.halts) is broken


@pytest.mark.parametrize(("vix", "broken"), [(21.00, False), (21.01, True)])
def test_the_breaker_goes_at_a_rise_of_more_than_five_in_ten_minutes(vix, broken):
    bench = fed(opened(), ("09:20:00", 16), ("09:30:00", vix))
    expected = [("09:30:00", vix, round(vix - 16, 2), "rise")] if broken else []
    assert breaks(bench) == expected


def test_the_rise_is_over_the_latest_value_at_least_ten_minutes_old():
    bench = fed(opened(), ("09:16:00", 10), ("09:20:00", 16), ("09:30:00", 20))
    assert breaks(bench) == []
    fed(bench, ("09:40:00", 24), ("09:45:00", 25.01))
    assert breaks(bench) == [("09:45:00", 25.01, 5.01, "rise")]


def test_a_value_younger_than_ten_minutes_is_no_measure():
    assert breaks(fed(opened(), ("09:20:01", 16), ("09:30:00", 22))) == []


def test_in_the_first_ten_minutes_no_rise_counts():
    bench = Bench()
    bench.wait_to("09:14:10")
    fed(bench, ("09:14:20", 16), ("09:24:59", 22))
    assert breaks(bench) == []
    fed(bench, ("09:25:00", 22))
    assert [at for at, *_ in breaks(bench)] == ["09:25:00"]


def test_everything_is_closed_and_entries_are_off():
    bench = in_position()
    bench.tick(VIX, 30.5)
    assert [(e.reason, e.priority) for e in bench.said("ExitSignalGenerated")] == [("VIX", 1)]
    assert bench.state.halts["VIX_HALT"] == "the VIX breaker is on"
    assert bench.last("Alerted").text == "VIX breaker at 30.50 (level)"


def test_the_same_spike_is_not_stated_twice_in_five_minutes():
    bench = fed(opened(), ("09:20:00", 31), ("09:22:00", 32), ("09:24:59", 33), ("09:25:00", 31))
    assert [at for at, *_ in breaks(bench)] == ["09:20:00", "09:25:00"]
    assert [e.reason for e in bench.said("TradingHalted")].count("VIX_HALT") == 1


def every_half_minute(bench, start, end, value):
    moment = ns(start)
    while moment <= ns(end):
        for key in (NIFTY, FUTURE):
            bench.tick(key, at=moment)
        bench.tick(VIX, value)
        moment += 30 * SECOND
    return bench


def test_ten_minutes_below_twenty_eight_take_it_off():
    bench = fed(opened(), ("09:30:00", 31))
    every_half_minute(bench, "09:30:30", "09:40:00", 27.99)
    assert bench.said("VixNormalised") == []
    every_half_minute(bench, "09:40:30", "09:40:30", 27.99)
    assert [clock(bench.event(e).ts) for e in bench.said("VixNormalised")] == ["09:40:30"]
    assert "VIX_HALT" not in bench.state.halts


def test_a_touch_of_twenty_eight_starts_the_ten_minutes_anew():
    bench = fed(opened(), ("09:30:00", 31))
    every_half_minute(bench, "09:30:30", "09:39:30", 27)
    every_half_minute(bench, "09:40:00", "09:40:00", 28)
    every_half_minute(bench, "09:40:30", "09:50:00", 27)
    assert bench.said("VixNormalised") == []
    every_half_minute(bench, "09:50:30", "09:50:30", 27)
    assert len(bench.said("VixNormalised")) == 1


def test_a_silence_starts_the_ten_minutes_anew():
    bench = fed(opened(), ("09:30:00", 31))
    every_half_minute(bench, "09:30:30", "09:36:00", 27)
    bench.wait_to("09:38:00")  # no data for two minutes
    every_half_minute(bench, "09:38:00", "09:47:30", 27)
    assert bench.said("VixNormalised") == []
    every_half_minute(bench, "09:48:00", "09:48:00", 27)
    assert len(bench.said("VixNormalised")) == 1


def test_no_vix_for_a_minute_stops_entries_and_closes_nothing():
    bench = in_position()
    bench.wait_to("10:31:59.999")
    assert "VIX_STALE" not in bench.state.halts
    bench.wait_to("10:32:00")
    assert "VIX_STALE" in bench.state.halts
    assert bench.said("ExitSignalGenerated", "VixSpike") == []
    bench.tick(VIX)
    assert "VIX_STALE" not in bench.state.halts


def test_a_vix_that_never_came_is_stale_a_minute_after_the_open():
    bench = Bench()
    bench.wait_to("09:16:00")
    assert "VIX_STALE" in bench.state.halts
