import datetime as dt

import pytest

from rustro_kernel.domain.errors import BadConfig, NotATradingDay
from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.domain.rules import DayKind
from rustro_kernel.market_rules import MarketRules


def day(text):
    return dt.date.fromisoformat(text)


def test_confirmed_hours_are_used_and_reported(rules_with):
    found = rules_with("confirm_hours = [2026-11-08]").day(day("2026-11-08"))
    assert [show_clock(leg.open_ns) for leg in found.derivative_legs] == ["18:00:00"]
    assert found.unverified == ("hours of 2026-11-08",)
    assert (found.kind, found.index_auction) == (DayKind.MUHURAT, None)


def test_a_session_of_the_user_replaces_the_hours(rules_with):
    rules = rules_with("""
        [[special_day]]
        date = 2026-11-08
        kind = "muhurat"
        name = "Muhurat trading"
        legs = [["13:45", "14:45"]]
    """)
    (leg,) = rules.hours(day("2026-11-08"), "NFO")
    assert (show_clock(leg.open_ns), show_clock(leg.close_ns)) == ("13:45:00", "14:45:00")


def test_a_saturday_can_be_opened_in_two_legs(rules_with):
    rules = rules_with("""
        [[special_day]]
        date = 2026-12-05
        legs = [["09:15", "10:00"], ["11:30", "12:30"]]
    """)
    found = rules.day(day("2026-12-05"))
    assert len(found.derivative_legs) == 2
    assert show_clock(found.eod_exit_ns) == "12:20:00"
    assert rules.next_trading_day(day("2026-12-04")) == day("2026-12-05")


def test_a_sudden_closure_moves_the_expiry_back(rules_with):
    rules = rules_with('[[closed]]\ndate = 2026-12-08\nreason = "municipal elections"')
    listed = [expiry.date for expiry in rules.expiries("NIFTY", day("2026-12-01"))]
    assert listed[:3] == ["2026-12-01", "2026-12-07", "2026-12-15"]
    assert rules.expiries("NIFTY", day("2026-12-07"))[0].date == "2026-12-07"
    with pytest.raises(NotATradingDay, match=r"municipal elections.*2026-12-09"):
        rules.day(day("2026-12-08"))


def test_a_closure_beats_a_special_session(rules_with):
    rules = rules_with('[[closed]]\ndate = 2026-02-01\nreason = "moved"')
    assert rules.why_closed(day("2026-02-01")) == "moved"


def test_a_muhurat_hour_of_the_user_is_no_expiry_day(rules_with):
    rules = rules_with("""
        [[special_day]]
        date = 2026-12-08
        kind = "muhurat"
        legs = [["18:00", "19:00"]]
    """)
    assert rules.is_trading_day(day("2026-12-08"))
    assert rules.expiries("NIFTY", day("2026-12-02"))[0].date == "2026-12-07"


def test_lots_and_freeze_quantities_can_be_changed(rules_with):
    rules = rules_with("""
        [[lot]]
        underlying = "NIFTY"
        first_expiry = 2026-12-29
        lot = 50
        [[freeze]]
        underlying = "NIFTY"
        first_day = 2026-12-01
        last_day = 2026-12-31
        quantity = 1500
    """)
    before, after = rules.day(day("2026-11-30")), rules.day(day("2026-12-01"))
    assert {e.date: e.lot for e in after.contracts[0].expiries}["2026-12-22"] == 65
    assert {e.date: e.lot for e in after.contracts[0].expiries}["2026-12-29"] == 50
    assert [d.contracts[0].freeze_quantity for d in (before, after)] == [1800, 1500]


def test_an_unverified_lot_is_confirmed_by_stating_it(rules_with):
    rules = rules_with("""
        [[lot]]
        underlying = "BANKNIFTY"
        first_expiry = 2016-06-02
        last_expiry = 2016-07-21
        lot = 30
    """)
    assert rules.lot("BANKNIFTY", day("2016-06-02")) == 30
    assert rules.day(day("2016-06-01"), ("BANKNIFTY",)).contracts[0].expiries[0].lot == 30


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        ("closed = [", "market rules file", ""),
        ("colour = 1", "market rules file", "unknown field `colour`"),
        ("[[closed]]\ndate = 2026-12-08", "closed[0]", "missing required field `reason`"),
        ('[[closed]]\ndate = "soon"\nreason = "x"', "closed[0].date", "Expected `date`"),
        ('[[closed]]\ndate = 2027-01-04\nreason = "x"', "closed", "2027-01-04 is outside"),
        ('[[closed]]\ndate = 2026-12-08\nreason = ""', "closed[0].reason", "length >= 1"),
        ('[[closed]]\ndate = 2026-12-08\nreason = "x"\n' * 2, "closed", "is there 2 times"),
        ("[[special_day]]\ndate = 2026-12-05\nlegs = []", "special_day[0].legs", "length >= 1"),
        (
            '[[special_day]]\ndate = 2026-12-05\nlegs = [["9:15", "10:00"]]',
            "special_day[0].legs",
            "HH:MM",
        ),
        (
            '[[special_day]]\ndate = 2026-12-05\nlegs = [["10:00", "09:15"]]',
            "special_day[0].legs",
            "later than the one before",
        ),
        (
            '[[closed]]\ndate = 2026-12-05\nreason = "x"\n'
            '[[special_day]]\ndate = 2026-12-05\nlegs = [["09:15", "10:00"]]',
            "special_day",
            "2026-12-05 is also in closed",
        ),
        (
            '[[lot]]\nunderlying = "GOLD"\nfirst_expiry = 2026-12-29\nlot = 50',
            "lot[0].underlying",
            "Invalid enum value 'GOLD'",
        ),
        ('[[lot]]\nunderlying = "NIFTY"\nfirst_expiry = 2026-12-29\nlot = 0', "lot[0].lot", ">= 1"),
        (
            '[[lot]]\nunderlying = "NIFTY"\nfirst_expiry = 2026-12-29\n'
            "last_expiry = 2026-12-01\nlot = 50",
            "lot[0].last_expiry",
            "lies before first_expiry",
        ),
        (
            '[[freeze]]\nunderlying = "NIFTY"\nfirst_day = 2026-12-29\n'
            "last_day = 2026-12-01\nquantity = 50",
            "freeze[0].last_day",
            "lies before first_day",
        ),
        ("confirm_hours = [2026-11-09]", "confirm_hours", "no hours of its own to confirm"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(rules_with, text, key, problem):
    with pytest.raises(BadConfig) as caught:
        rules_with(text)
    assert caught.value.key == key
    assert problem in str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(BadConfig, match="No such file"):
        MarketRules.load(tmp_path / "absent.toml")
