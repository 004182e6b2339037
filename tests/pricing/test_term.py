import datetime as dt

import pytest

from rustro_kernel.domain.market_time import HOUR, at
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.pricing.term import CLOSED, OVERNIGHT, PER_SESSION, Term

FRIDAY = dt.date(2023, 3, 10)
HOURS = (at(FRIDAY, "09:15"), at(FRIDAY, "15:30"))
RULES = MarketRules()


def term(expiry, today=FRIDAY, **kwargs):
    return Term.of(expiry, today, (at(today, "09:15"), at(today, "15:30")), **kwargs)


def test_calendar_years_count_every_hour():
    assert float(term("2023-03-13").years(at(FRIDAY, "15:30"))) == pytest.approx(3 / 365)
    assert float(term("2023-03-10").years(HOURS[1] + HOUR)) == 0.0


def test_a_weekend_takes_little_from_a_premium_and_a_session_takes_most():
    at_close, on_monday = term("2023-03-16"), term("2023-03-16", dt.date(2023, 3, 13))
    friday = float(at_close.clock_years(HOURS[1]))
    monday_open = float(on_monday.clock_years(at(dt.date(2023, 3, 13), "09:15")))
    monday_close = float(on_monday.clock_years(at(dt.date(2023, 3, 13), "15:30")))
    assert friday - monday_open == pytest.approx((2 * CLOSED + OVERNIGHT) * PER_SESSION)
    assert monday_open - monday_close == pytest.approx((1 - OVERNIGHT) * PER_SESSION)


def test_an_ordinary_week_is_a_week_on_both_clocks():
    week = term("2023-03-17")
    assert float(week.clock_years(HOURS[1])) == pytest.approx(7 / 365)
    assert float(week.years(HOURS[1])) == pytest.approx(7 / 365)


def test_expiry_day_begins_with_its_session_and_ends_with_nothing():
    today = term("2023-03-10")
    assert float(today.clock_years(HOURS[0])) == pytest.approx((1 - OVERNIGHT) * PER_SESSION)
    assert float(today.clock_years(HOURS[0] - HOUR)) == float(today.clock_years(HOURS[0]))
    assert float(today.clock_years(HOURS[1])) == 0.0


def test_a_holiday_is_no_session():
    wednesday = dt.date(2023, 1, 25)  # the 26th is Republic Day
    known = term("2023-01-27", wednesday, trades=RULES.is_trading_day)
    assert (known.sessions, known.closed_days) == (1, 1)
    assert (term("2023-01-27", wednesday).sessions) == 2
