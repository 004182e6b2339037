"""Running on two cores: `pytest -n 2 --dist loadfile --no-loadscope-reorder`.

A file's tests stay in one process, with its fixtures or its notebook's kernel. Files with deadlines
in a real kernel come last, and their tests have the machine to themselves.
"""

import fcntl
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest


class SideBySide:
    """Registered in every worker; without xdist there is nothing to do.

    Args:
        run: Names the test run, the same for all of its workers.
    """

    def __init__(self, run: str) -> None:
        self._path = Path(tempfile.gettempdir()) / f"rustro-tests-{run}.lock"

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Long files first, those with deadlines last, the rest in the order they were found."""
        late = {item.path for item in items if is_alone(item)}
        long = {item.path for item in items if item.get_closest_marker("browser")} - late
        items.sort(key=lambda item: (item.path in late) - (item.path in long))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """The others share the lock."""
        with self._path.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX if is_alone(item) else fcntl.LOCK_SH)
            return (yield)


def is_alone(item: pytest.Item) -> bool:
    """Whether a test asserts how fast something happens."""
    return item.get_closest_marker("kernel") is not None
