"""Alerts and logs of a session, through real sinks on this machine."""

import json
import logging

import pytest

import rustro_kernel as rk
from rustro_kernel.alerts.alerter import FROM_EVENT, LOGGER, Alerter
from rustro_kernel.alerts.channel import Channel
from rustro_kernel.alerts.limits import Limits
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.session.outlets import Outlets
from rustro_kernel.session.session import Session
from tests.alerts.sinks import Hook, Mute, serving

MUHURAT = "2021-11-04"
TOKEN = "pl4ntedHookToken"

pytestmark = pytest.mark.usefixtures("no_rustro_environment")


@pytest.fixture
def make(tmp_path):
    def make(**keys):
        chosen = {
            "sim.date": MUHURAT,
            "run.out": tmp_path / "run",
            "state.dir": tmp_path / "state",
            "alerts.sim": True,
            **{key.replace("__", "."): value for key, value in keys.items()},
        }
        return Session(rk.Config.load(**chosen), out=lambda text: None)

    return make


def logged(tmp_path):
    files = sorted((tmp_path / "state" / "logs").iterdir())
    return [json.loads(line) for path in files for line in path.read_text().splitlines()]


async def test_a_day_is_told_from_its_start_to_its_end(make, monkeypatch):
    with serving(Hook) as hook:
        monkeypatch.setenv("RUSTRO_ALERT_URLS", f"json://127.0.0.1:{hook.port}/{TOKEN}")
        session = make()
        await session.run()
    texts = [post["message"][9:] for post in hook.got]
    assert texts[0] == f"Session {session.id}"
    assert texts[-1] == "Done: end of day (exit code 0)"
    assert hook.got[0]["title"] == "INFO rustro main sim"


async def test_a_channel_that_never_answers_holds_up_neither_day_nor_records(make, monkeypatch):
    with serving(Mute) as mute:
        monkeypatch.setenv("RUSTRO_ALERT_URLS", f"json://127.0.0.1:{mute.port}/{TOKEN}")
        result = await make(alerts__timeout_s=120).run()
        assert mute.got
    assert (result.exit_code, result.reason) == (0, "end of day")


async def test_sim_alerts_only_when_it_is_told_to(make, monkeypatch):
    with serving(Hook) as hook:
        monkeypatch.setenv("RUSTRO_ALERT_URLS", f"json://127.0.0.1:{hook.port}/{TOKEN}")
        await make(alerts__sim=False).run()
    assert hook.got == []


async def test_alerts_without_their_library_are_refused_before_anything_is_made(
    make, monkeypatch, tmp_path
):
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    monkeypatch.setenv("RUSTRO_ALERT_URLS", f"json://127.0.0.1:9/{TOKEN}")
    with pytest.raises(BadConfig, match="apprise"):
        await make().start()
    assert list(tmp_path.iterdir()) == []


async def test_the_log_has_every_line_of_the_day_with_its_event(make, tmp_path):
    session = make(alerts__sim=False)
    await session.run()
    lines = logged(tmp_path)
    assert {line["session"] for line in lines} == {session.id}
    done = lines[-1]
    assert (done["type"], done["seq"]) == ("ShutdownCompleted", session.events[-1].seq)
    assert done["event"].endswith("Done: end of day (exit code 0)")


async def test_a_log_folder_that_cannot_be_written_costs_no_more_than_the_log(make, tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "logs").write_text("in the way")
    assert (await make(alerts__sim=False).run()).exit_code == 0


async def test_no_address_is_in_the_records_or_the_log(make, monkeypatch, tmp_path):
    with serving(Hook) as hook:
        hook.status = 500
        monkeypatch.setenv("RUSTRO_ALERT_URLS", f"json://127.0.0.1:{hook.port}/{TOKEN}")
        await make().run()
        assert hook.got
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in files if TOKEN.encode() in path.read_bytes()] == []


@pytest.fixture
def heard():
    """Outlets with one channel that keeps, and what it kept."""
    got = []
    channel = Channel("1", "info", lambda _, text, level: got.append((level, text)),
                      Limits(1, 9, 99))  # fmt: skip
    outlets = Outlets(Alerter([channel]))
    yield outlets, got
    outlets.close()


async def test_an_end_that_no_event_tells_is_told(heard):
    outlets, got = heard
    outlets.ended("rustro-io failed: OSError()", 1)
    await outlets.flushed()
    assert got == [("critical", "Ended: rustro-io failed: OSError() (exit code 1)")]


def test_what_is_logged_for_people_is_told_but_for_what_comes_as_an_event(heard):
    outlets, got = heard
    logger = logging.getLogger(LOGGER)
    logger.error("the broker has order %s, and no order book shows it", "ab1")
    logger.error("kill switch", extra={FROM_EVENT: True})
    logging.getLogger("rustro_kernel.alerts.below").error("not for people")
    outlets.alerter.flush(10)
    assert got == [("critical", "the broker has order ab1, and no order book shows it")]


def test_a_closed_session_hears_nothing_any_more(heard):
    outlets, got = heard
    outlets.close()
    logging.getLogger(LOGGER).error("later")
    assert got == []
