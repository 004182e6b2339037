"""The command line: what it refuses, in one sentence, without leaving anything behind."""

import csv
import datetime as dt
import json
from contextlib import contextmanager

import pytest
import typer

from rustro_kernel.cli import main
from rustro_kernel.cli_options import interruptible
from rustro_kernel.commands.options import overrides
from rustro_kernel.domain.errors import BadUsage
from tests.records.make import finished_run
from tests.session.live.exchange_day import addresses, log_in_with, telling_time

pytestmark = pytest.mark.usefixtures("no_rustro_environment")
IST = dt.timezone(dt.timedelta(hours=5, minutes=30))
OPEN = dt.datetime(2021, 11, 30, 9, 15, tzinfo=IST)
MINUTES = [OPEN + dt.timedelta(minutes=n) for n in range(3)]


@pytest.fixture
def rustro(tmp_path, monkeypatch, capsys):
    """Runs the command in an empty folder; returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def command(*args):
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return command


@pytest.fixture
def no_keys(tmp_path, monkeypatch):
    """No secret is found anywhere."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nowhere"))


@pytest.fixture
def clock_at(no_keys, monkeypatch):
    """Tells the time of a date as a simulated exchange does; the credentials are there."""
    log_in_with(monkeypatch)

    @contextmanager
    def clock_at(date):
        with telling_time(dt.date.fromisoformat(date)) as url:
            yield [w for pair in addresses(url).items() for w in ("-p", "=".join(pair))]

    return clock_at


