"""Real days, each played once per profile and kept for every test that asks for it."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.real_days.drive import Day, play

Played = Callable[..., Day]


@pytest.fixture(scope="session")
def nifty(market_data: Path) -> Path:
    """The file of NIFTY minutes."""
    path = market_data / "nifty_1m.parquet"
    if not path.is_file():
        pytest.skip(f"no NIFTY minutes at {path} (set RUSTRO_TEST_DATA)")
    return path


@pytest.fixture(scope="session")
def played(nifty: Path) -> Played:
    """A day of the file by its date."""

    @cache
    def day(date: str, profile: str | None = "demo") -> Day:
        return play(date, nifty, profile=profile)

    return day
