import datetime as dt
from collections import namedtuple

import pytest
from hypothesis import given, strategies as st

from rustro_kernel.housekeeping.disk_use import NAME, DiskDay, forecast, note, read_days

MB = 1_000_000
Usage = namedtuple("Usage", "total used free")


def day(number, used_mb, free_mb=1000):
    return DiskDay(dt.date(2026, 7, number), used_mb * MB, free_mb * MB)


def test_the_mean_growth_says_when_the_disk_is_full():
    seen = forecast([day(1, 100), day(2, 200), day(5, 500, free_mb=850)])
    assert (seen.growth_bytes, seen.days, seen.days_left) == (100 * MB, 4, 8)
    assert str(seen) == "the disk is full in 8 days (+100 MB a day over the last 4 days)"
    assert (seen.is_within(8), seen.is_within(9)) == (False, True)


def test_a_disk_that_empties_is_never_full():
    seen = forecast([day(1, 500), day(2, 300)])
    assert str(seen) == "the disk does not fill up (-200 MB a day over the last 1 days)"
    assert not seen.is_within(3650)


@pytest.mark.parametrize("days", [[], [day(1, 5)], [day(1, 5), day(1, 9)]])
def test_one_day_is_no_growth(days):
    assert forecast(days) is None


def test_only_the_last_fourteen_days_count():
    days = [day(1, 90_000), *(day(n, n) for n in range(2, 20))]
    assert forecast(days).growth_bytes == MB


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(0, 10**6), st.integers(0, 10**6))))
def test_a_forecast_never_outlives_the_room(found):
    seen = forecast([day(*one) for one in sorted(found, key=lambda one: one[0])])
    if seen and seen.days_left is not None:
        last = sorted(found, key=lambda one: one[0])[-1]
        assert seen.days_left * seen.growth_bytes <= last[2] * MB


def test_a_day_is_noted_once_and_what_is_damaged_is_left_out(tmp_path, monkeypatch):
    (tmp_path / NAME).write_bytes(b'{"date":"2026-07-13","used_bytes":1,"free_bytes":9}\nrubbish\n')
    for used in (5, 6):
        monkeypatch.setattr("shutil.disk_usage", lambda _, used=used: Usage(10, used, 10 - used))
        note(tmp_path, dt.date(2026, 7, 14))
    assert [(d.date.day, d.used_bytes) for d in read_days(tmp_path)] == [(13, 1), (14, 6)]