def bars(path, times, columns=("ts", "open", "high", "low", "close")):
    """A CSV of bars at these times."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *([t, 100, 101, 99, 100] for t in times)])
    return path


def refused(rustro, tmp_path, *args, code=2):
    """The one sentence of a refusal that left no trace."""
    before = sorted(tmp_path.iterdir())
    exit_code, out, err = rustro("run", *args)
    assert (exit_code, out, err.count("\n")) == (code, "", 1)
    assert sorted(tmp_path.iterdir()) == before
    return err.rstrip()


def test_an_unknown_key_is_refused(rustro, tmp_path):
    assert refused(rustro, tmp_path, "-p", "strategy.min_dt=0") == (
        "R101 strategy.min_dt: unknown key; did you mean strategy.min_dte? (in overrides)"
    )


def test_a_value_out_of_range_is_refused(rustro, tmp_path):
    assert refused(rustro, tmp_path, "-p", "strategy.min_dte=99") == (
        "R101 strategy.min_dte: got '99', allowed is a whole number from 0 up to 60 (in overrides)"
    )


def test_broken_toml_is_refused(rustro, tmp_path):
    path = tmp_path / "my.toml"
    path.write_text("[strategy\n")
    assert refused(rustro, tmp_path, "--config", path).startswith(
        "R101 config: the file is no valid TOML: "
    )


def test_a_pair_without_a_value_is_refused(rustro, tmp_path):
    assert refused(rustro, tmp_path, "-p", "strategy.min_dte") == (
        "R100 -p wants KEY=VALUE, such as -p strategy.min_dte=0, and got 'strategy.min_dte'"
    )


def test_an_unknown_profile_is_refused(rustro, tmp_path):
    assert refused(rustro, tmp_path, "--profile", "dmo") == (
        "R101 profile: got 'dmo', allowed is one of demo"
    )


def test_a_holiday_names_the_next_trading_day(rustro, tmp_path):
    words = refused(rustro, tmp_path, "--date", "2026-01-26")
    assert words.startswith("R103 2026-01-26 is no trading day (")
    assert words.endswith("the next one is 2026-01-27")


def test_a_missing_file_is_refused(rustro, tmp_path):
    words = refused(rustro, tmp_path, "--data", "none.parquet", "--date", "2021-11-30")
    assert words == f"R102 {tmp_path / 'none.parquet'}: no such file"


@pytest.mark.parametrize(
    ("times", "columns", "problem"),
    [
        (MINUTES, ("when", "open", "high", "low", "close"), "has no column ts"),
        ([MINUTES[0], MINUTES[2], MINUTES[1]], None, "rows must be sorted by ts"),
        ([MINUTES[0], MINUTES[1], MINUTES[1]], None, "repeats the ts of the row above it"),
        ([t.replace(tzinfo=None) for t in MINUTES], None, "have no time zone"),
        ([], None, "bars.csv"),
    ],
)
def test_a_bar_file_that_cannot_be_used_is_refused(rustro, tmp_path, times, columns, problem):
    path = bars(tmp_path / "bars.csv", times, columns or ("ts", "open", "high", "low", "close"))
    words = refused(rustro, tmp_path, "--data", path, "--date", "2021-11-30")
    assert words.startswith("R102 bars.csv")
    assert problem in words


def test_a_date_outside_the_file_is_refused(rustro, tmp_path):
    path = bars(tmp_path / "bars.csv", MINUTES)
    words = refused(rustro, tmp_path, "--data", path, "--date", "2021-12-01")
    assert words.startswith("R102 bars.csv: 2021-12-01 lies outside the file")


def test_a_folder_that_holds_something_is_refused(rustro, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    words = refused(rustro, tmp_path, "--out", "mine")
    assert words == f"R101 run.out: {folder} exists and is not empty; choose another folder"


@pytest.mark.parametrize("key", ["run.out", "state.dir"])
def test_a_place_that_no_folder_can_be_is_refused_before_a_kernel_starts(rustro, tmp_path, key):
    (tmp_path / "letter.txt").write_text("dear")
    words = refused(rustro, tmp_path, "-p", f"{key}=letter.txt/below")
    assert words.startswith(f"R101 {key}: {tmp_path / 'letter.txt/below'} cannot be used: ")


@pytest.mark.parametrize("args", [["--data"], ["--out"], ["--config"], ["-p", "state.dir="]])
def test_a_name_that_is_too_long_is_one_sentence(rustro, tmp_path, args):
    *before, last = args
    given = [*before, last + "x" * 300] if last.endswith("=") else [*args, "x" * 300]
    assert "File name too long" in refused(rustro, tmp_path, *given)


@pytest.mark.parametrize(
    ("pair", "allowed"),
    [
        ("account.balance=1e300", "a number above 0 up to 1000000000000"),
        ("risk.max_order_value=1e20", "a number above 0 up to 1000000000000"),
        ("orders.retry_at_s=[0, 1e300, 2e300, 3e300, 4e300]", "a number from 0 up to 86400"),
        ("orders.retry_steps_pct=[0, 1e300, 2e300, 3e300]", "a number from 0 up to 100"),
    ],
)
def test_a_number_no_record_could_hold_is_refused(rustro, tmp_path, pair, allowed):
    assert allowed in refused(rustro, tmp_path, "-p", pair)


def test_an_empty_profile_is_none_of_ours(rustro, tmp_path):
    assert refused(rustro, tmp_path, "--profile", "").startswith("R101 profile: got ''")


def test_what_a_file_brings_into_the_sentence_stays_in_one_line(rustro, tmp_path):
    path = tmp_path / "bars.csv"
    path.write_bytes(bytes(range(256)) * 20)
    assert refused(rustro, tmp_path, "--data", path, "--date", "2021-11-30").isprintable()


def test_live_must_be_confirmed(rustro, tmp_path):
    words = refused(rustro, tmp_path, "--mode", "live", code=3)
    assert words.startswith("R202 live mode refused: it trades real money and must be confirmed")


@pytest.mark.parametrize("args", [["paper"], ["live", "--confirm-live"]])
def test_missing_credentials_are_named_before_anything_is_made(rustro, tmp_path, no_keys, args):
    words = refused(rustro, tmp_path, "--mode", *args)
    assert words.startswith(
        "R101 secrets: RUSTRO_CLIENT_ID, RUSTRO_PIN, RUSTRO_API_KEY, RUSTRO_TOTP_SEED are missing"
    )


@pytest.mark.parametrize("args", [["paper"], ["live", "--confirm-live"]])
def test_a_day_without_trading_names_the_next_and_is_no_failure(rustro, tmp_path, clock_at, args):
    with clock_at("2026-01-26") as told:
        code, out, err = rustro("run", "--mode", *args, *told)
    assert (code, err) == (0, "")
    assert out.startswith("2026-01-26 is no trading day (")
    assert out.endswith("the next one is 2026-01-27\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("date", "why"), [("2026-11-08", "is unverified"), ("2026-12-31", "the next trading day")]
)
def test_live_refuses_a_day_it_does_not_know_enough_of(rustro, tmp_path, clock_at, date, why):
    with clock_at(date) as told:
        words = refused(rustro, tmp_path, "--mode", "live", "--confirm-live", *told, code=3)
    assert words.startswith("R202 live mode refused: ")
    assert why in words


def test_the_doctor_says_what_is_missing_and_is_red(rustro, tmp_path, no_keys):
    code, out, err = rustro("doctor")
    assert (code, err) == (3, "")
    assert "fail credentials   RUSTRO_CLIENT_ID, RUSTRO_PIN, " in out
    assert "skip login" in out
    code, out, _ = rustro("doctor", "--json")
    verdicts = {check["name"]: check["verdict"] for check in json.loads(out)}
    assert (code, verdicts["credentials"], verdicts["feed"]) == (3, "fail", "skip")


def test_flags_set_their_keys_and_beat_pairs():
    assert overrides(["sim.seed=8", "strategy.min_dte=0"], {"sim.seed": 9, "mode": None}) == {
        "sim.seed": "9",
        "strategy.min_dte": "0",
    }


def test_a_path_means_the_same_in_the_notebooks_kernel(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert overrides([], {"sim.data": "bars.csv"}) == {"sim.data": str(tmp_path / "bars.csv")}
    assert overrides(["sim.data=null"], {}) == {"sim.data": "null"}


def test_a_pair_needs_a_key():
    with pytest.raises(BadUsage):
        overrides(["=3"], {})


@pytest.mark.parametrize("command", ["replay", "verify", "why"])
def test_a_folder_without_a_run_is_refused(rustro, tmp_path, command):
    assert rustro(command, tmp_path)[::2] == (
        2,
        f"R102 {tmp_path}: holds no run: there is no events.jsonl\n",
    )
    assert rustro(command, tmp_path / "none")[0] == 2


def test_verify_passes_a_whole_run_and_fails_a_changed_one(rustro, tmp_path):
    ledger = finished_run(tmp_path / "X") / "events.jsonl"
    assert rustro("verify", "X")[:2] == (0, "verified: X is whole and unchanged\n")
    ledger.write_bytes(ledger.read_bytes().replace(b'"seq":3,', b'"seq":4,', 1))
    code, out, _ = rustro("verify", "X")
    assert (code, out.splitlines()[0]) == (
        1,
        "events.jsonl, record 3: its bytes do not match its hash",
    )


@pytest.mark.parametrize("content", [b"", b"\x00\xff hello\n"])
def test_why_says_nothing_of_a_day_it_cannot_read(rustro, tmp_path, content):
    (tmp_path / "events.jsonl").write_bytes(content)
    code, out, err = rustro("why", tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith(f"R102 {tmp_path}: the ledger holds no event that can be read: ")


def test_config_show_is_toml_that_loads_again(rustro, tmp_path):
    code, out, _ = rustro("config", "show", "--profile", "demo")
    path = tmp_path / "shown.toml"
    path.write_text(out)
    assert code == 0
    assert (
        rustro("config", "check", "--config", path)[1]
        == (rustro("config", "check", "--profile", "demo")[1])
    )


def test_config_check_names_what_is_changed(rustro):
    _, out, _ = rustro("config", "check", "-p", "strategy.min_dte=0")
    assert "strategy.min_dte = 0 (default 1)" in out


def test_config_check_warns_of_a_trail_below_cost(rustro):
    assert "rests +0.47 % from the entry price" in rustro("config", "check")[1]
    assert "note:" not in rustro("config", "check", "-p", "exits.trail_activate_pct=10")[1]


def test_ctrl_c_ends_a_command_with_a_sentence(capsys):
    with pytest.raises(typer.Exit) as ended, interruptible("nothing was kept"):
        raise KeyboardInterrupt
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err == "interrupted: nothing was kept\n"


def test_config_init_writes_a_file_that_changes_nothing_and_never_overwrites(rustro):
    assert rustro("config", "init")[0] == 0
    assert "everything is at its default" in rustro("config", "check", "--config", "rustro.toml")[1]
    assert rustro("config", "init")[::2] == (
        2,
        "R100 rustro.toml is there already and was left as it is\n",
    )
