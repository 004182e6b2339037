"""When a position is closed: stop, trailing stop, target, technical exits, and why."""

import pytest

from rustro_kernel.domain.charges import charges
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine import technical
from rustro_kernel.engine.inputs import MarketNotice
from tests.make import (
    CALL,
    FREE,
    FUTURE,
    NIFTY,
    NSE_2021,
    NSE_2026,
    VIX,
    Bench,
    clock,
    in_position,
    ns,
    rules,
)


def reasons(bench):
    """(reason, priority, secondary reasons, price in rupees) of every exit signal."""
    return [
        (e.reason, e.priority, e.secondary, e.price_paise / 100)
        for e in bench.said("ExitSignalGenerated")
    ]


def walk(bench, *prices):
    for price in prices:
        bench.wait(0.25)
        bench.tick(CALL, price)
    return bench


def trails(bench):
    """The trailing stop in rupees after each event about it."""
    return [e.stop_paise / 100 for e in bench.said("TrailingStopActivated", "TrailingStopUpdated")]


@pytest.mark.parametrize(("price", "stopped"), [(120.05, False), (120.00, True), (119.95, True)])
def test_the_stop_is_at_exactly_20_percent_below_the_entry(price, stopped):
    bench = walk(in_position(150), price)
    expected = [("STOP_LOSS", 2, (), price)] if stopped else []
    assert reasons(bench) == expected


def test_the_stop_of_an_odd_entry_rounds_down_to_the_paisa():
    bench = in_position(150.05)
    assert bench.last("PositionOpened").stop_paise == 12_004
    assert reasons(walk(bench, 120.05)) == []


def test_the_stop_says_where_it_was_and_what_hit_it():
    hit = walk(in_position(150), 119).last("StopLossHit")
    assert (hit.stop_paise, hit.price_paise) == (12_000, 11_900)


def test_the_trailing_stop_of_the_contracts_example():
    bench = walk(in_position(150), 154, 158, 160)
    assert trails(bench) == [151.69, 155.63, 157.60]
    walk(bench, 157)
    assert reasons(bench) == [("TRAILING_STOP", 3, (), 157.0)]


def test_a_trailing_stop_is_floored_to_the_paisa():
    assert trails(walk(in_position(125), 128.30)) == [126.37]


@pytest.mark.parametrize(("price", "armed"), [(152.95, []), (153.00, [150.70])])
def test_it_arms_at_two_percent(price, armed):
    assert trails(walk(in_position(150), price)) == armed


def test_it_only_ever_moves_up():
    bench = walk(in_position(150), 160, 159, 158, 160, 161)
    assert trails(bench) == [157.60, 158.58]


@pytest.mark.parametrize(("price", "hit"), [(157.60, False), (157.55, True)])
def test_it_is_hit_strictly_below(price, hit):
    assert bool(reasons(walk(in_position(150), 160, price))) is hit


def test_it_is_tested_from_the_tick_after_arming():
    bench = in_position(150, exits__trail_gap_pct=0)
    walk(bench, 160)
    assert reasons(bench) == []
    walk(bench, 159.95)
    assert reasons(bench) == [("TRAILING_STOP", 3, (), 159.95)]


def test_it_may_have_to_wait_for_break_even():
    day = rules(charges=NSE_2026)  # breaks even at 150.68
    plain = in_position(150, day=day, exits__trail_gap_pct=2)
    waiting = in_position(150, day=day, exits__trail_gap_pct=2, exits__trail_floor="breakeven")
    assert trails(walk(plain, 153)) == [149.94]
    assert trails(walk(waiting, 153)) == []
    assert trails(walk(waiting, 154)) == [150.92]


def test_a_trail_that_costs_more_than_it_keeps_is_said_at_the_opening():
    costly = in_position(150, day=rules(charges=NSE_2021))
    assert costly.last("PositionOpened").trail_below_cost is True
    wide = in_position(150, day=rules(charges=NSE_2021), exits__trail_activate_pct=10)
    assert wide.last("PositionOpened").trail_below_cost is False


@pytest.mark.parametrize(
    ("rates", "break_even"), [(FREE, 15_000), (NSE_2021, 15_059), (NSE_2026, 15_068)]
)
def test_break_even_is_the_lowest_price_at_which_nothing_is_lost(rates, break_even):
    opened = in_position(150, day=rules(charges=rates)).last("PositionOpened")
    assert opened.break_even_paise == break_even
    for price, is_lost in ((break_even, False), (break_even - 1, True)):
        cost = charges(rates, [150 * 15_000], [150 * price]).total
        assert (150 * (price - 15_000) < cost) is is_lost


def test_an_old_print_gives_way_to_the_middle_of_the_book():
    bench = in_position(150)
    bench.wait(4)
    bench.tick(CALL, 100, ltt=ns("10:31"), bid=14_000, ask=14_100)
    assert reasons(bench) == []
    assert [p.price for p in bench.state.positions.values()] == [14_050]
    bench.tick(CALL, 150, ltt=ns("10:31"), bid=11_900, ask=12_000)
    assert reasons(bench) == [("STOP_LOSS", 2, (), 119.5)]


