"""A generated day with trades, run once for all tests of the widgets."""

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import comm
import pytest

from rustro_kernel.config import Config
from rustro_kernel.records.stepper import Stepper
from rustro_kernel.session.recorded import stepper
from rustro_kernel.session.session import Session
from tests.widgets.spying import SpyComm


@pytest.fixture(scope="session")
def generated_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of a whole generated day under the demo profile."""
    base = tmp_path_factory.mktemp("generated")
    places: dict[str, Any] = {
        "run.out": base / "run",
        "state.dir": base / "state",
        "sim.regime": "trend_up",
    }
    cfg = Config.load(None, profile="demo", **places)
    result = asyncio.run(Session(cfg, out=lambda line: None).run())
    assert (result.exit_code, result.folder) == (0, base / "run")
    return base / "run"


@pytest.fixture(scope="session")
def surveyed(generated_day: Path) -> Stepper:
    """That day, fed once to its end; whoever takes it goes where they want first."""
    found = stepper(generated_day)
    while found.survey.go_on(10_000):
        pass
    return found


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What would have gone to the browser since the last clear."""
    SpyComm.messages = []
    monkeypatch.setattr(comm, "create_comm", SpyComm)
    yield SpyComm.messages
    gc.collect()
