"""What every test may ask for, and how hypothesis behaves here."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]

settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def market_data() -> Path:
    """The folder of real market data; the test is skipped where it is absent."""
    folder = Path(os.environ.get("RUSTRO_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real market data at {folder} (set RUSTRO_TEST_DATA)")
    return folder


@pytest.fixture
def no_rustro_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A clean environment: nothing of the developer's own configuration is read."""
    for name in [n for n in os.environ if n.startswith("RUSTRO_")]:
        monkeypatch.delenv(name)
    return monkeypatch
