import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rustro_kernel.domain.errors import BadData
from rustro_kernel.simulator.vix_file import VixDay, vix_day
from tests.simulator.make import ORDINARY, a_file_of_days, play, stored, vix

HOLED = dt.date(2021, 2, 12)


def vix_file(folder, *days):
    """Days as (date, open, high, low, close, prev_close)."""
    names = ["date", "open", "high", "low", "close", "prev_close"]
    columns = [pa.array(list(column)) for column in zip(*days, strict=True)]
    path = folder / "vix.parquet"
    pq.write_table(pa.table(columns, names=names), path)
    return path


def day(date, close, high=20.0, low=10.0, previous=15.0):
    return (date, 0.0, high, low, close, previous)


def test_a_day_is_read_with_its_range(tmp_path):
    path = vix_file(tmp_path, day(HOLED, 15.5, 16.0, 14.5))
    assert vix_day(path, HOLED) == VixDay(15.0, 16.0, 14.5, 15.5)


def test_zeros_are_missing_values(tmp_path):
    path = vix_file(tmp_path, day(dt.date(2021, 2, 11), 23.0), day(HOLED, 22.0, 0.0, 0.0, 0.0))
    assert vix_day(path, HOLED) == VixDay(23.0, 23.0, 22.0, 22.0)


def test_a_range_that_leaves_out_its_close_is_widened(tmp_path):
    path = vix_file(tmp_path, day(HOLED, 21.0, high=20.0, low=16.0))
    assert vix_day(path, HOLED) == VixDay(15.0, 21.0, 15.0, 21.0)


def test_a_day_the_file_lacks_is_none(tmp_path):
    assert vix_day(vix_file(tmp_path, day(HOLED, 15.0)), ORDINARY) is None


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadData, match="no such file"):
        vix_day(tmp_path / "vix.parquet", HOLED)


def test_the_day_ends_at_the_close_and_stays_in_the_range(tmp_path):
    bars = a_file_of_days(tmp_path, days=2)
    path = vix_file(tmp_path, day(ORDINARY, 17.5, 18.0, 14.8))
    market = stored(bars, vix_file=path)
    values = [tick.ltp for tick in play(market, vix)]
    assert values[-1] == pytest.approx(1750, abs=5)
    assert 1475 <= min(values) <= max(values) <= 1805
    assert market.synthetic[-1] == "VIX bridged from its daily values"


def test_without_its_day_the_vix_comes_from_realised_volatility(tmp_path):
    bars = a_file_of_days(tmp_path, days=2)
    market = stored(bars, vix_file=vix_file(tmp_path, day(HOLED, 15.0)))
    assert market.synthetic[-1] == "VIX from realised volatility"
