"""Sessions to talk to, and a desk that answers without one."""

import pytest

import rustro_kernel as rk
from rustro_kernel.session.session import Session
from tests.session.conftest import kernel as kernel


@pytest.fixture
def make(tmp_path):
    """Sessions of a generated day whose lines are kept."""

    def make(**keys: object) -> Session:
        chosen = {"run.out": tmp_path / "run", "state.dir": tmp_path / "state", **keys}
        lines: list[str] = []
        session = Session(rk.Config.load(**chosen), out=lines.append)
        session.lines = lines  # type: ignore[attr-defined]  # for the tests only
        return session

    return make
