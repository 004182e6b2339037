"""A week in the life: `rustro serve` at a simulated exchange, day after day, with misfortunes."""

import pytest

from tests.week import kept_kernel
from tests.week.plan import SHORT, SHORT_SPEED, SPEED, WEEK
from tests.week.report import MOST_GROWTH_PCT, as_text
from tests.week.week import Week

pytestmark = pytest.mark.kernel


@pytest.mark.timeout(240)
def test_an_expiry_day_and_a_muhurat_hour_pass_by_themselves_though_a_kernel_is_killed(tmp_path):
    report = Week(SHORT, SHORT_SPEED, tmp_path, is_muted=False).live()
    assert report.violations == []
    expiry, muhurat = report.dates
    assert (len(expiry.done), expiry.restarts) == (1, 1)
    assert expiry.trades >= 1
    assert (muhurat.trades, muhurat.orders) == (0, 0)
    assert "Muhurat trading lies outside the entry window" in muhurat.why
    assert report.alerts_taken > 0


@pytest.mark.long
@pytest.mark.timeout(1500)
def test_a_week_with_a_holiday_a_muhurat_and_an_expiry_day_passes_by_itself(tmp_path):
    report = Week(WEEK, SPEED, tmp_path).live()
    print(as_text(report))  # noqa: T201 - shown with -s
    assert report.violations == []
    assert len(report.sessions) == 5
    assert report.mute_connections > 0
    assert sum(date.restarts for date in report.sessions) == 3
    assert all(date.trades for date in report.sessions if "Muhurat" not in date.about)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_kernel_that_is_kept_for_five_days_does_not_grow(tmp_path):
    sizes = kept_kernel.sizes_mb(tmp_path)
    print("kernel at each day's end, MB:", *(f"{mb:.1f}" for mb in sizes))  # noqa: T201
    assert sizes[-1] <= sizes[0] * (1 + MOST_GROWTH_PCT / 100)
