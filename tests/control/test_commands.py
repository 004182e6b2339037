"""`rustro status | pause | resume | flatten | set | stop | kill`: exit codes and words."""

import json
from concurrent.futures import Future

import msgspec
import pytest

from rustro_kernel.cli import main
from rustro_kernel.commands.kill import kill
from rustro_kernel.control.messages import Reply
from rustro_kernel.control.status import Status
from rustro_kernel.session import outside
from rustro_kernel.session.lock import SessionLock
from tests.control.serving import FakeDesk, serving
from tests.session.waiting import until


@pytest.fixture
def rustro(tmp_path, capsys):
    """Runs a command on the state folder; returns exit code, stdout and stderr."""

    def command(*words: str, state: object = tmp_path):
        with pytest.raises(SystemExit) as ended:
            main([*words, "--state", str(state)])
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return command


@pytest.fixture
def desk(tmp_path):
    desk = FakeDesk()
    with serving(tmp_path, desk):
        yield desk


@pytest.mark.parametrize(
    ("words", "name", "args"),
    [
        (["pause"], "pause", {}),
        (["resume", "looked at it"], "resume", {"reason": "looked at it"}),
        (["resume"], "resume", {"reason": ""}),
        (["flatten"], "flatten", {}),
        (["set", "risk.max_positions", "2"], "set", {"key": "risk.max_positions", "value": "2"}),
        (["stop"], "stop", {"flatten": "true"}),
        (["stop", "--leave-positions"], "stop", {"flatten": "false"}),
        (["kill", "--reason", "why"], "kill", {"reason": "why"}),
    ],
)
def test_each_command_is_sent_once_with_what_it_needs(rustro, desk, words, name, args):
    code, out, _ = rustro(*words)
    (command,) = desk.commands
    assert (command.name, command.args, command.actor) == (name, args, "command line")
    assert code == 0
    assert out.startswith(f"{name}: accepted" if name != "kill" else "killed main")


def test_what_the_engine_refuses_is_exit_3_and_its_sentence(rustro, desk):
    desk.held["pause"] = Future()
    desk.held["pause"].set_result(Reply("p", accepted=False, text="already paused"))
    assert rustro("pause") == (3, "pause refused: already paused\n", "")
    code, out, _ = rustro("pause", "--json")
    assert (code, json.loads(out)) == (3, {"id": "p", "accepted": False, "text": "already paused"})


def test_status_is_a_picture_or_one_line_of_json(rustro, desk):
    code, out, _ = rustro("status")
    assert (code, out.splitlines()[0]) == (0, "s-1  account main  /runs/s-1")
    code, out, _ = rustro("status", "--json", "--account", "main")
    assert code == 0
    assert msgspec.json.decode(out, type=Status) == desk.status()


@pytest.mark.parametrize(
    "words", [["status"], ["pause"], ["resume"], ["flatten"], ["set", "a", "b"], ["stop"], ["kill"]]
)
def test_where_nothing_runs_every_command_is_refused(rustro, tmp_path, words):
    for state in (tmp_path, tmp_path / "none"):
        code, out, err = rustro(*words, state=state)
        assert (code, out) == (3, "")
        assert f"no session runs on {state}" in err


def test_a_session_that_runs_and_does_not_listen_is_exit_1_and_named(rustro, tmp_path):
    lock = SessionLock(tmp_path, "main", "stuck")
    code, _, err = rustro("status")
    lock.release()
    assert code == 1
    assert "session stuck" in err
    assert "nobody listens" in err


def test_of_several_sessions_one_must_be_named_but_a_kill_is_for_all(rustro, desk, tmp_path):
    other = FakeDesk()
    with serving(tmp_path, other, account="other"):
        assert rustro("pause")[0] == 2
        assert rustro("pause", "--account", "other")[0] == 0
        assert rustro("kill")[1] == (
            "killed main; its run folder gets an incident report\n"
            "killed other; its run folder gets an incident report\n"
        )
        assert rustro("kill", "--account", "main")[0] == 0
    assert [c.name for c in desk.commands] == ["kill", "kill"]
    assert [c.name for c in other.commands] == ["pause", "kill"]


def test_a_kill_of_an_account_that_does_not_trade_touches_nobody(rustro, desk, tmp_path):
    assert rustro("kill", "--account", "other")[0] == 3
    assert desk.commands == []
    assert not (tmp_path / "EMERGENCY_STOP").exists()


def test_a_session_whose_socket_is_mute_is_killed_by_the_file(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(outside, "KILL_S", 0.05)
    desk.held["kill"] = Future()
    lock = SessionLock(tmp_path, "main", "mute")
    code, text = kill(tmp_path, "why", wait_s=0)
    lock.release()
    desk.held["kill"].set_result(Reply("k", accepted=True, text=""))
    assert (code, "not taken yet by session mute" in text) == (1, True)
    assert (tmp_path / "EMERGENCY_STOP").read_text() == "why\n"
    assert len({command.id for command in desk.commands}) == 1


async def test_a_session_without_a_socket_is_killed_by_the_file(make, tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    (state / "main.sock").write_text("not a socket")
    session = make(**{"sim.speed": 20})
    await session.start()
    await until(lambda: session.view.state == "WAITING")
    code, text = kill(state, "because", wait_s=60)  # blocks the notebook's loop
    assert (code, f"killed session {session.id}" in text) == (0, True)
    await session.stop()
    result = await session.run()
    assert result.exit_code == 4
    said = next(e.data for e in session.events if e.type == "KillSwitchActivated")
    assert (said.actor, said.reason) == ("EMERGENCY_STOP", "because")


async def test_a_kill_from_the_command_line_is_recorded_with_its_reason(make, tmp_path):
    session = make(**{"sim.speed": 20})
    await session.start()
    await until(lambda: session.view.state == "WAITING")
    code, _ = kill(tmp_path / "state", "looks wrong")  # blocks the notebook's loop
    assert code == 0
    said = next(e.data for e in session.events if e.type == "KillSwitchActivated")
    assert (said.actor, said.reason) == ("command line", "looks wrong")
    assert not list((tmp_path / "state").glob("EMERGENCY_STOP*"))
    await session.stop()
    assert (await session.run()).exit_code == 4
