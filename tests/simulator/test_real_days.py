"""Real days, read from where they are; nothing of them is kept here."""

import datetime as dt

import pytest

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import at, show_clock
from rustro_kernel.simulator.bar_file import BarFile
from rustro_kernel.simulator.market import SimMarket
from tests.simulator.make import RULES, future, index, minute_bars, play, vix

pytestmark = pytest.mark.data

OUTAGE = dt.date(2021, 2, 24)
MUHURAT = dt.date(2021, 11, 4)
HOLE = dt.date(2022, 3, 7)


@pytest.fixture(scope="module")
def nifty(market_data):
    return BarFile.read(market_data / "nifty_1m.parquet")


def day(nifty, date, vix_file=None):
    return SimMarket.from_file(nifty, date, RULES, "NIFTY", 7, vix_file)


@pytest.mark.parametrize(
    "date",
    [dt.date(2021, 1, 1), dt.date(2021, 11, 30), MUHURAT, HOLE, dt.date(2022, 6, 16)],
)
def test_ticks_make_up_the_files_bars_again(nifty, date):
    assert minute_bars(play(day(nifty, date), index)) == nifty.day(date).bars()


def test_the_outage_shows_the_files_bars_except_where_the_exchange_was_shut(nifty):
    stored = [
        bar
        for bar in nifty.day(OUTAGE).bars()
        if not at(OUTAGE, "11:40") <= bar.start_ns < at(OUTAGE, "15:45")
        and bar.start_ns < at(OUTAGE, "17:00")
    ]
    assert minute_bars(play(day(nifty, OUTAGE), index)) == stored
    assert len(stored) == 128


def test_futures_trade_on_while_the_index_feed_is_stuck(nifty):
    ticks = play(day(nifty, OUTAGE), future)
    minutes = {show_clock(tick.exch_ts)[:5] for tick in ticks}
    assert {"10:08", "11:39", "15:45", "16:59"} <= minutes
    assert not {"11:40", "15:44", "17:00"} & minutes


def test_a_hole_in_the_file_leaves_a_hole_in_the_ticks_of_the_index_only(nifty):
    assert len(minute_bars(play(day(nifty, HOLE), index))) == 335
    assert len(minute_bars(play(day(nifty, HOLE), future))) == 375


def test_muhurat_has_one_hour_and_a_full_history(nifty):
    market = day(nifty, MUHURAT)
    assert len(minute_bars(play(market, index))) == 60
    daily = {s.timeframe: s.bars for s in market.history() if s.instrument == "NSE:99926000"}
    assert len(daily[Timeframe.D1]) == 200


def test_the_vix_follows_its_daily_file(nifty, market_data):
    market = day(nifty, dt.date(2021, 11, 30), market_data / "vix_daily.parquet")
    values = [tick.ltp for tick in play(market, vix)]
    assert 1_500 < min(values) < max(values) < 2_500


def test_a_date_outside_the_file_is_told_its_span(nifty):
    with pytest.raises(Exception, match=r"holds 2021-01-01\.\.2022-06-30"):
        day(nifty, dt.date(2022, 7, 1))
