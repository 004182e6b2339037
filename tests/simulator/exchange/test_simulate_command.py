"""`rustro simulate`: what it refuses, and what it says when it opens."""

import signal
import subprocess
import sys

import pytest

from rustro_kernel.cli import main
from rustro_kernel.commands import simulate
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.market_time import at, show_time
from tests.simulator.exchange.make import DATE
from tests.simulator.exchange.running import server

pytestmark = pytest.mark.usefixtures("no_rustro_environment")


@pytest.fixture
def rustro(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def command(*args):
        with pytest.raises(SystemExit) as ended:
            main(["simulate", *map(str, args)])
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return command


def test_a_bad_fault_script_is_one_sentence(rustro, tmp_path):
    path = tmp_path / "faults.toml"
    path.write_text('[[fault]]\nwhat = "drop"\non = "nowhere"\n')
    code, out, err = rustro("--faults", path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("R101 fault[0]: drop cannot happen on 'nowhere'; it can on ")
    assert rustro("--faults", tmp_path / "none.toml")[0] == 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--start", "8h"], "R101 --start: a time is HH:MM or HH:MM:SS, got '8h'; or now"),
        (["--date", "2026-01-26"], "R103 2026-01-26 is no trading day"),
        (["--data", "none.parquet"], "no such file"),
        (["--speed", "fast"], "R101 sim.speed: "),
        (["--speed", "max"], "R101 sim.speed: an exchange has a clock: say a number"),
        (["--totp-seed", "GEZDGNBVGY3TQOJ1"], "R101 --totp-seed: it holds characters other than"),
    ],
)
def test_what_cannot_be_played_is_refused(rustro, args, words):
    code, out, err = rustro(*args)
    assert (code, out) == (2, "")
    assert words in err


def test_it_opens_says_who_may_log_in_and_closes_on_ctrl_c():
    words = ["simulate", "--port", "0", "--client", "ME1", "--funds", "5000"]
    command = [sys.executable, "-c", f"from rustro_kernel.cli import main; main({words})"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as opened:
        said = "".join(iter(opened.stdout.readline, "Ctrl-C closes it.\n"))
        opened.send_signal(signal.SIGINT)
    assert opened.returncode == 0
    assert "REST           http://127.0.0.1:" in said
    assert "client ME1  PIN 1234  API key simkey" in said
    assert "TOTP seed GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ  funds Rs 5,000.00" in said


def test_the_welcome_names_every_address():
    words = simulate.welcome(server())
    assert "ws://127.0.0.1:0/smart-stream" in words
    assert "http://127.0.0.1:0/_simulator/status" in words
    assert "SmartAPI exchange for 2026-09-09: generated:range seed 7" in words


def test_the_clock_starts_where_it_is_told_or_now():
    assert show_time(simulate.starting(DATE, "08:45")) == "2026-09-09 08:45:00"
    assert at(DATE, "00:00") <= simulate.starting(DATE, "now") < at(DATE, "23:59:59") + 10**9
    with pytest.raises(BadConfig):
        simulate.starting(DATE, "25:00")
