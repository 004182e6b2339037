"""After the close: each step says what came of it, and none stops the next."""

import asyncio
import datetime as dt
import shutil

import pytest

import rustro_kernel as rk
from rustro_kernel.housekeeping.backup import backups
from rustro_kernel.housekeeping.disk_use import NAME
from rustro_kernel.session.live import doctor_here
from rustro_kernel.session.session import Session
from rustro_kernel.session.upkeep import LATER, after_notebook, post_market

DAY = "2021-11-04"

pytestmark = pytest.mark.usefixtures("no_rustro_environment")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("upkeep")


@pytest.fixture(scope="module")
def run(folder):
    """A short simulated day, closed."""
    cfg = rk.Config.load(
        **{"sim.date": DAY, "run.out": folder / "run", "state.dir": folder / "first"}
    )
    return asyncio.run(Session(cfg, out=lambda text: None).run()).folder


@pytest.fixture
def cfg(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "state").mkdir()

    def cfg(**keys):
        chosen = {key.replace("__", "."): value for key, value in keys.items()}
        return rk.Config.load(**{"state.dir": tmp_path / "state", **chosen})

    return cfg


def filling_up(state, left_days):
    """Yesterday the disk was as much emptier as makes it full in so many days."""
    usage = shutil.disk_usage(state)
    used = usage.total - usage.free - usage.free // left_days
    yesterday = dt.date.fromisoformat(DAY) - dt.timedelta(days=1)
    (state / NAME).write_text(
        f'{{"date":"{yesterday}","used_bytes":{used},"free_bytes":{usage.free}}}\n'
    )


def test_the_steps_come_in_order_and_the_next_day_last(cfg, run):
    notes = post_market(cfg(), run, DAY, {})
    assert [note.level for note in notes] == ["info"] * 3
    assert [note.text.split(":")[0] for note in notes] == [
        "Records verified",
        "No backup",
        "Next trading day",
    ]


def test_a_backup_that_fails_is_told_and_the_rest_goes_on(cfg, run, tmp_path):
    (tmp_path / "file").write_text("in the way")
    notes = post_market(cfg(backup__dir=tmp_path / "file"), run, DAY, {})
    failed = next(note for note in notes if note.level == "critical")
    assert failed.text.startswith("NO BACKUP was made: ")
    assert notes[-1].text == "Next trading day: 2021-11-08"


def test_records_that_do_not_check_are_told_first(cfg, run, tmp_path):
    harmed = shutil.copytree(run, tmp_path / "harmed")
    (harmed / "trades.jsonl").write_text("{}\n")
    note = post_market(cfg(), harmed, DAY, {})[0]
    assert note.level == "critical"
    assert "trades.jsonl" in note.text


def test_a_disk_that_is_full_soon_is_an_alert(cfg, run, tmp_path):
    filling_up(tmp_path / "state", 5)
    levels = {n.text[:4]: n.level for n in post_market(cfg(), run, DAY, {})}
    assert levels["Room"] == "critical"


def test_a_disk_that_is_full_later_is_not(cfg, run, tmp_path):
    filling_up(tmp_path / "state", 500)
    levels = {n.text[:4]: n.level for n in post_market(cfg(), run, DAY, {})}
    assert levels["Room"] == "info"


def test_in_the_kernel_of_rustro_run_the_backup_waits_for_the_notebook(cfg, run, tmp_path):
    wanted = cfg(backup__dir=tmp_path / "copies", backup__sims=True)
    notes = post_market(wanted, run, DAY, {LATER: "1"})
    assert [note.text.split(":")[0] for note in notes] == ["Records verified", "Next trading day"]
    (run / "session.ipynb").write_text("{}")
    (note,) = after_notebook(wanted, run)
    (run / "session.ipynb").unlink()
    assert note.level == "info"
    (made,) = backups(tmp_path / "copies")
    assert (made / "runs/run/session.ipynb").is_file()


def test_a_simulated_run_needs_no_backup(cfg, run, tmp_path):
    assert after_notebook(cfg(backup__dir=tmp_path / "copies"), run) == []


def test_the_doctor_says_when_the_disk_is_full(cfg, tmp_path):
    config = cfg()
    filling_up(tmp_path / "state", 10_000)
    assert "the disk is full in" in doctor_here.disk(config).text


def test_the_doctor_knows_the_channels_and_shows_no_address(cfg, monkeypatch):
    assert doctor_here.alerts(cfg()).text.startswith("no channel is set")
    monkeypatch.setenv("RUSTRO_ALERT_URLS", "json://127.0.0.1/s3cretpath critical=tgram://1:2/3")
    check = doctor_here.alerts(cfg())
    assert (check.verdict.value, check.text.split(";")[0]) == ("ok", "1 (json), 2 (tgram)")
    assert "s3cret" not in check.text
    monkeypatch.setenv("RUSTRO_ALERT_URLS", "nonsense")
    assert doctor_here.alerts(cfg()).verdict.value == "fail"
