"""Which expiry, which strike, which are watched."""

import pytest

from rustro_kernel.domain.verdicts import Direction
from rustro_kernel.engine import effects
from rustro_kernel.engine.chain import at_the_money
from tests.make import (
    CALL,
    FUTURE,
    NIFTY,
    VIX,
    Bench,
    clock,
    in_position,
    master,
    ns,
    option_key,
)

CE, PE = Direction.CE, Direction.PE


def strike(price, rule="floor", direction=CE, listed=range(16_500, 17_501, 50)):
    bench = Bench(listed=master(listed), strategy__atm_rounding=rule)
    world = bench.engine._world
    return at_the_money(world, bench.state.desks["NIFTY"], round(price * 100), direction) // 100


@pytest.mark.parametrize(
    ("price", "floor", "nearest", "itm_call", "itm_put"),
    [
        (17_000, 17_000, 17_000, 17_000, 17_000),
        (17_000.05, 17_000, 17_000, 17_000, 17_050),
        (17_024.95, 17_000, 17_000, 17_000, 17_050),
        (17_025, 17_000, 17_050, 17_000, 17_050),
        (17_049.95, 17_000, 17_050, 17_000, 17_050),
    ],
)
def test_the_strike_follows_its_rounding_rule(price, floor, nearest, itm_call, itm_put):
    assert strike(price) == floor
    assert strike(price, "nearest") == nearest
    assert strike(price, "itm") == itm_call
    assert strike(price, "itm", PE) == itm_put


def test_a_strike_that_is_not_listed_gives_way_to_the_nearest_one_ties_down():
    assert strike(17_060, listed=[16_950, 17_100, 17_200]) == 17_100
    assert strike(17_060, listed=[17_000, 17_100]) == 17_000
    assert strike(18_900) == 17_500
    assert strike(15_000) == 16_500


def chosen(expiries, **changed):
    return Bench(listed=master(expiries=expiries), **changed).state.desks["NIFTY"].expiry


@pytest.mark.parametrize(
    ("least", "expiry"),
    [(0, "2021-11-30"), (1, "2021-12-02"), (2, "2021-12-02"), (3, "2021-12-09")],
)
def test_the_expiry_is_the_nearest_listed_one_far_enough_away(least, expiry):
    listed = ("2021-12-09", "2021-11-30", "2021-12-02")
    assert chosen(listed, strategy__min_dte=least) == expiry


def test_without_a_listed_expiry_nothing_is_bought():
    bench = Bench(listed=master(expiries=("2021-11-30",)))
    bench.prices[NIFTY] = 17_060
    bench.run_to("10:31")
    bench.wait_to("10:31:02")
    assert bench.said("SignalGenerated") == []
    assert bench.gate("spread").ok is None


def watched(bench):
    return {int(key[-7:-2]) for key in bench.state.watched if key not in (NIFTY, VIX, FUTURE)}


def test_four_strikes_each_side_of_the_money_are_watched():
    bench = Bench()
    bench.wait_to("09:15")
    assert watched(bench) == set(range(16_800, 17_201, 50))
    assert len(bench.state.watched) == 3 + 18


def test_the_window_moves_with_the_money():
    bench = Bench()
    bench.prices[NIFTY] = 17_120
    bench.run_to("09:17")
    assert watched(bench) == set(range(16_900, 17_301, 50))
    gone = [e.action for e in bench.effects if isinstance(e.action, effects.Unsubscribe)]
    assert [key[-7:] for key in gone[0].instruments] == ["16800CE", "16800PE", "16850CE", "16850PE"]


def test_at_the_edge_of_the_listed_strikes_there_are_fewer():
    bench = Bench()
    bench.prices[NIFTY] = 17_480
    bench.run_to("09:17")
    assert watched(bench) == set(range(17_250, 17_501, 50))


def test_an_option_in_position_stays_watched_with_its_full_depth():
    bench = in_position()
    bench.prices[NIFTY] = 17_400
    bench.run_to("10:34")
    assert CALL in bench.state.watched
    assert bench.state.watched[CALL] is True
    assert option_key(17_050, "PE") not in bench.state.watched


def test_bars_of_an_option_that_left_and_came_back_hold_all_its_minutes():
    bench, call = Bench(), option_key(16_800, "CE")
    for until, nifty, premium in (
        ("09:17", 17_000, 150),
        ("09:18", 17_120, 150),
        ("09:25", 17_000, 160),
    ):
        bench.prices[NIFTY], bench.prices[call] = nifty, premium
        bench.run_to(until)
    bench.wait(3)
    unwatched = [e.action for e in bench.effects if isinstance(e.action, effects.Unsubscribe)]
    assert call in unwatched[0].instruments
    bars = [b for b in bench.said("BarReady") if b.instrument == call]
    whole = next(b for b in bars if (b.timeframe, b.start_ns) == ("5m", ns("09:15")))
    assert [clock(b.start_ns) for b in bars if b.timeframe == "1m"] == ["09:15:00", "09:19:00"]
    assert (whole.open_paise, whole.close_paise) == (15_000, 16_000)


def test_ticks_that_come_after_we_stopped_watching_are_not_taken():
    bench, call = Bench(), option_key(16_800, "CE")
    bench.prices[NIFTY] = 17_120
    bench.run_to("09:18")
    before = len(bench.events)
    bench.tick(call, 333)
    assert call not in bench.state.quotes
    assert bench.events[before:] == []
