"""The file EMERGENCY_STOP kills whatever runs on its state folder, and nothing else."""

import os
from time import monotonic

import pytest

import rustro_kernel as rk
from rustro_kernel.commands.kill import kill
from rustro_kernel.commands.run import checked_folder
from rustro_kernel.domain.errors import EmergencyStopFound, Refused
from rustro_kernel.engine.inputs import Command
from rustro_kernel.records.file_lock import FileLock
from rustro_kernel.records.verify import verify
from rustro_kernel.session.emergency import EmergencyStop, reason_in
from rustro_kernel.session.lock import SessionLock
from rustro_kernel.session.session import Session
from tests.session.waiting import until, until_blocking

SLACK = 3
"""Machines are shared; a deadline may take so many times as long."""


class Takes:
    """Numbers commands from 7 on."""

    def __init__(self) -> None:
        self.commands: list[Command] = []

    def __call__(self, command):
        self.commands.append(command)
        return 6 + len(self.commands)


def refuse(*_):
    raise OSError("read-only")


def put(folder, text="the feed looks wrong\n"):
    folder.mkdir(exist_ok=True)
    path = folder / "EMERGENCY_STOP"
    path.write_text(text)
    return path


def kept(folder) -> list[str]:
    return sorted(path.name.partition("-")[0] for path in folder.iterdir())


@pytest.mark.parametrize("written_s", [0, 1_700_000_000])
def test_a_file_that_was_written_long_ago_and_is_moved_here_again_kills_again(tmp_path, written_s):
    takes, stop = Takes(), EmergencyStop(tmp_path)
    path = put(tmp_path)
    os.utime(path, (written_s, written_s))
    stop.look(takes, durable=7)
    stop.look(takes, durable=7)
    (taken,) = tmp_path.iterdir()
    taken.rename(path)
    stop.look(takes, durable=7)
    first, second = takes.commands
    assert first.id != second.id


def test_a_file_is_taken_once_and_renamed_when_its_command_is_on_disk(tmp_path):
    path, takes, stop = put(tmp_path), Takes(), EmergencyStop(tmp_path)
    stop.look(takes, durable=5)
    stop.look(takes, durable=6)
    (command,) = takes.commands
    assert (command.name, command.actor) == ("kill", "EMERGENCY_STOP")
    assert command.args == {"reason": "the feed looks wrong"}
    assert path.exists()  # a crash now would forget nothing
    stop.look(takes, durable=7)
    assert kept(tmp_path) == ["EMERGENCY_STOP.taken"]
    stop.look(takes, durable=8)
    assert len(takes.commands) == 1


def test_a_second_file_is_a_second_kill(tmp_path):
    takes, stop = Takes(), EmergencyStop(tmp_path)
    for durable in (7, 8):
        put(tmp_path)
        stop.look(takes, durable=0)
        stop.look(takes, durable=durable)
    assert len({command.id for command in takes.commands}) == 2


def test_no_file_and_no_folder_are_nothing(tmp_path):
    takes = Takes()
    EmergencyStop(tmp_path / "none").look(takes, durable=0)
    assert takes.commands == []


def test_a_file_that_cannot_be_renamed_kills_once(tmp_path, monkeypatch, caplog):
    path, takes, stop = put(tmp_path), Takes(), EmergencyStop(tmp_path)
    monkeypatch.setattr(
        type(path), "rename", lambda *_: (_ for _ in ()).throw(OSError("read-only"))
    )
    for _ in range(4):
        stop.look(takes, durable=99)
    assert len(takes.commands) == 1
    assert "remove it by hand" in caplog.text


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", ""), (b"  a\n b\t", "a b"), (b"\xff\x00bad", "\ufffd bad"), (b"x" * 10_000, "x" * 500)],
)
def test_the_reason_is_one_short_printable_line(tmp_path, content, reason):
    (tmp_path / "f").write_bytes(content)
    assert reason_in(tmp_path / "f") == reason


