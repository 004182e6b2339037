import datetime as dt
from collections import Counter

import pytest
from hypothesis import given, strategies as st

from rustro_kernel.domain.errors import NotATradingDay, OutsideRules
from rustro_kernel.domain.rules import DayKind
from rustro_kernel.market_rules import MarketRules

FIRST, LAST = dt.date(2015, 1, 1), dt.date(2026, 12, 31)
WEEKEND_SESSIONS = [
    "2015-02-28", "2016-10-30", "2019-10-27", "2020-02-01", "2020-11-14", "2023-11-12",
    "2024-01-20", "2024-03-02", "2024-05-18", "2025-02-01", "2026-02-01", "2026-11-08",
]  # fmt: skip
WEEKDAY_MUHURATS = [
    "2015-11-11", "2017-10-19", "2018-11-07", "2021-11-04", "2022-10-24", "2024-11-01",
    "2025-10-21",
]  # fmt: skip
covered_days = st.dates(FIRST, LAST)
RULES = MarketRules.load()


def day(text):
    return dt.date.fromisoformat(text)


def test_twelve_years_have_2973_sessions(rules):
    open_days = rules.trading_days(FIRST, LAST)
    weekend = [d.isoformat() for d in open_days if d.weekday() >= 5]
    muhurats = [d.isoformat() for d in open_days if rules.why_closed(d) == "" and d.weekday() < 5]
    muhurats = [text for text in muhurats if text in WEEKDAY_MUHURATS]
    assert len(open_days) == 2973 == 2954 + 7 + 12
    assert (weekend, muhurats) == (WEEKEND_SESSIONS, WEEKDAY_MUHURATS)


def test_sessions_of_each_year(rules):
    counts = Counter(d.year for d in rules.trading_days(FIRST, LAST))
    assert dict(counts) == {
        2015: 248, 2016: 247, 2017: 248, 2018: 246, 2019: 245, 2020: 252,
        2021: 248, 2022: 248, 2023: 246, 2024: 249, 2025: 249, 2026: 247,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("date", "reason"),
    [
        ("2019-04-29", "Lok Sabha election (Mumbai)"),
        ("2019-10-21", "Maharashtra Assembly election"),
        ("2023-06-29", "Bakri Id"),
        ("2024-01-22", "Ram Mandir consecration"),
        ("2024-05-20", "Lok Sabha election (Mumbai)"),
        ("2024-11-20", "Maharashtra Assembly election"),
        ("2026-01-15", "Maharashtra municipal elections"),
        ("2026-11-24", "Guru Nanak Jayanti"),
        ("2026-11-22", "Sunday"),
    ],
)
def test_a_closed_day_says_why(rules, date, reason):
    assert not rules.is_trading_day(day(date))
    assert rules.why_closed(day(date)) == reason


@pytest.mark.parametrize("date", ["2023-06-28", "2020-05-26", "2024-01-20", "2021-11-04"])
def test_an_open_day_has_no_reason_to_be_closed(rules, date):
    assert rules.is_trading_day(day(date))
    assert rules.why_closed(day(date)) == ""


def test_neighbours_step_over_weekends_and_holidays(rules):
    assert rules.next_trading_day(day("2026-11-23")) == day("2026-11-25")
    assert rules.previous_trading_day(day("2026-11-25")) == day("2026-11-23")
    assert rules.next_trading_day(day("2024-01-19")) == day("2024-01-20")
    assert rules.next_trading_day(day("2021-11-03")) == day("2021-11-04")


@given(covered_days)
def test_the_day_before_the_next_day_is_never_later_than_the_day(date):
    try:
        following = RULES.next_trading_day(date)
        before = RULES.previous_trading_day(following)
    except OutsideRules:
        return
    assert before <= date < following
    assert (before == date) == RULES.is_trading_day(date)


@pytest.mark.parametrize("date", ["2014-12-31", "2027-01-01", "2031-06-02"])
def test_dates_outside_the_tables_are_refused(rules, date):
    for ask in (
        rules.is_trading_day, rules.why_closed, rules.next_trading_day, rules.day,
        rules.previous_trading_day, rules.charges,
        lambda d: rules.hours(d, "NFO"), lambda d: rules.expiries("NIFTY", d),
        lambda d: rules.trading_days(d, d),
    ):  # fmt: skip
        with pytest.raises(OutsideRules):
            ask(day(date))


def test_no_trading_day_is_invented_after_the_last_year(rules):
    with pytest.raises(OutsideRules, match="next trading day is not known for 2026-12-31"):
        rules.next_trading_day(LAST)
    with pytest.raises(OutsideRules):
        rules.previous_trading_day(FIRST)
    assert (rules.day(LAST).previous_day, rules.day(LAST).next_day) == ("2026-12-30", "")
    assert (rules.day(FIRST).previous_day, rules.day(FIRST).next_day) == ("", "2015-01-02")


def test_a_holiday_names_the_next_trading_day(rules):
    with pytest.raises(NotATradingDay) as caught:
        rules.day(day("2026-11-24"))
    assert (caught.value.reason, caught.value.next_day) == ("Guru Nanak Jayanti", "2026-11-25")
    with pytest.raises(NotATradingDay):
        rules.hours(day("2024-05-19"), "NFO")


@pytest.mark.parametrize(
    ("date", "kind", "name"),
    [
        ("2026-11-23", DayKind.ORDINARY, ""),
        ("2021-11-04", DayKind.MUHURAT, "Muhurat trading"),
        ("2025-02-01", DayKind.SPECIAL, "Union Budget"),
        ("2024-01-20", DayKind.SPECIAL, "full Saturday for a Monday holiday"),
        ("2024-03-02", DayKind.SPECIAL, "disaster recovery drill"),
    ],
)
def test_a_day_knows_its_kind(rules, date, kind, name):
    found = rules.day(day(date))
    assert (found.kind, found.name) == (kind, name)