@pytest.mark.parametrize(("bid", "ask"), [(0, 10_000), (10_000, 0), (0, 0)])
def test_an_old_print_without_a_two_sided_book_says_nothing(bid, ask):
    bench = in_position(150)
    bench.wait(4)
    bench.tick(CALL, 100, ltt=ns("10:31"), bid=bid, ask=ask)
    assert reasons(bench) == []


def test_a_print_of_three_seconds_ago_is_still_the_price():
    bench = in_position(150)
    bench.wait(3)
    bench.tick(CALL, 119, ltt=ns("10:31"))
    assert reasons(bench) == [("STOP_LOSS", 2, (), 119.0)]


@pytest.mark.parametrize(("price", "hit"), [(164.95, False), (165.00, True)])
def test_the_target_closes_at_its_gain(price, hit):
    bench = walk(in_position(150, exits__target_pct=10, exits__trail_activate_pct=50), price)
    assert reasons(bench) == ([("TARGET", 3, (), 165.0)] if hit else [])
    assert bool(bench.said("TargetReached")) is hit


def test_without_a_target_nothing_is_too_high():
    assert reasons(walk(in_position(150), 900)) == []


def test_a_lost_alignment_closes_at_the_hour():
    bench = in_position()
    bench.prices[NIFTY] = 16_890
    bench.run_to("11:15:03")
    assert reasons(bench)[0][:2] == ("ALIGNMENT_LOST", 4)
    assert [clock(bench.event(e).ts) for e in bench.said("ExitSignalGenerated")] == ["11:15:02"]
    assert bench.last("HourlyAlignmentDetermined").aligned is False


def quiet(bench, until, traded):
    """A market in which the future trades so much a minute."""
    while bench.now < ns(until):
        start = bench.now - bench.now % 60_000_000_000 + 60_000_000_000
        for key in (VIX, NIFTY):
            bench.tick(key, at=start + 1_000_000)
        bench.tick(FUTURE, traded=traded)
        bench.tick(CALL)
        bench.wait_to(start + 30_000_000_000)
        for key in (VIX, FUTURE, NIFTY):
            bench.tick(key)
    return bench


@pytest.mark.parametrize(
    ("quarters", "minutes", "is_quiet"),
    [
        ([25_000] * 80, [833] * 14 + [837], True),  # 12 499
        ([25_000] * 80, [833] * 14 + [838], False),  # 12 500 is half, not under it
        ([99_000] + [25_000] * 80, [833] * 14 + [838], False),  # only the last 80 count
        ([25_000] * 79, [0] * 15, False),
        ([25_000] * 80, [0] * 14, False),
    ],
)
def test_a_minute_is_quiet_under_half_the_mean_quarter_of_the_last_80(quarters, minutes, is_quiet):
    bench = Bench()
    desk = bench.state.desks["NIFTY"]
    desk.future_quarters, desk.future_minutes = quarters, minutes
    technical.on_boundary(bench.engine._world, desk)
    assert desk.quiet_minutes == (1 if is_quiet else 0)


def test_it_takes_fifteen_quiet_minutes_in_a_row():
    bench = in_position(exits__low_volume_exit=True)
    desk = bench.state.desks["NIFTY"]
    desk.future_quarters, desk.future_minutes = [25_000] * 80, [0] * 15
    for _ in range(14):
        technical.on_boundary(bench.engine._world, desk)
    assert reasons(bench) == []
    desk.future_minutes = [2000] * 15
    technical.on_boundary(bench.engine._world, desk)
    assert desk.quiet_minutes == 0


def test_a_market_at_under_half_its_volume_is_quiet_and_says_so():
    bench = quiet(in_position(exits__low_volume_exit=True), "11:05", 100)
    assert [e[:2] for e in reasons(bench)] == [("LOW_VOLUME", 4)]


def test_it_takes_fifteen_quiet_closes_in_a_row():
    bench = in_position(exits__low_volume_exit=True)
    desk = bench.state.desks["NIFTY"]
    while desk.quiet_minutes < 14:
        quiet(bench, clock(bench.now + MINUTE), 100)
    assert reasons(bench) == []
    quiet(bench, clock(bench.now + MINUTE), 100)
    assert [e[:2] for e in reasons(bench)] == [("LOW_VOLUME", 4)]


def test_low_volume_can_be_switched_off():
    assert reasons(quiet(in_position(), "11:05", 100)) == []


def test_several_reasons_at_once_give_the_most_urgent_and_record_the_others():
    bench = in_position(150, exits__target_pct=1, exits__trail_activate_pct=0.5)
    bench.state.positions["P1-NIFTY-CE-10:15"].trail = 20_000
    walk(bench, 152)
    assert reasons(bench) == [("TARGET", 3, ("TRAILING_STOP",), 152.0)]