def test_whatever_bears_the_name_counts(tmp_path):
    takes = Takes()
    (tmp_path / "EMERGENCY_STOP").mkdir()
    EmergencyStop(tmp_path).look(takes, durable=0)
    assert takes.commands[0].args == {"reason": ""}


@pytest.fixture
def make(tmp_path):
    def make(**keys: object) -> Session:
        chosen = {"run.out": tmp_path / "run", "state.dir": tmp_path / "state", **keys}
        return Session(rk.Config.load(**chosen), out=lambda line: None)

    return make


def said(session: Session) -> list[str]:
    return [event.type for event in tuple(session.events)]


async def test_nothing_new_starts_while_the_file_is_there(make, tmp_path):
    path = put(tmp_path / "state")
    with pytest.raises(EmergencyStopFound, match=r"feed looks wrong\); delete that file to start"):
        await make().start()
    with pytest.raises(EmergencyStopFound):
        checked_folder(make()._cfg, confirmed=False)
    path.unlink()
    session = make()
    await session.start()
    await session.stop()
    await session.run()


async def test_it_is_found_within_a_second_while_a_cell_blocks_and_reported(make, tmp_path):
    session = make(**{"sim.speed": 20})
    await session.start()
    await until(lambda: session.view.state == "WAITING")
    begun = monotonic()
    put(tmp_path / "state")
    until_blocking(lambda: "KillSwitchActivated" in said(session))
    found = monotonic()
    until_blocking(lambda: "KillCompleted" in said(session))
    until_blocking(lambda: list((tmp_path / "run").glob("incident-*.md")))
    assert found - begun < SLACK * 1.0
    until_blocking(lambda: "EMERGENCY_STOP.taken" in kept(tmp_path / "state"))
    await session.stop()
    result = await session.run()
    assert (result.exit_code, result.reason) == (4, "killed")
    assert verify(result.folder) == []
    killed = next(e.data for e in session.events if e.type == "KillSwitchActivated")
    assert (killed.actor, killed.reason) == ("EMERGENCY_STOP", "the feed looks wrong")


async def test_the_command_line_kills_what_runs_and_nothing_else(make, tmp_path):
    with pytest.raises(Refused, match="nothing was killed"):
        kill(tmp_path / "state", "why")
    session = make(**{"sim.speed": 20})
    await session.start()
    await until(lambda: session.view.state == "WAITING")
    code, text = kill(tmp_path / "state", "because", wait_s=60)  # blocks the notebook's loop
    assert (code, "killed session" in text) == (0, True)
    until_blocking(lambda: "KillSwitchActivated" in said(session))
    await session.stop()
    assert (await session.run()).exit_code == 4
    with pytest.raises(Refused):
        kill(tmp_path / "state", "again")
    assert not (tmp_path / "state" / "EMERGENCY_STOP").exists()


def test_a_kill_between_a_crash_and_the_next_start_says_that_one_may_come(tmp_path):
    lock = FileLock(tmp_path / "main.serving", "the supervision", "rustro serve")
    with pytest.raises(Refused, match="may be starting one: look, and try again"):
        kill(tmp_path, "why")
    lock.release()
    with pytest.raises(Refused, match=r"nothing was killed$"):
        kill(tmp_path, "why")


def test_a_kill_that_nobody_takes_says_so(tmp_path):
    lock = SessionLock(tmp_path, "main", "stuck")
    code, text = kill(tmp_path, "why", wait_s=0)
    lock.release()
    assert code == 1
    assert "not taken yet by session stuck" in text


async def test_a_day_at_full_speed_is_killed_too(make, tmp_path):
    session = make(**{"sim.date": "2021-11-04"})
    await session.start()
    await until(lambda: session.view.input > 0)
    put(tmp_path / "state")
    result = await session.run()
    assert result.exit_code == 4
    assert "EMERGENCY_STOP.taken" in kept(tmp_path / "state")
    assert verify(result.folder) == []
