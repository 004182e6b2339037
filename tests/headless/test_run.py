"""`rustro run` as a user starts it: a process of its own, an empty home, a real kernel."""

import json
import os
import signal
import subprocess

import pytest

from rustro_kernel.records.health import read_health
from rustro_kernel.session.confirmation import VARIABLE
from rustro_kernel.session.lock import SessionLock
from rustro_kernel.session.sessions_book import book_of, read_book
from tests.headless.starting import RUN, empty_place, rustro, told
from tests.session.live.exchange_day import SECRETS, market
from tests.simulator.exchange.running import Running

pytestmark = [pytest.mark.kernel, pytest.mark.timeout(300)]


@pytest.fixture
def place(tmp_path):
    return empty_place(tmp_path)


def test_the_second_run_of_a_day_has_a_folder_of_its_own(place):
    for _ in range(2):
        assert rustro(place, "run", "-p", "strategy.enabled=false")[0] == 0
    first, second = sorted((place["cwd"] / "runs").iterdir())
    assert (first / "events.jsonl").read_bytes() == (second / "events.jsonl").read_bytes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_session_in_good_order(place, number):
    command = [*RUN, "run", "--speed", "600", "--out", "X"]
    with subprocess.Popen(command, **place, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if "Market OPEN" in line:
                running.send_signal(number)
    assert running.returncode == 0
    manifest = json.loads((place["cwd"] / "X" / "MANIFEST.json").read_text())
    assert manifest["exit_code"] == 0
    assert {"session.ipynb", "report.html"} < manifest["files"].keys()


def test_what_the_kernel_refuses_is_one_sentence_and_leaves_no_folder(place):
    lock = SessionLock(place["cwd"] / "state", "main", "the-first")
    try:
        code, out, err = rustro(place, "run", "--out", "X")
    finally:
        lock.release()
    assert (code, out) == (3, "")
    assert err.splitlines()[-1].startswith("R201 account main in ")
    assert "session the-first" in err
    assert err.count("\n") == 1
    assert not (place["cwd"] / "X").exists()


@pytest.fixture
def exchange():
    """A simulated exchange in its morning, twenty times as fast as the wall."""
    with Running(market(clock="09:10:00", speed=20)) as running:
        yield running


def cleared(place):
    """Whether the one session in the account's book counts as live trading."""
    [entry] = read_book(book_of(place["cwd"] / "state", "main")).sessions
    return entry.is_cleared


@pytest.mark.parametrize("args", [["paper"], ["live", "--confirm-live"]])
def test_paper_and_live_run_against_an_exchange_and_hold_no_secret(place, exchange, args):
    place["env"].update(SECRETS, RUSTRO_PIN="1234")
    command = [*RUN, "run", "--mode", *args, "--out", "X", *told(exchange.server)]
    with subprocess.Popen(command, **place, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout:
            if "Stream connected" in line:
                running.send_signal(signal.SIGINT)
    folder = place["cwd"] / "X"
    assert running.returncode == 0
    assert rustro(place, "verify", "X")[0] == 0
    assert rustro(place, "replay", "X")[0] == 0
    said = (folder / "session.ipynb").read_text() + (folder / "config.toml").read_text()
    assert f"-{args[0]}-main-1" in said
    assert "RUSTRO_CONFIRM_LIVE" not in said
    assert not [name for name, secret in SECRETS.items() if f'"{secret}"' in said]
    examined = [note for note in read_health(folder) if note.kind == "doctor"]
    assert bool(examined) is (args[0] == "live")
    assert all(note.values["verdict"] == "ok" for note in examined)
    assert cleared(place) is (args[0] == "live")


def test_what_the_doctor_refuses_is_said_on_the_terminal(place, exchange):
    place["env"].update(SECRETS)
    short = ("-p", "broker.master_min_rows=100000")
    command = (
        "run",
        "--mode",
        "live",
        "--confirm-live",
        "--out",
        "X",
        *told(exchange.server),
        *short,
    )
    code, out, _ = rustro(place, *command)
    assert code == 3
    assert "\nEnded: live mode refused: the doctor found master: " in out
    assert "wanted at least 100000 (exit code 3)\n" in out
    assert "Ended: live mode refused: the doctor found " in rustro(place, "why", "X")[1]
    assert not cleared(place)


def test_a_wrong_pin_is_said_once_and_the_run_folder_says_it_too(place, exchange):
    place["env"].update(SECRETS, RUSTRO_PIN="9999")
    code, out, err = rustro(place, "run", "--mode", "paper", "--out", "X", *told(exchange.server))
    assert (code, out.count("ALERT"), err.count("alert")) == (1, 1, 0)
    said = rustro(place, "why", "X")[1]
    assert "paper-main-1: it did not come to the check of its trading day\n" in said
    assert "No trade: the session ended in its start-up: no tokens from the broker: " in said
    assert "AB1007 Invalid clientcode or pin" in said


def test_the_word_for_live_reaches_its_own_kernel_only(place, exchange):
    place["env"].update(SECRETS)
    code, _, err = rustro(place, "run", "--mode", "live", "--out", "X", *told(exchange.server))
    assert code == 3
    assert "must be confirmed with --confirm-live" in err
    assert not (place["cwd"] / "X").exists()
    assert VARIABLE not in os.environ
