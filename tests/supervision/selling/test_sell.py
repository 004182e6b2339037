"""When something is sold at all: the lock, the book of sessions, the mode."""

import datetime as dt

import pytest

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import AlreadyRunning
from rustro_kernel.session.lock import SessionLock
from rustro_kernel.supervision.selling.sell import sell

pytestmark = pytest.mark.usefixtures("no_rustro_environment")
DATE = dt.date(2026, 9, 9)


def config(tmp_path, mode="live"):
    return Config.load(mode=mode, **{"state.dir": tmp_path / "state"})


def test_nothing_is_sold_beside_a_session_that_trades(tmp_path):
    lock = SessionLock(tmp_path / "state", "main", "2026-09-09-live-main-1")
    with pytest.raises(AlreadyRunning, match="2026-09-09-live-main-1"):
        sell(config(tmp_path), DATE, print)
    lock.release()


@pytest.mark.parametrize("mode", ["sim", "paper", "live"])
def test_without_a_session_nothing_has_to_be_sold_and_the_lock_is_free_again(tmp_path, mode):
    outcome = sell(config(tmp_path, mode), DATE, print)
    assert (outcome.is_flat, outcome.was_needed) == (True, False)
    SessionLock(tmp_path / "state", "main", "the next").release()
