"""What losses do: the day's limit, three in a row, the pause after a stop, margin."""

import pytest

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.rules import ChargeRates
from rustro_kernel.engine import account
from rustro_kernel.engine.inputs import Funds, Restarted
from tests.engine.test_bulk import THREE, holding
from tests.make import CALL, Bench, clock, command, in_position, rules, trigger_at


def limits(bench):
    return [(e.pnl_paise / 100, e.limit_paise / 100) for e in bench.said("DailyLossLimitHit")]


def wide(**changed) -> Bench:
    """A position of 150 at 150 whose stop is far away."""
    return in_position(150, exits__stop_pct=90, **changed)


def quote(bench, bid, ltp=None):
    bench.tick(
        CALL, ltp if ltp is not None else bid, bid=round(bid * 100), ask=round(bid * 100) + 10
    )


@pytest.mark.parametrize(("bid", "hit"), [(90.05, False), (90.00, True)])
def test_an_open_loss_of_three_percent_ends_the_day(bid, hit):
    bench = wide(balance=300_000, risk__base_size_pct=7)  # 150 units, 3 % are 9 000
    assert bench.last("PositionOpened").units == 150
    quote(bench, bid)
    assert limits(bench) == ([(-9000.0, -9000.0)] if hit else [])
    assert [e.reason for e in bench.said("ExitSignalGenerated")] == (["DAILY_LOSS"] if hit else [])
    assert ("LOSS_HALT" in bench.state.halts) is hit


def test_open_positions_are_marked_at_the_bid_not_at_the_last_price():
    bench = wide(balance=300_000, risk__base_size_pct=7)
    quote(bench, 90, ltp=150)
    assert limits(bench) == [(-9000.0, -9000.0)]


def test_charges_paid_and_to_be_paid_count():
    ten_a_side = ChargeRates(0, 0, 0, 0, 0, 0, 0, 1000, 0)
    bench = wide(day=rules(charges=ten_a_side), balance=300_000, risk__base_size_pct=7)
    quote(bench, 90.15)  # -8 977.50 and 20.00 of brokerage
    assert limits(bench) == []
    quote(bench, 90.10)  # -8 985 and 20
    assert limits(bench) == [(-9005.0, -9000.0)]


def test_realised_losses_and_open_ones_add_up():
    bench = wide(balance=300_000, risk__base_size_pct=7)
    bench.state.account.realised = -500_000
    quote(bench, 123.35)  # -3 997.50
    assert limits(bench) == []
    quote(bench, 123.30)  # -4 005
    assert limits(bench) == [(-9005.0, -9000.0)]


def test_after_it_no_entry_is_taken_and_the_day_ends_with_code_4():
    bench = wide(balance=300_000, risk__base_size_pct=7)
    quote(bench, 90)
    bench.fill()
    trigger_at(bench, "11:31")
    assert len(bench.said("SignalGenerated")) == 1
    assert len(limits(bench)) == 1
    bench.run_to("15:30")
    bench.wait_to("15:31")
    assert (bench.finished.exit_code, bench.finished.reason) == (4, "daily loss limit")


def lose(bench, at, price=119, exit_price=118):
    """A losing round trip, entered at `at`."""
    trigger_at(bench, at)
    bench.fill(price=150)
    bench.wait(1)
    bench.tick(CALL, price)
    bench.fill(price=exit_price)


def win(bench, at):
    trigger_at(bench, at)
    bench.fill(price=150)
    bench.wait(1)
    bench.tick(CALL, 160)
    bench.tick(CALL, 157)
    bench.fill(price=157)


FREELY = {
    "strategy__reentry_pause_s": 0,
    "strategy__max_reentries": 20,
    "risk__daily_loss_pct": 100,
}


def entries_at(bench):
    return [clock(p.at_ns) for p in bench.said("SignalGenerated")]


def test_three_losses_in_a_row_are_a_cooldown_of_half_an_hour():
    bench = Bench(**FREELY)
    for at in ("10:31", "11:16", "12:16"):
        lose(bench, at)
    hit = bench.last("ConsecutiveLossLimitHit")
    assert (hit.losses, clock(hit.until_ns)) == (3, "12:46:01")
    trigger_at(bench, "12:40")
    assert len(entries_at(bench)) == 3
    trigger_at(bench, "12:50")
    assert len(entries_at(bench)) == 3  # the signal of this hour is used up
    assert bench.names("CooldownEnded") == ["CooldownEnded"]
    assert bench.state.account.losses_in_row == 0
    trigger_at(bench, "13:16")
    assert len(entries_at(bench)) == 4


def test_a_win_resets_the_count():
    bench = Bench(**FREELY)
    lose(bench, "10:31")
    lose(bench, "11:16")
    win(bench, "12:16")
    assert bench.state.account.losses_in_row == 0
    lose(bench, "13:16")
    assert bench.said("ConsecutiveLossLimitHit") == []


def test_a_trade_at_exactly_nothing_changes_nothing():
    bench = Bench(**FREELY)
    lose(bench, "10:31")
    lose(bench, "11:16", exit_price=150)
    assert bench.last("PositionClosed").net_paise == 0
    assert bench.state.account.losses_in_row == 1


