"""Backups are whole or not there, hold no secret, and come back byte for byte or not at all."""

import errno
import shutil
from pathlib import Path

import pytest

import rustro_kernel as rk
from rustro_kernel.commands import backup as command
from rustro_kernel.domain.errors import AlreadyRunning, BadConfig, DamagedRecord, Refused
from rustro_kernel.engine.engine import Engine
from rustro_kernel.housekeeping import backup
from rustro_kernel.housekeeping.backup import backups, contents, make_backup, remove_old
from rustro_kernel.housekeeping.restore import restore
from rustro_kernel.records.bars.reader import BarReader
from rustro_kernel.records.bars.store import BarStore
from rustro_kernel.records.replay import replay
from rustro_kernel.records.verify import verify
from rustro_kernel.session.lock import SessionLock
from rustro_kernel.session.session import Session

NOON = 1_784_097_000 * 10**9  # 2026-07-15 12:00:00 in India
SECOND = 10**9
SECRET = "pl4ntedSecret"

pytestmark = pytest.mark.usefixtures("no_rustro_environment")


@pytest.fixture
def place(tmp_path):
    """A state folder and a run folder with a few files."""
    files = {
        "state/main.sessions.json": "{}",
        "state/bars/log/2026-07-15.bars": "bars",
        "state/logs/main-2026-07-15-001.jsonl": "{}",
        "state/main.lock": "session x",
        "state/secrets.toml": SECRET,
        "state/EMERGENCY_STOP.taken": "why",
        "runs/one/events.jsonl": "{}\n",
        "runs/one/ticks/ticks.bin": "t" * 1000,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def made(place, at=NOON):
    return make_backup(place / "state", [place / "runs/one"], place / "backups", at)


def test_a_backup_holds_state_bars_and_runs_and_nothing_of_running_processes(place):
    folder = made(place).folder
    assert folder.name == "rustro-2026-07-15-120000"
    assert list(contents(folder).files) == [
        "runs/one/events.jsonl",
        "runs/one/ticks/ticks.bin",
        "state/bars/log/2026-07-15.bars",
        "state/main.sessions.json",
    ]
    everything = b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
    assert SECRET.encode() not in everything


def test_a_backup_inside_the_state_folder_does_not_back_itself_up(place):
    for n in range(2):
        last = make_backup(place / "state", [], place / "state/backups", NOON + n * SECOND)
    assert last.files == 2


def test_what_has_not_changed_takes_no_room_again(place):
    first = made(place)
    (place / "runs/one/events.jsonl").write_text("{}\n{}\n")
    second = made(place, NOON + SECOND)
    assert (first.new_bytes, second.new_bytes) == (1009, 6)
    ticks = "runs/one/ticks/ticks.bin"
    assert (first.folder / ticks).samefile(second.folder / ticks)
    assert (first.folder / "runs/one/events.jsonl").read_text() == "{}\n"


def test_an_earlier_copy_that_has_rotted_is_not_used_again(place):
    first = made(place).folder / "runs/one/ticks/ticks.bin"
    first.write_text("r" * 1000)
    second = made(place, NOON + SECOND).folder
    assert (second / "runs/one/ticks/ticks.bin").read_text() == "t" * 1000
    restore(second, place / "back")


def test_a_disk_without_hard_links_gets_copies(place, monkeypatch):
    def refuse(*args):
        raise OSError(errno.EPERM, "no links here")

    made(place)
    monkeypatch.setattr("os.link", refuse)
    assert made(place, NOON + SECOND).new_bytes == 1009


def test_a_failure_in_the_middle_leaves_no_backup(place, monkeypatch):
    def full(path, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backup, "copied", full)
    with pytest.raises(OSError, match="No space"):
        made(place)
    assert list((place / "backups").iterdir()) == []


def test_what_a_crash_left_is_no_backup_and_goes_with_the_next(place):
    left = place / "backups/rustro-2026-07-14-120000.part"
    left.mkdir(parents=True)
    (left / "BACKUP.json").write_text("{}")
    assert backups(place / "backups") == []
    made(place)
    assert not left.exists()


def test_too_little_room_is_said_before_anything_is_copied(place, monkeypatch):
    usage = shutil.disk_usage(place)._replace(free=backup.RESERVE + 1000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(Refused, match="make room"):
        made(place)
    assert list((place / "backups").iterdir()) == []


def test_bars_that_somebody_writes_are_not_copied(place):
    store = BarStore(place / "state/bars")
    with pytest.raises(AlreadyRunning, match="the bar store"):
        made(place)
    store.close()
    made(place)


def test_two_runs_of_one_name_are_both_there(place):
    other = place / "elsewhere/one"
    other.mkdir(parents=True)
    (other / "events.jsonl").write_text("other")
    folder = make_backup(
        place / "state", [place / "runs/one", other], place / "backups", NOON
    ).folder
    assert (folder / "runs/one.2/events.jsonl").read_text() == "other"


def test_the_newest_stay_and_nothing_else_is_touched(place):
    folders = [made(place, NOON + n * SECOND).folder for n in range(4)]
    (place / "backups/my notes").mkdir()
    assert remove_old(place / "backups", 2) == [folders[1], folders[0]]
    assert backups(place / "backups") == [folders[3], folders[2]]
    assert (place / "backups/my notes").is_dir()
    restore(folders[3], place / "back")  # links of what went are whole


def test_a_restore_writes_over_nothing(place):
    folder = made(place).folder
    with pytest.raises(Refused, match="not empty"):
        restore(folder, place / "runs")
    (place / "empty").mkdir()
    restore(folder, place / "empty")
    assert (place / "empty/state/bars/log/2026-07-15.bars").read_text() == "bars"


def test_a_restore_into_a_link_or_where_one_stands_keeps_the_folder(place, monkeypatch):
    folder = made(place).folder
    for name in ("one", "two"):
        (place / name).mkdir()
    (place / "link").symlink_to(place / "one")
    monkeypatch.chdir(place / "two")
    for to in (place / "link", Path()):
        restore(folder, to)
        assert sorted(path.name for path in to.iterdir()) == ["runs", "state"]
    assert not list(place.glob("*.part"))


def test_what_a_link_leads_to_is_not_copied(place):
    (place / "elsewhere").mkdir()
    (place / "elsewhere/key").write_text(SECRET)
    (place / "state/key").symlink_to(place / "elsewhere/key")
    (place / "state/more").symlink_to(place / "elsewhere")
    assert [name for name in contents(made(place).folder).files if "key" in name] == []


def test_a_backup_of_nothing_is_none(tmp_path):
    with pytest.raises(Refused, match="nothing in"):
        make_backup(tmp_path / "nowhere", [], tmp_path / "backups", NOON)
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_file_whose_name_is_no_text_is_named_and_no_backup_is_made(place):
    (place / "state/\udcff.json").write_text("{}")
    with pytest.raises(Refused, match="rename it"):
        made(place)
    assert backups(place / "backups") == []


@pytest.mark.parametrize("harm", ["change", "shorten", "remove"])
def test_a_backup_that_is_not_whole_restores_nothing(place, harm):
    folder = made(place).folder
    path = folder / "runs/one/ticks/ticks.bin"
    harms = {
        "change": lambda: path.write_text("t" * 999 + "x"),
        "shorten": lambda: path.write_text("t"),
        "remove": path.unlink,
    }
    harms[harm]()
    with pytest.raises(DamagedRecord, match=r"ticks\.bin"):
        restore(folder, place / "back")
    assert not (place / "back").exists()


def test_a_manifest_that_leads_elsewhere_is_refused(place):
    folder = made(place).folder
    manifest = folder / "BACKUP.json"
    manifest.write_text(manifest.read_text().replace("runs/one/events", "../one/events"))
    with pytest.raises(DamagedRecord, match="leads out"):
        restore(folder, place / "back")


def test_a_manifest_without_an_end_is_damaged(place):
    folder = made(place).folder
    (folder / "BACKUP.json").write_text('{"files":' + '{"a":' * 50_000)
    with pytest.raises(DamagedRecord, match="recursion"):
        restore(folder, place / "back")


def test_a_folder_that_is_no_backup_is_called_that(place):
    with pytest.raises(DamagedRecord, match="this is no backup"):
        restore(place / "runs", place / "back")


async def test_a_restored_run_verifies_and_replays_and_its_bars_are_read(tmp_path, monkeypatch):
    monkeypatch.setenv("RUSTRO_ALERT_URLS", f"json://127.0.0.1:1/{SECRET}")
    monkeypatch.setenv("RUSTRO_PIN", SECRET)
    cfg = rk.Config.load(
        **{
            "sim.date": "2021-11-04",
            "run.out": tmp_path / "run",
            "state.dir": tmp_path / "state",
            "store.sim": True,
            "backup.sims": True,
            "backup.dir": tmp_path / "backups",
        }
    )
    lines: list[str] = []
    monkeypatch.chdir(tmp_path)
    result = await Session(cfg, out=lines.append).run()
    assert result.exit_code == 0
    told = [line.split(":")[0].split(" /")[0] for line in lines]
    assert told[told.index("Records verified") :] == [
        "Records verified",
        "Backup",
        "Next trading day",
    ]
    assert lines[-1] == "Next trading day: 2021-11-08"
    (folder,) = backups(tmp_path / "backups")
    shutil.rmtree(tmp_path / "run")
    shutil.rmtree(tmp_path / "state")
    code, _ = command.restore(folder, tmp_path / "back")
    run = tmp_path / "back/runs/run"
    assert code == 0
    assert verify(run) == []
    assert replay(run, Engine).is_identical
    assert BarReader(tmp_path / "back/state/bars").series()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []


def configured(place, **keys):
    chosen = {"state.dir": place / "state", **{k.replace("__", "."): v for k, v in keys.items()}}
    return rk.Config.load(**chosen)


def test_the_command_copies_the_runs_the_sessions_books_name(place):
    book = (
        '{"sessions":[{"id":"s","mode":"paper","date":"2026-07-15","folder":"'
        f'{place / "runs/one"}"}}]}}'
    )
    (place / "state/main.sessions.json").write_text(book)
    code, text = command.backup(configured(place), place / "copies")
    assert (code, "4 files" in text) == (0, True)
    assert (backups(place / "copies")[0] / "runs/one/events.jsonl").is_file()


def test_the_command_refuses_while_a_session_runs_and_without_a_place(place: Path):
    with pytest.raises(BadConfig, match="--to DIR"):
        command.backup(configured(place), None)
    lock = SessionLock(place / "state", "main", "s-1")
    with pytest.raises(Refused, match="session s-1"):
        command.backup(configured(place), place / "copies")
    lock.release()
