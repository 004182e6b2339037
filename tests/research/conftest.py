"""Tests of research write their tries into a folder of their own."""

from collections.abc import Generator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="session")
def trial_books(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """The state folder of every configuration that does not name one."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RUSTRO_STATE__DIR", str(folder))
        yield folder
