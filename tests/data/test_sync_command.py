"""`rustro data sync` as a user meets it: against an exchange, interrupted, and without keys."""

import signal

import pytest

from rustro_kernel.cli import main
from rustro_kernel.domain.market_time import midnight_ns
from rustro_kernel.records.bars.reader import BarReader
from rustro_kernel.records.bars.store import BarStore
from tests.data.syncing import M1, NIFTY, SPRING, arguments, child
from tests.session.live.exchange_day import SECRETS, log_in_with
from tests.session.live.make import fast_server
from tests.session.waiting import until_blocking
from tests.simulator.exchange.make import DATE, market
from tests.simulator.exchange.running import Running

SINCE = ("--from", str(SPRING))
RESUME = "the same command goes on with what is missing"


@pytest.fixture
def exchange():
    """An exchange long before the open; a second login waits for the next one-time code."""
    with Running(fast_server(clock="05:00:00", speed=60)) as running:
        yield running


@pytest.fixture
def rustro(exchange, tmp_path, capsys, no_rustro_environment):
    """The command against it: exit code, output, errors."""
    log_in_with(no_rustro_environment)

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            main(arguments(exchange.url, tmp_path, *words))
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


def stored(folder):
    return BarReader(folder / "state" / "bars").load(NIFTY, M1, 0, 4 * 10**18).bars()


def asked(exchange):
    return exchange.exchange.requests["getCandleData"]


def wanted():
    return market().past_minutes(NIFTY, midnight_ns(SPRING), midnight_ns(DATE))


def test_a_sync_says_each_piece_and_leaves_a_report(rustro, exchange, tmp_path):
    code, out, err = rustro("nifty", "--from", "2026-09-07")
    assert code == 0
    assert "1/2 NIFTY 2026-09-07..2026-09-08: 720 bars new, 0 corrected" in err
    assert "0 days were there, 2 of 2 read" in out
    [report] = (tmp_path / "state" / "syncs").glob("*.json")
    assert f"report: {report}" in out
    code, out, err = rustro("NIFTY", "--from", "2026-09-07")
    assert (code, err, "report:" in out) == (0, "", False)
    assert "2 days were there, 0 of 0 read" in out


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_sync_is_resumed_by_the_same_command(rustro, exchange, tmp_path, blow):
    command = arguments(exchange.url, tmp_path, NIFTY, *SINCE)
    with child(*command) as started:
        assert started.stderr.readline().startswith("1/4 NIFTY")
        started.send_signal(blow)
        out, _ = started.communicate(timeout=60)
    before, held = asked(exchange), stored(tmp_path)
    if blow == signal.SIGINT:
        assert started.returncode == 130
        assert f"interrupted: {RESUME}" in out
        assert "not read yet" in out
        assert "missing" not in out.replace(RESUME, "")
    assert held
    code, _, err = rustro(NIFTY, *SINCE)
    assert code == 0
    pieces = err.splitlines()
    assert 0 < len(pieces) == asked(exchange) - before < 4
    bars = stored(tmp_path)
    assert bars == wanted()[-len(bars) :]
    assert rustro(NIFTY, *SINCE)[2] == ""


def test_a_second_interrupt_does_not_wait_for_an_answer(rustro, tmp_path):
    script = '[[fault]]\nwhat = "stall"\non = "getCandleData"\nnth = 2\n'
    stuck = fast_server(script, clock="05:00:00", speed=60)
    with Running(stuck) as slow, child(*arguments(slow.url, tmp_path, NIFTY, *SINCE)) as started:
        assert started.stderr.readline().startswith("1/4 NIFTY")
        until_blocking(lambda: asked(slow) == 2)
        started.send_signal(signal.SIGINT)
        assert "Ctrl-C again stops at once" in started.stderr.readline()
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=60)
    assert (started.returncode, err) == (130, "")
    assert f"interrupted: {RESUME}" in out
    assert stored(tmp_path)


def test_on_a_terminal_there_is_a_bar(rustro, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    code, out, err = rustro(NIFTY, "--from", "2026-09-07")
    assert (code, "100%" in err, "1/1" in err) == (0, True, False)
    assert "2 of 2 read" in out


def test_missing_credentials_are_named(rustro, no_rustro_environment, tmp_path):
    for name in SECRETS:
        no_rustro_environment.delenv(name)
    no_rustro_environment.setenv("XDG_CONFIG_HOME", str(tmp_path / "nowhere"))
    code, out, err = rustro("NIFTY")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert all(name in err for name in SECRETS)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("NIFTY", "--timeframe", "5m"), "5m bars are made of it"),
        (("NIFTY", "--from", "2026-09-10"), "is after 2026-09-09"),
        (("NIFTY", "--from", "monday"), "a date is YYYY-MM-DD"),
        (("GOLD",), "GOLD is not listed today"),
    ],
)
def test_bad_usage_is_one_sentence(rustro, words, sentence):
    code, out, err = rustro(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert sentence in err


def test_a_store_that_is_written_to_is_left_alone(rustro, tmp_path):
    session = BarStore(tmp_path / "state" / "bars")
    code, _, err = rustro("NIFTY")
    session.close()
    assert (code, err.count("\n")) == (3, 1)
    assert "is already in use" in err


def test_a_refused_pin_is_one_sentence_and_nothing_is_lost(rustro, no_rustro_environment):
    log_in_with(no_rustro_environment, RUSTRO_PIN="9999")
    code, out, err = rustro(NIFTY, "--from", str(DATE.replace(day=1)))
    assert (code, err.count("\n")) == (2, 1)
    assert f"not finished: {RESUME}" in out
    assert "9999" not in out + err
