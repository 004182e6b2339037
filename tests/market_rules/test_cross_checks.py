"""Our tables against other people's: a calendar package, and real market data where present."""

import csv
import datetime as dt
import gzip
import os
from pathlib import Path

import pandas_market_calendars as pmc
import pytest

from rustro_kernel.market_rules.expiries import ExpiryRow
from rustro_kernel.market_rules.tables import table

FIRST, LAST = dt.date(2015, 1, 1), dt.date(2026, 12, 31)
ABSENT_FROM_THE_PACKAGE = [
    "2015-02-28", "2016-10-30", "2019-10-27", "2020-02-01", "2020-11-14", "2023-11-12",
    "2024-01-20", "2024-03-02", "2024-05-18", "2025-02-01", "2026-02-01", "2026-11-08",
]  # fmt: skip


@pytest.fixture(scope="module")
def data_file():
    folder = Path(os.environ.get("RUSTRO_TEST_DATA", "../shared/data"))

    def find(name):
        if not (folder / name).exists():
            pytest.skip(f"no {name}: set RUSTRO_TEST_DATA to the folder of the real market data")
        return folder / name

    return find


def lines(path):
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(text.decode().splitlines()))


def test_the_calendar_package_lacks_twelve_sessions_and_adds_none(rules):
    theirs = {day.date() for day in pmc.get_calendar("NSE").valid_days(FIRST, LAST)}
    ours = set(rules.trading_days(FIRST, LAST))
    assert sorted(day.isoformat() for day in ours - theirs) == ABSENT_FROM_THE_PACKAGE
    assert theirs - ours == set()


@pytest.mark.data
def test_every_weekday_holiday_of_the_reference_list_is_ours(rules, data_file):
    found = lines(data_file("reference/nse_holidays_2019_2026.csv"))
    dates = [(row["holiday"], dt.date.fromisoformat(row["date"])) for row in found]
    wrong = [
        name for name, date in dates if rules.is_trading_day(date) and _is_ordinary(rules, date)
    ]
    assert wrong == []


def _is_ordinary(rules, date):
    return rules.day(date).name == ""


@pytest.mark.data
def test_nifty_expiries_equal_the_reference_list(data_file):
    found = lines(data_file("reference/nifty_expiry_list.csv"))
    theirs = {dt.date.fromisoformat(row["expiry_date"][:10]) for row in found}
    ours = {row.expiry for row in table("expiries", ExpiryRow) if row.underlying == "NIFTY"}
    begin, end = dt.date(2019, 5, 9), dt.date(2026, 8, 21)
    assert {d for d in theirs if begin <= d <= end} == {d for d in ours if begin <= d <= end}


@pytest.mark.data
def test_listed_expiries_and_lots_equal_a_real_contract_file(rules, data_file):
    found = lines(data_file("samples/bhavcopy_udiff_NIFTY_2025-01-01.csv.gz"))
    options = [row for row in found if row["FinInstrmTp"] == "IDO"]
    theirs = {row["XpryDt"]: int(row["NewBrdLotQty"]) for row in options}
    redated_later = "2025-09-25"
    ours = rules.expiries("NIFTY", dt.date(2025, 1, 1))
    near = {e.date: e.lot for e in ours if e.date < redated_later}
    assert near == {date: lot for date, lot in theirs.items() if date < redated_later}