def closed(bench, position, price):
    bench.feed(command("close", id=f"close {position}", position=position))
    bench.fill(price=price)


def test_a_win_ends_a_cooldown_and_its_timer_does_not_end_a_later_one():
    bench = holding(*THREE, risk__max_losses=1)
    closed(bench, "P1", 149)
    assert clock(bench.last("ConsecutiveLossLimitHit").until_ns) == "11:01:00"
    closed(bench, "P2", 141)
    assert bench.names("CooldownEnded") == ["CooldownEnded"]
    bench.run_to("10:40")
    closed(bench, "P3", 129)
    bench.run_to("11:05")
    assert "COOLDOWN" in bench.state.halts
    bench.run_to("11:11")
    assert "COOLDOWN" not in bench.state.halts


def test_after_a_stop_the_underlying_pauses_for_half_an_hour():
    bench = Bench()
    lose(bench, "10:50")
    trigger_at(bench, "11:16")
    assert (bench.gate("reentry_pause").ok, bench.gate("reentry_pause").value) == (
        False,
        "11:20:01",
    )
    trigger_at(bench, "11:21")
    assert entries_at(bench) == ["10:50:00", "11:21:00"]


def test_at_most_two_further_entries_follow_a_stop():
    bench = Bench(risk__max_losses=100, risk__daily_loss_pct=100)
    for at in ("10:31", "11:31", "12:31", "13:31"):
        lose(bench, at) if at != "13:31" else trigger_at(bench, at)
    assert entries_at(bench) == ["10:31:00", "11:31:00", "12:31:00"]
    assert (bench.gate("reentries").value, bench.gate("reentries").ok) == (2, False)


def test_a_trailing_stop_with_a_gain_pauses_nothing():
    bench = Bench()
    win(bench, "10:50")
    trigger_at(bench, "11:16")
    assert entries_at(bench) == ["10:50:00", "11:16:00"]
    assert bench.state.desks["NIFTY"].reentries == 0


def test_a_trailing_stop_at_a_net_loss_pauses_like_a_stop():
    bench = in_position(150, at="10:50")
    bench.tick(CALL, 160)
    bench.tick(CALL, 157)
    bench.fill(price=149)
    assert clock(bench.state.desks["NIFTY"].pause_until_ns) == "11:20:00"


def test_any_other_losing_exit_pauses_nothing():
    bench = in_position(150, at="10:50")
    bench.state.desks["NIFTY"].is_aligned = False
    bench.run_to("10:51:03")
    bench.fill(price=140)
    assert bench.last("PositionClosed").net_paise < 0
    assert bench.state.desks["NIFTY"].pause_until_ns == 0


TWO = ((17_000, 50, 150), (17_050, 150, 140))  # 7 500 and 21 000 of 1 000 000: 2.85 %


def test_over_eighty_percent_of_the_funds_the_weakest_position_goes_and_only_that():
    bench = holding(*TWO)
    bench.feed(command("set", key="risk.margin_exit_pct", value="2.84"))
    bench.run_to("10:32:03")
    bench.tick(CALL, 139)
    bench.tick(CALL, 138)
    breach = bench.last("MarginBreach")
    assert (breach.used_bps, breach.position_id) == (285, "P2")
    assert [(e.position_id, e.reason) for e in bench.said("ExitSignalGenerated")] == [
        ("P2", "MARGIN")
    ]


def test_at_eighty_percent_or_less_nothing_goes():
    bench = holding(*TWO, risk__margin_exit_pct=2.85)
    bench.tick(CALL, 139)
    assert bench.said("MarginBreach") == []


def test_a_hair_over_eighty_percent_is_over_it():
    bench = holding(*TWO, risk__margin_exit_pct=2.85)
    bench.state.positions["P2"].buy_value += 1
    bench.tick(CALL, 139)
    assert [(e.used_bps, e.position_id) for e in bench.said("MarginBreach")] == [(286, "P2")]


def test_the_limit_rests_on_the_days_first_funds_whatever_a_restart_is_told():
    bench = wide(balance=300_000, risk__base_size_pct=7)
    bench.feed(Restarted(SECOND))
    bench.feed(Funds(99_000_000))
    quote(bench, 90.05)
    assert limits(bench) == []
    quote(bench, 90)
    assert limits(bench) == [(-9000.0, -9000.0)]


def test_what_earlier_sessions_of_the_day_lost_counts_on_over_the_funds_of_the_first():
    """Three percent of 10 lakh; the second session has less, and less is left to lose."""
    bench = Bench(balance=980_000, day_so_far=(100_000_000, -2_000_000))
    assert bench.engine.view().day_pnl_paise == -2_000_000
    bench.feed(Funds(98_000_000))
    assert "LOSS_HALT" not in bench.state.halts
    assert account.loss_limit(bench.engine._world) == -3_000_000


def test_a_session_begun_at_the_limit_is_halted_until_a_person_resumes():
    bench = Bench(balance=970_000, day_so_far=(100_000_000, -3_000_000))
    bench.feed(Funds(97_000_000))
    assert bench.last("DailyLossLimitHit").pnl_paise == -3_000_000
    bench.feed(command("resume"))
    assert "LOSS_HALT" not in bench.state.halts
