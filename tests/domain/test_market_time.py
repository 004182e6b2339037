import datetime as dt

import pytest
from hypothesis import given, strategies as st

from rustro_kernel.domain.market_time import (
    DAY,
    IST,
    at,
    clock_ns,
    ist_date,
    midnight_ns,
    show_clock,
    show_time,
)

dates = st.dates(dt.date(2015, 1, 1), dt.date(2026, 12, 31))
seconds = st.integers(0, 86_399)


def test_a_known_moment():
    assert at(dt.date(2021, 11, 30), "09:15:00") == 1_638_243_900_000_000_000
    assert show_time(1_638_243_900_000_000_000) == "2021-11-30 09:15:00"


@given(dates, seconds)
def test_the_plain_arithmetic_is_the_calendars(date, second):
    ts = midnight_ns(date) + second * 1_000_000_000
    known = dt.datetime.fromtimestamp(ts // 1_000_000_000, IST)
    assert (ist_date(ts), show_clock(ts)) == (known.date(), known.strftime("%H:%M:%S"))


def test_a_date_in_india_begins_before_it_does_in_greenwich():
    midnight = midnight_ns(dt.date(2021, 11, 30))
    assert ist_date(midnight) == dt.date(2021, 11, 30)
    assert ist_date(midnight - 1) == dt.date(2021, 11, 29)
    assert midnight % DAY != 0


@pytest.mark.parametrize("text", ["9:15", "24:00", "10:60", "10:00:60", "10", "", "aa:bb", "10:0"])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(ValueError, match="time"):
        clock_ns(text)
