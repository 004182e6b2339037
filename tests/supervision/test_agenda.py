"""Which day is next: over real dates of the market rules, and over dates nobody knows."""

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import NotATradingDay, OutsideRules, UnverifiedRule
from rustro_kernel.domain.market_time import DAY, MINUTE, at, ist_date
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.session.live.planning import day_rules
from rustro_kernel.supervision.agenda import ahead, refusals

LEAD = 30 * MINUTE
RULES = MarketRules()


def judge(date):
    return RULES.day(date)


def day_of(text):
    return dt.date.fromisoformat(text)


def next_from(date, clock, over=None):
    found = ahead(judge, at(day_of(date), clock), LEAD, over)
    assert found.day is not None
    return found


def when(day):
    date = day.date
    return (str(date), [(leg.open_ns - at(date, "00:00")) // MINUTE for leg in day.legs])


def test_an_ordinary_day_is_woken_half_an_hour_before_its_open():
    day = next_from("2026-07-15", "03:00").day
    assert (str(day.date), day.wake_ns) == ("2026-07-15", at(day_of("2026-07-15"), "08:45"))
    assert str(day) == "2026-07-15 (Wednesday), open 09:15-15:30, wake 2026-07-15 08:45:00"


def test_a_day_that_runs_is_the_next_one_until_its_close():
    assert str(next_from("2026-07-15", "15:29:59").day.date) == "2026-07-15"
    assert str(next_from("2026-07-15", "15:30:00").day.date) == "2026-07-16"


def test_a_weekend_and_a_holiday_are_passed_over_and_named():
    found = next_from("2026-10-01", "16:00")
    assert str(found.day.date) == "2026-10-05"
    assert found.closed == (
        "2026-10-01 has closed",
        "2026-10-02 is no trading day (Gandhi Jayanti)",
        "2026-10-03 is no trading day (Saturday)",
        "2026-10-04 is no trading day (Sunday)",
    )


def test_a_muhurat_hour_is_a_session_and_its_morning_is_not():
    found = next_from("2024-11-01", "06:00")
    assert when(found.day) == ("2024-11-01", [(18 * 60)])
    assert found.day.wake_ns == at(day_of("2024-11-01"), "17:30")
    assert "Muhurat" in str(found.day)


@pytest.mark.parametrize("date", ["2025-02-01", "2024-01-20", "2026-02-01"])
def test_a_weekend_day_that_trades_is_a_session(date):
    assert when(next_from(date, "06:00").day) == (date, [9 * 60 + 15])


def test_a_split_day_is_one_session_with_a_pause():
    day = next_from("2024-03-02", "10:30").day
    assert when(day) == ("2024-03-02", [9 * 60 + 15, 11 * 60 + 30])
    assert [day.is_open(at(day.date, clock)) for clock in ("09:59", "10:30", "11:30", "12:30")] == [
        True, False, True, False,
    ]  # fmt: skip


def test_the_index_stands_still_before_the_derivatives_close():
    day = next_from("2026-09-09", "06:00").day
    late = at(day.date, "15:20")
    assert (day.is_open(late), day.is_index_open(late)) == (True, False)


@pytest.mark.parametrize("mode", ["paper", "live"])
def test_hours_nobody_has_confirmed_are_refused_plainly_and_the_next_day_is_taken(mode):
    cfg = Config.load(mode=mode)
    found = ahead(lambda date: day_rules(cfg, date), at(day_of("2026-11-07"), "12:00"), LEAD)
    assert str(found.day.date) == "2026-11-09"
    (sentence,) = found.refused
    assert sentence.startswith("2026-11-08 is not traded: ")
    assert "unverified; confirm it in the rules override file" in sentence


def test_a_day_that_will_not_be_traded_is_said_a_week_before():
    cfg = Config.load(mode="live")

    def said(date):
        found = refusals(lambda each: day_rules(cfg, each), day_of(date))
        return [text.partition(":")[0] for text in found]

    assert said("2026-10-30") == []
    assert said("2026-11-02") == ["2026-11-08 is not traded"]
    assert said("2026-12-28") == ["2026-12-31 is not traded", "the market rules end on 2026-12-31"]


def test_confirmed_hours_are_traded_and_named(tmp_path):
    own = tmp_path / "rules.toml"
    own.write_text("confirm_hours = [2026-11-08]\n")
    cfg = Config.load(mode="live", **{"rules.override": own})
    day = ahead(lambda date: day_rules(cfg, date), at(day_of("2026-11-07"), "12:00"), LEAD).day
    assert when(day) == ("2026-11-08", [18 * 60])
    assert "unverified: hours of 2026-11-08" in str(day)


def test_where_the_calendar_ends_nobody_guesses():
    found = ahead(judge, at(day_of("2026-12-31"), "16:00"), LEAD)
    assert found.day is None
    assert found.refused == ("the market rules end on 2026-12-31: install a newer version",)


def test_live_does_not_trade_the_last_day_anybody_knows_and_paper_does():
    now = at(day_of("2026-12-31"), "06:00")
    live, paper = (Config.load(mode=mode) for mode in ("live", "paper"))
    assert ahead(lambda date: day_rules(live, date), now, LEAD).day is None
    assert str(ahead(lambda date: day_rules(paper, date), now, LEAD).day.date) == "2026-12-31"


def test_a_day_that_is_done_with_is_not_traded_again_whatever_the_clock_says():
    over = day_of("2026-07-15")
    assert str(next_from("2026-07-15", "11:00", over).day.date) == "2026-07-16"
    assert str(next_from("2026-07-13", "11:00", over).day.date) == "2026-07-16"


moments = st.integers(at(day_of("2015-01-02"), "00:00"), at(day_of("2026-12-30"), "00:00"))


@given(moments)
def test_the_next_session_is_the_first_that_has_not_closed(now_ns):
    known = tuple(RULES.trading_days(day_of("2015-01-01"), day_of("2026-12-31")))

    def careful(date):
        if date not in known:
            raise NotATradingDay(str(date), "closed", "")
        try:
            return judge(date)
        except OutsideRules as exc:  # contracts that did not trade yet, say
            raise UnverifiedRule("contracts", str(date)) from exc

    day = ahead(careful, now_ns, LEAD).day
    assert day is None or (day.close_ns > now_ns and day.date in known)
    if day is not None:
        between = [d for d in known if ist_date(now_ns) < d < day.date]
        assert all(_is_refused(careful, date) for date in between)


def _is_refused(judge, date):
    try:
        judge(date)
    except UnverifiedRule:
        return True
    return False


@given(moments, st.integers(0, 40 * DAY))
def test_later_is_never_an_earlier_day(now_ns, later_ns):
    try:
        first, second = (ahead(judge, each, LEAD) for each in (now_ns, now_ns + later_ns))
    except OutsideRules:
        return
    if first.day is not None and second.day is not None:
        assert first.day.date <= second.day.date
