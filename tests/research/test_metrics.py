import numpy as np
import pytest
from hypothesis import given, strategies as st

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.research.daily import daily
from rustro_kernel.research.metrics import groups, held_ns, intervals, metrics
from tests.research.make import BALANCE, WEEK, closed

TRADES = [
    closed(0, 10_000, reason="TRAILING_STOP"),
    closed(0, -5_000, "11:00", reason="STOP_LOSS", right="PE"),
    closed(2, -20_000, minutes=30, reason="STOP_LOSS"),
    closed(4, 30_000, minutes=50, reason="EOD"),
]
MADE = metrics(TRADES, WEEK, BALANCE)


def test_each_day_earns_on_the_money_there_was_before_it():
    found = daily(TRADES, WEEK, BALANCE)
    assert found.net_paise.tolist() == [500_000, 0, -2_000_000, 0, 3_000_000]
    assert found.equity_paise.tolist()[-1] == 101_500_000
    assert found.returns == pytest.approx([0.005, 0, -2 / 100.5, 0, 3 / 98.5])


def test_the_days_are_counted_and_so_are_those_that_traded():
    days = MADE.returns
    assert (days.days, days.days_traded, days.winning_days_pct) == (5, 3, pytest.approx(200 / 3))
    assert (days.start_rs, days.end_rs) == (1_000_000, 1_015_000)
    assert days.total_return_pct == pytest.approx(1.5)
    assert (days.best_day_rs, days.worst_day_rs) == (30_000, -20_000)


def test_a_trade_of_exactly_nothing_makes_a_traded_day():
    assert metrics([closed(1, 0)], WEEK, BALANCE).returns.days_traded == 1


def test_the_drawdown_has_depth_and_length():
    assert MADE.returns.max_drawdown_pct == pytest.approx(100 * 2 / 100.5)
    assert MADE.returns.longest_drawdown_days == 2
    assert MADE.trades.max_drawdown_rs == 25_000


def test_time_with_a_position_is_exposure():
    assert MADE.exposure_pct == pytest.approx(100 * 100 / (5 * 375))
    assert metrics(TRADES, WEEK, BALANCE, open_s=6000.0).exposure_pct == pytest.approx(100)


def test_minutes_with_two_positions_count_once():
    both = [closed(0, 1, "10:00", 10), closed(0, 1, "10:05", 10), closed(0, 1, "10:06", 2)]
    assert held_ns(both) == 15 * MINUTE


def test_trades_by_reason_and_side_add_up():
    assert [(g.trades, g.wins, g.net_rs) for g in MADE.by_reason.values()] == [
        (1, 1, 30_000),
        (2, 0, -25_000),
        (1, 1, 10_000),
    ]
    assert list(MADE.by_reason) == ["EOD", "STOP_LOSS", "TRAILING_STOP"]
    assert (MADE.by_side["PE"].net_rs, MADE.by_side["CE"].mean_hold_s) == (-5_000, 1800)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-9999, 9999)), max_size=12))
def test_the_groups_and_the_days_hold_every_paisa(found):
    trades = sorted((closed(d, n, reason=f"R{n % 3}") for d, n in found), key=lambda t: t.exit_ns)
    made = metrics(trades, WEEK, BALANCE)
    assert sum(g.net_rs for g in made.by_reason.values()) == pytest.approx(made.trades.net_rs)
    days = made.returns
    assert days.end_rs - days.start_rs == pytest.approx(made.trades.net_rs)
    assert sum(g.trades for g in groups(trades, lambda t: t.right).values()) == len(trades)


def test_wins_and_losses_in_a_row_pass_over_a_trade_of_nothing():
    nets = [5, 0, 5, -1, -1, 0, -1, 5]
    made = metrics([closed(0, n) for n in nets], WEEK, BALANCE)
    assert (made.longest_wins, made.longest_losses) == (2, 3)


def test_payoff_is_the_average_win_over_the_average_loss():
    assert MADE.payoff_ratio == pytest.approx(20_000 / 12_500)
    assert metrics([closed(0, 5)], WEEK, BALANCE).payoff_ratio is None


@pytest.mark.parametrize("dates", [(), WEEK])
def test_a_backtest_without_a_trade_has_no_ratios_and_no_error(dates):
    made = metrics([], dates, BALANCE)
    assert made.returns.sharpe is made.returns.calmar is made.payoff_ratio is None
    assert (made.returns.max_drawdown_pct, made.by_reason) == (0.0, {})
    assert made.exposure_pct == (0.0 if dates else None)


def test_money_that_is_gone_earns_nothing_more():
    found = daily([closed(0, -1_000_000), closed(1, 500)], WEEK, BALANCE)
    assert found.returns.tolist() == [-1.0, 0.0, 0.0, 0.0, 0.0]


def test_a_trade_on_none_of_the_days_is_refused():
    with pytest.raises(BadUsage, match="2021-12-03"):
        daily(TRADES, WEEK[:4], BALANCE)


@pytest.mark.parametrize("dates", [WEEK[::-1], (WEEK[0], WEEK[0])])
def test_days_out_of_order_are_refused(dates):
    with pytest.raises(BadUsage, match="in order"):
        daily([], dates, BALANCE)


def test_the_intervals_hold_the_figures_of_the_metrics():
    found = intervals(daily(TRADES, WEEK, BALANCE))
    assert found["sharpe"].estimate == pytest.approx(MADE.returns.sharpe)
    assert found["total_return_pct"].low < 1.5 < found["total_return_pct"].high
    assert np.isfinite(found["max_drawdown_pct"].high)
