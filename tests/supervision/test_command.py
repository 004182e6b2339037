"""`rustro serve` on the command line: what it refuses at once, and the systemd unit it prints."""

import configparser
import getpass
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rustro_kernel.cli import main
from rustro_kernel.commands.serve import run_words
from rustro_kernel.config import Config
from rustro_kernel.supervision.unit import unit
from tests.session.live.exchange_day import log_in_with

pytestmark = pytest.mark.usefixtures("no_rustro_environment")


@pytest.fixture
def rustro(tmp_path, monkeypatch, capsys):
    """Runs the command in an empty folder; exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nowhere"))

    def command(*args):
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return command


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["-p", "mode=live"], 3, "R202 live mode refused: it trades real money and must be"),
        (["-p", "mode=paper"], 2, "R101 secrets: RUSTRO_CLIENT_ID, RUSTRO_PIN"),
        (["-p", "run.out=here"], 2, "R101 run.out: got "),
        (["-p", "serve.look=1"], 2, "R101 serve.look: unknown key; did you mean serve.look_s?"),
        (["-p", "serve.lead_s=5"], 2, "R101 serve.lead_s: got '5', allowed is a number from 60"),
    ],
)
def test_what_every_morning_would_refuse_is_refused_now(rustro, tmp_path, words, code, sentence):
    found, out, err = rustro("serve", *words)
    assert (found, out) == (code, "")
    assert err.startswith(sentence)
    assert list(tmp_path.iterdir()) == []


def test_addresses_that_do_not_belong_together_are_refused(rustro, monkeypatch):
    log_in_with(monkeypatch)
    code, _, err = rustro("serve", "-p", "mode=paper", "-p", "broker.rest_url=http://127.0.0.1:9")
    assert code == 2
    assert "set all or none" in err


def test_each_day_is_run_under_the_same_words():
    words = run_words(Path("/a/live.toml"), "demo", {"strategy.min_dte": "0"}, confirmed=True)
    assert words == [
        "run", "--config", "/a/live.toml", "--profile", "demo", "-p", "strategy.min_dte=0",
        "--confirm-live",
    ]  # fmt: skip


def parsed(text):
    reader = configparser.ConfigParser(strict=True, interpolation=None)
    reader.optionxform = str
    reader.read_string(text)
    return reader


def test_the_unit_says_what_a_stop_needs(rustro, tmp_path):
    code, text, _ = rustro("serve", "--print-unit", "-p", "serve.stop_s=300", "--confirm-live")
    service = parsed(text)["Service"]
    assert code == 0
    assert service["KillMode"] == "mixed"
    assert float(service["TimeoutStopSec"]) == 300 + 120
    assert (service["Type"], service["Restart"]) == ("notify", "on-failure")
    assert service["RestartPreventExitStatus"].split() == ["2", "3"]
    assert service["SuccessExitStatus"] == "4"
    assert Path(parsed(text)["Unit"]["Documentation"].removeprefix("file:")).is_file()
    assert service["User"] == getpass.getuser()
    assert service["WorkingDirectory"] == str(tmp_path)
    assert service["ExecStart"].split() == [
        str(Path(sys.executable).parent / "rustro"), "serve", "-p", "serve.stop_s=300",
        "--confirm-live",
    ]  # fmt: skip


def test_a_percent_sign_is_none_of_systemds_specifiers():
    text = unit(Config().serve, ["serve", "-p", "a.b=5%"])
    assert parsed(text)["Service"]["ExecStart"].endswith("serve -p a.b=5%%")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "rustro.service"
    path.write_text(unit(Config().serve, ["serve", "--config", "live.toml"]))
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    mine = [line for line in (found.stdout + found.stderr).splitlines() if "rustro" in line]
    assert (found.returncode, mine) == (0, [])
