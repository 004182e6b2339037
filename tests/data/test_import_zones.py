"""Which zone the times of a file are in: what it says, what the hours tell, what the user says."""

import datetime as dt

import pytest

from rustro_kernel.data.importing.report import words
from tests.data.make import clocks, csv, days, look, refusal

UTC = dt.UTC
NEW_YORK = dt.timezone(dt.timedelta(hours=-4))


def utc(ns: int) -> str:
    return f"{dt.datetime.fromtimestamp(ns // 10**9, UTC):%Y-%m-%d %H:%M:%S}"


def test_naive_times_are_indias_and_it_is_said(tmp_path):
    found = look(csv(tmp_path, days()))
    assert (found.report.kept, found.report.zone, found.report.labels) == (750, "IST", "start")
    assert "read as IST" in found.report.notices[0]
    assert clocks(found) == ("09:15:00", "15:29:00")


def test_times_in_utc_are_known_by_the_markets_hours(tmp_path):
    found = look(csv(tmp_path, days(), stamp=utc))
    assert found.report.zone == "UTC"
    assert clocks(found) == ("09:15:00", "15:29:00")


def test_a_zone_that_was_said_is_believed(tmp_path):
    def new_york(ns):
        return f"{dt.datetime.fromtimestamp(ns // 10**9, NEW_YORK):%Y-%m-%d %H:%M}"

    path = csv(tmp_path, days(), stamp=new_york)
    assert "say --tz" in refusal(path)
    assert clocks(look(path, zone="America/New_York")) == ("09:15:00", "15:29:00")
    assert "no such time zone" in refusal(path, zone="Atlantis/Centre")


def test_indias_clock_written_as_utc_is_noticed(tmp_path):
    path = csv(tmp_path, days(), stamp=lambda ns: f"{utc(ns + 19_800 * 10**9)}+00:00")
    assert "India's clock written as UTC" in refusal(path)
    assert clocks(look(path, zone="IST")) == ("09:15:00", "15:29:00")


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York", "+02:00"])
def test_a_zone_that_puts_most_rows_outside_the_hours_is_refused(tmp_path, zone):
    said = refusal(csv(tmp_path, days()), zone=zone)
    assert f"read in --tz {zone} " in said
    assert "of the rows on trading days lie outside the market's hours; say the zone" in said


def test_a_zone_that_is_said_may_leave_some_rows_outside(tmp_path):
    found = look(csv(tmp_path, days("08:00", "16:30")), zone="IST", labels="start")
    assert found.report.kept == 750


def test_a_zone_that_contradicts_the_files_own_is_noticed(tmp_path):
    own = csv(tmp_path, days(), stamp=lambda ns: f"{utc(ns)}Z")
    found = look(own, zone="America/New_York")
    assert clocks(found) == ("09:15:00", "15:29:00")
    assert found.report.notices[0] == (
        "times say their zone, in it 100% lie in the hours; --tz America/New_York is not used"
    )
    false = csv(tmp_path, days(), stamp=lambda ns: f"{utc(ns + 19_800 * 10**9)}Z", name="ist.csv")
    assert "read as --tz IST says" in words(look(false, zone="IST").report)
    assert "lie outside the market's hours" in refusal(false, zone="Asia/Tokyo")


def test_epochs_of_any_unit_are_moments(tmp_path):
    for unit in (10**9, 10**6, 10**3, 1):
        found = look(csv(tmp_path, days(), stamp=lambda ns, unit=unit: str(ns // unit)))
        assert clocks(found) == ("09:15:00", "15:29:00")
