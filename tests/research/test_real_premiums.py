"""A backtest that is given real option bars: invented ones, so that one sees them come through."""

import pandas as pd
import pytest

import rustro_kernel as rk
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.domain.verdicts import Direction, TriggerKind
from rustro_kernel.strategies import Finding, Strategy, Trigger
from tests.research.bars import bars

DATA = bars(30)
DAY = "2021-11-30"


class Eager(Strategy):
    """Buys calls whenever it may."""

    name = "eager"

    def direction(self, daily):
        return Finding(Direction.CE)

    def trigger(self, moment):
        return Finding(Trigger(TriggerKind.CUSTOM))


def played(option_bars=None, params=None):
    settings = {"strategy.volume_filter": "off", **(params or {})}
    return rk.backtest(DATA, Eager, settings, start=DAY, end=DAY, option_bars=option_bars)


def made(trade, price=250.0, without=()):
    """Bars of the option of a trade in every minute of the day, all at one price."""
    ts = pd.date_range(f"{DAY} 09:15", f"{DAY} 15:29", freq="1min", tz="Asia/Kolkata")
    frame = pd.DataFrame({"ts": ts.difference(pd.DatetimeIndex(without))})
    frame = frame.assign(expiry=pd.Timestamp(trade.expiry), strike=trade.strike_rs, right="CE")
    return frame.assign(open=price, high=price, low=price, close=price)


@pytest.fixture(scope="module")
def modelled():
    return played()


@pytest.fixture(scope="module")
def first(modelled):
    return modelled.trades.iloc[0]


def test_without_option_bars_every_trade_says_it_was_modelled(modelled):
    assert set(modelled.trades.premiums) == {"modelled"}


def test_a_trade_is_priced_by_its_real_bars_and_says_so(first):
    trade = played(made(first)).trades.iloc[0]
    assert (trade.symbol, trade.entry_ist) == (first.symbol, first.entry_ist)
    assert trade.premiums == "real"
    assert trade.entry_price_rs == pytest.approx(250, abs=1)
    assert trade.exit_price_rs == pytest.approx(250, abs=2)


def test_a_minute_without_a_bar_makes_the_trade_modelled_but_no_jump(first):
    gap = first.entry_ist.floor("min") + pd.Timedelta(minutes=1)
    trade = played(made(first, without=[gap])).trades.iloc[0]
    assert trade.premiums == "modelled"
    assert trade.entry_price_rs == pytest.approx(250, abs=1)
    assert 200 < trade.worst_rs <= trade.best_rs < 300


def test_bars_of_other_series_change_no_trade_but_the_identity(modelled, first):
    other = played(made(first).assign(strike=first.strike_rs + 5_000))
    of_identity = ["position_id", "signal_id", "buy_orders", "sell_orders"]
    trades = (result.trades.drop(columns=of_identity) for result in (other, modelled))
    pd.testing.assert_frame_equal(*trades)
    assert other.plan.identity != modelled.plan.identity


def test_a_loaded_history_brings_its_own_option_bars(first):
    history = rk.History.load(DATA, option_bars=made(first))
    assert "where no bar has them" in " ".join(history.synthetic)
    with pytest.raises(BadUsage, match="a loaded History has its option bars"):
        rk.backtest(history, Eager, option_bars=made(first))
