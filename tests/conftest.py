"""What every test may ask for, and how hypothesis and notebooks behave here."""

import os
import signal
from collections.abc import Generator, Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.side_by_side import SideBySide

ROOT = Path(__file__).parents[1]
NEEDING = ("data", "browser")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started with & from a script: Ctrl-C would be ignored here and in every process we start.
    signal.signal(signal.SIGINT, signal.default_int_handler)

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


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Write marks of what a machine may lack into the JUnit file, for .ci/no_test_skipped.py."""
    for item in items:
        for mark in filter(item.get_closest_marker, NEEDING):
            item.user_properties.append(("mark", mark))


class NotebookRuns:
    """Keeps what notebooks under test record out of the checkout.

    A plugin of its own, because hooks in this file are not asked about other folders.
    """

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None]:
        """Here nbval starts a notebook's kernel, which inherits the environment."""
        with pytest.MonkeyPatch.context() as environment:
            if item.path.suffix == ".ipynb":
                base = item.config._tmp_path_factory.getbasetemp() / item.path.stem  # type: ignore[attr-defined]
                environment.setenv("RUSTRO_RUN__OUT", str(base / "run"))
                environment.setenv("RUSTRO_STATE__DIR", str(base / "state"))
            return (yield)

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """An executed notebook in a run folder is a record, not a test."""
        return True if collection_path == ROOT / "notebooks" / "runs" else None


def pytest_configure(config: pytest.Config) -> None:
    """Let the plugins see every folder."""
    config.pluginmanager.register(NotebookRuns(), "rustro-notebook-runs")
    worker = getattr(config, "workerinput", None)  # of pytest-xdist
    if worker is not None:
        config.pluginmanager.register(SideBySide(worker["testrunuid"]), "rustro-side-by-side")
