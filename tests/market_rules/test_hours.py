import datetime as dt

import pytest

from rustro_kernel.domain.errors import BadConfig, UnverifiedRule
from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.domain.rules import Interruption

SEGMENTS = ("NSE_INDEX", "NFO", "BFO")


def day(text):
    return dt.date.fromisoformat(text)


def clock(ts_ns):
    return show_clock(ts_ns)[:5] if ts_ns else ""


def legs_text(legs):
    return " ".join(f"{clock(leg.open_ns)}-{clock(leg.close_ns)}" for leg in legs)


@pytest.mark.parametrize(
    ("date", "index", "derivatives"),
    [
        ("2015-01-01", "09:15-15:30", "09:15-15:30"),
        ("2026-07-31", "09:15-15:30", "09:15-15:30"),
        ("2026-08-03", "09:15-15:15", "09:15-15:40"),
        ("2026-12-31", "09:15-15:15", "09:15-15:40"),
        ("2021-02-24", "09:15-15:30", "09:15-15:30"),
        ("2024-03-02", "09:15-10:00 11:30-12:30", "09:15-10:00 11:30-12:30"),
        ("2024-05-18", "09:15-10:00 11:30-12:30", "09:15-10:00 11:30-12:30"),
        ("2024-01-20", "09:15-15:30", "09:15-15:30"),
        ("2026-02-01", "09:15-15:30", "09:15-15:30"),
        ("2015-11-11", "17:45-18:45", "17:45-18:45"),
        ("2016-10-30", "18:30-19:30", "18:30-19:30"),
        ("2017-10-19", "18:30-19:30", "18:30-19:30"),
        ("2018-11-07", "17:30-18:30", "17:30-18:30"),
        ("2019-10-27", "18:15-19:15", "18:15-19:15"),
        ("2020-11-14", "18:15-19:15", "18:15-19:15"),
        ("2021-11-04", "18:15-19:15", "18:15-19:15"),
        ("2022-10-24", "18:15-19:15", "18:15-19:15"),
        ("2023-11-12", "18:15-19:15", "18:15-19:15"),
        ("2024-11-01", "18:00-19:00", "18:00-19:00"),
        ("2025-10-21", "13:45-14:45", "13:45-14:45"),
    ],
)
def test_hours_by_date_and_segment(rules, date, index, derivatives):
    found = [legs_text(rules.hours(day(date), segment)) for segment in SEGMENTS]
    assert found == [index, derivatives, derivatives]
    ours = rules.day(day(date))
    assert [legs_text(ours.index_legs), legs_text(ours.derivative_legs)] == [index, derivatives]


@pytest.mark.parametrize(
    ("date", "auction"),
    [("2026-07-31", ""), ("2026-08-03", "15:15-15:35"), ("2026-02-01", ""), ("2025-10-21", "")],
)
def test_the_closing_auction_began_in_august_2026(rules, date, auction):
    found = rules.day(day(date)).index_auction
    assert legs_text([found] if found else []) == auction


@pytest.mark.parametrize(
    ("date", "ordinary", "on_expiry"),
    [
        ("2015-01-01", "15:20", "15:00"),
        ("2026-07-31", "15:20", "15:00"),
        ("2026-08-03", "15:12", "15:00"),
        ("2025-02-01", "15:20", "15:20"),
        ("2024-03-02", "12:20", "12:20"),
        ("2021-11-04", "19:05", "19:05"),
        ("2025-10-21", "14:35", "14:35"),
    ],
)
def test_positions_are_closed_in_time(rules, date, ordinary, on_expiry):
    found = rules.day(day(date))
    assert (clock(found.eod_exit_ns), clock(found.eod_exit_expiry_ns)) == (ordinary, on_expiry)


@pytest.mark.parametrize(
    ("date", "halt"),
    [
        ("2020-03-13", ("", "09:20", "10:20", "")),
        ("2020-03-23", ("", "09:58", "10:58", "")),
        ("2021-02-24", ("10:06", "11:40", "15:45", "17:00")),
    ],
)
def test_halts_are_known_as_history(rules, date, halt):
    (found,) = rules.day(day(date)).interruptions
    assert isinstance(found, Interruption)
    times = (found.feed_stuck_ns, found.halt_ns, found.resume_ns, found.extended_close_ns)
    assert tuple(map(clock, times)) == halt


def test_an_ordinary_day_has_no_halt(rules):
    assert rules.day(day("2021-02-25")).interruptions == ()


def test_hours_nobody_has_confirmed_are_refused(rules):
    muhurat = day("2026-11-08")
    assert rules.is_trading_day(muhurat)
    assert rules.next_trading_day(day("2026-11-06")) == muhurat
    for ask in (lambda: rules.hours(muhurat, "NFO"), lambda: rules.day(muhurat)):
        with pytest.raises(UnverifiedRule, match="the opening time of 2026-11-08 is unverified"):
            ask()


def test_an_unknown_segment_is_named(rules):
    with pytest.raises(BadConfig, match="unknown 'MCX'; known are NSE_INDEX, NFO, BFO"):
        rules.hours(day("2021-11-04"), "MCX")