def test_alignment_comes_before_quiet():
    bench = in_position(exits__low_volume_exit=True)
    desk = bench.state.desks["NIFTY"]
    desk.is_aligned, desk.quiet_minutes = False, 20
    desk.future_quarters, desk.future_minutes = [25_000] * 80, [0] * 15
    bench.run_to("10:32:03")
    assert reasons(bench)[0][:3] == ("ALIGNMENT_LOST", 4, ("LOW_VOLUME",))


def test_there_is_one_exit_per_position_and_later_reasons_are_ignored_duplicates():
    bench = walk(in_position(150), 160, 157)
    walk(bench, 119, 118)
    assert len(reasons(bench)) == 1
    ignored = [e for e in bench.said("DuplicateIgnored") if e.what == "exit"]
    assert [e.id for e in ignored] == ["P1-NIFTY-CE-10:15 STOP_LOSS"]


def test_a_later_stop_makes_a_slow_exit_urgent_and_is_on_the_record():
    bench = walk(in_position(150), 160, 157, 119)
    assert bench.names("ExitChaseStarted") == ["ExitChaseStarted"]
    bench.fill(price=118)
    trade = bench.last("PositionClosed")
    assert (trade.reason, trade.secondary) == ("TRAILING_STOP", ("STOP_LOSS",))


def test_one_percent_against_on_the_underlying_is_logged_once_and_closes_nothing():
    bench = in_position()
    for price in (16_831, 16_830, 16_800):
        bench.tick(NIFTY, price, at=bench.now + 100_000_000)
        bench.tick(CALL, 149)
        bench.tick(CALL, 150)
    against = bench.said("UnderlyingMovedAgainst")
    assert [(e.entry_paise, e.price_paise) for e in against] == [(1_700_000, 1_683_000)]
    assert reasons(bench) == []


def test_an_exit_on_a_tick_comes_before_the_bars_the_tick_completes():
    bench = in_position(at="10:31")
    bench.run_to("11:14:57")
    for key in (VIX, FUTURE, NIFTY):
        bench.tick(key, 16_890 if key == NIFTY else None, at="11:14:58")
    bench.tick(CALL, at="11:14:59")
    for key in (VIX, FUTURE, NIFTY):
        bench.tick(key, at="11:15:00")
    bench.events.clear()
    bench.tick(CALL, 119)  # completes 11:15, where the alignment is lost, and hits the stop
    assert bench.names("StopLossHit", "BarReady", "HourlyAlignmentDetermined")[0] == "StopLossHit"
    assert reasons(bench) == [("STOP_LOSS", 2, (), 119.0)]


def test_best_and_worst_price_are_on_the_trade():
    bench = walk(in_position(150), 152, 140, 119)
    bench.fill(price=118)
    trade = bench.last("PositionClosed")
    assert (trade.best_paise, trade.worst_paise) == (15_200, 11_900)


def test_a_position_says_where_it_stands_once_a_minute():
    bench = in_position()
    bench.events.clear()
    bench.run_to("10:36")
    assert len(bench.said("PositionUpdated")) in (4, 5)


@pytest.mark.parametrize("price", [150])
def test_a_trade_knows_both_ends(price):
    bench = in_position(price)
    bench.prices[VIX] = 17.5
    bench.tick(VIX)
    walk(bench, 119)
    bench.fill(price=118)
    trade = bench.last("PositionClosed")
    assert (trade.buy_value_paise, trade.sell_value_paise) == (150 * 15_000, 150 * 11_800)
    assert (trade.gross_paise, trade.charges_paise, trade.net_paise) == (-480_000, 0, -480_000)
    assert (trade.entry_vix_paise, trade.exit_vix_paise) == (1600, 1750)
    assert (trade.reason, trade.trigger, trade.units, trade.lot) == (
        "STOP_LOSS",
        "BREAKOUT",
        150,
        50,
    )
    assert (clock(trade.entry_ns), trade.entry_underlying_paise) == ("10:31:00", 1_700_000)


def test_a_halted_market_is_not_a_quiet_one():
    bench = quiet(in_position(exits__low_volume_exit=True), "10:45", 3000)
    bench.feed(MarketNotice(halted=True, reason="outage"), at="10:45")
    bench.wait_to("11:45")
    bench.feed(MarketNotice(halted=False, reason="resumed"), at="11:45")
    quiet(bench, "11:50", 3000)
    assert reasons(bench) == []


def test_a_counter_that_fell_does_not_blind_the_stop():
    bench = in_position(150)
    bench.wait(0.25)
    bench.tick(CALL, 150, volume=9_000_000)  # a spike: every later counter lies below it
    bench.wait(0.25)
    bench.tick(CALL, 119, volume=1_000)
    assert reasons(bench) == [("STOP_LOSS", 2, (), 119.0)]
