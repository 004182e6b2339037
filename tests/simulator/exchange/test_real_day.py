"""A stored day at the exchange: its minutes are the file's."""

import datetime as dt

import pytest

from rustro_kernel.market_rules import MarketRules
from rustro_kernel.simulator.bar_file import BarFile
from rustro_kernel.simulator.exchange import Exchange, Habits
from rustro_kernel.simulator.market import SimMarket
from tests.simulator.exchange.make import INDEX, Trader, listed

pytestmark = pytest.mark.data
DAY = dt.date(2021, 11, 30)


@pytest.fixture(scope="module")
def bars(market_data):
    return BarFile.read(market_data / "nifty_1m.parquet")


@pytest.fixture
def trader(bars):
    market = SimMarket.from_file(bars, DAY, MarketRules(), "NIFTY", 7)
    return Trader(Exchange(market, habits=Habits(has_limits=False)), "15:29:55")


def test_candles_of_today_and_before_are_the_files(trader, bars):
    where = {"exchange": "NSE", "symboltoken": INDEX, "interval": "ONE_MINUTE"}
    for day in (DAY, MarketRules().previous_trading_day(DAY)):
        span = {"fromdate": f"{day} 09:15", "todate": f"{day} 15:28"}
        rows = trader.data("getCandleData", **span, **where)
        stored = bars.day(day).bars()[: len(rows)]
        assert len(rows) == 374
        prices = [[round(100 * value) for value in row[1:5]] for row in rows]
        assert prices == [[b.open, b.high, b.low, b.close] for b in stored]


def test_an_order_trades_on_a_stored_day(trader):
    option = listed(trader.exchange)
    order_id = trader.place(option)
    assert trader.wait(0.5).order(order_id)["lotsize"] == "50"
    assert trader.order(order_id)["text"] == ""
