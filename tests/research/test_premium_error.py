"""`python -m pytest -m data tests/research/test_premium_error.py -s` prints the tables in full."""

import pandas as pd
import pytest

import rustro_kernel.pricing
from tests.research.calibration import carry, fitted, shipped
from tests.research.option_prices import end_of_day, march, november
from tests.research.premium_error import change_error, level_error

pytestmark = pytest.mark.data
PERIODS = ("2022-11", "2025-01", "2026-01")


@pytest.fixture(scope="module")
def prices(market_data):
    parts = (end_of_day(market_data), november(market_data))
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def without(prices):
    """For each period, the constants fitted to the two others."""
    return {period: fitted(prices[prices.period != period]) for period in PERIODS}


@pytest.fixture(scope="module")
def levels(prices, without):
    return pd.DataFrame({
        period: level_error(prices[prices.period == period], without[period]) for period in PERIODS
    }).fillna("-")  # fmt: skip


@pytest.fixture(scope="module")
def changes(prices, without, market_data):
    days = {
        "2022-11-18": (prices[prices.period == "2022-11"], without["2022-11"]),
        "2025-03-12": (march(market_data), shipped()),
    }
    return pd.concat({
        day: pd.concat([change_error(*given, minutes) for minutes in (5, 30, 60)], axis=1)
        for day, given in days.items()
    })  # fmt: skip


def lines(table):
    """A table as it stands in a docstring."""
    return [line.strip() for line in table.to_string().splitlines()]


def test_the_constants_are_those_that_fit_all_three_periods(prices):
    assert shipped() == pytest.approx(fitted(prices), abs=5e-4)
    assert carry(prices) == pytest.approx(0.073, abs=1e-3)


def test_the_published_errors_of_premiums_are_those_measured(levels):
    print(f"\n{levels.to_string()}")  # noqa: T201 - what -s is for
    published = [line.strip() for line in (rustro_kernel.pricing.__doc__ or "").splitlines()]
    assert [line for line in lines(levels) if line not in published] == []


def test_the_published_errors_of_changes_are_those_measured(changes):
    print(f"\n{changes.to_string()}")  # noqa: T201 - what -s is for
    published = [line.strip() for line in (rustro_kernel.pricing.__doc__ or "").splitlines()]
    assert [line for line in lines(changes) if line not in published] == []
