"""`rustro data ...` as a user meets it."""

import csv as csv_file
import datetime as dt
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from rustro_kernel.brokers.angelone.sanity_rules import Flaw
from rustro_kernel.cli import main
from rustro_kernel.domain.quality import Gate, rules_of
from rustro_kernel.engine import quotes
from tests.data.make import RULES, csv, day, days

COMMAND = (sys.executable, "-c", "from rustro_kernel.cli import main; main()")


@pytest.fixture
def rustro(tmp_path, capsys, no_rustro_environment):
    """The command line on a state folder of its own: exit code, output, errors."""

    def run(*args):
        with pytest.raises(SystemExit) as ended:
            main(["data", *map(str, args), "-p", f"state.dir={tmp_path / 'state'}"])
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


def test_import_stats_gaps_and_export_fit_together(rustro, tmp_path):
    path = csv(tmp_path, days()[:-5])
    code, out, _ = rustro("import", path, "--as", "NIFTY")
    assert (code, "stored: 745 new" in out) == (0, True)
    code, out, _ = rustro("stats")
    assert (code, out.split()[:4]) == (0, ["NSE:99926000", "1m", "745", "bars"])
    code, out, _ = rustro("gaps")
    assert (code, "2023-03-15: 5 missing: 15:25..15:29" in out) == (1, True)
    code, out, _ = rustro(
        "export", "bars", "--as", "NIFTY", "--until", "2023-03-14", "--to", tmp_path / "out.csv"
    )
    assert code == 0
    rows = list(csv_file.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    assert (len(rows), rows[0]["open_paise"]) == (375, "1700000")
    code, out, _ = rustro("import", tmp_path / "out.csv", "--as", "NIFTY")
    assert (code, "stored: 0 new, 375 there already" in out) == (0, True)


@pytest.mark.parametrize(
    ("anchor", "starts"),
    [("open", ["09:15", "10:15", "11:15"]), ("clock", ["09:00", "10:00", "11:00"])],
)
def test_hours_are_exported_from_the_stored_minutes(rustro, tmp_path, anchor, starts):
    rustro("import", csv(tmp_path, day()), "--as", "NIFTY")
    to, grid = tmp_path / "out.csv", f"bars.anchor={anchor}"
    asked = ("export", "bars", "--as", "NIFTY", "--timeframe", "1h", "--to", to, "-p", grid)
    assert rustro(*asked)[0] == 0
    rows = list(csv_file.DictReader(to.read_text().splitlines()))
    assert [row["start_ist"][11:16] for row in rows[:3]] == starts
    assert (len(rows), rows[0]["open_paise"], rows[-1]["close_paise"]) == (7, "1700000", "1718750")
    assert [row["stub"] for row in rows] == ["false"] * 6 + ["true"]


def test_minutes_win_over_stored_hours_and_other_days_keep_theirs(rustro, tmp_path):
    hours = csv(tmp_path, days("09:15", "15:15", step=60), name="hours.csv")
    stated = ("--as", "NIFTY", "--timeframe", "1h", "--labels", "start")
    assert rustro("import", hours, *stated)[0] == 0
    rustro("import", csv(tmp_path, day(price=17_500.0)), "--as", "NIFTY")
    to = tmp_path / "out.csv"
    rustro("export", "bars", "--as", "NIFTY", "--timeframe", "1h", "--to", to)
    rows = list(csv_file.DictReader(to.read_text().splitlines()))
    assert len(rows) == 14
    assert [rows[n]["open_paise"] for n in (0, 7)] == ["1750000", "1700000"]


def test_a_dry_run_and_a_bad_file_leave_nothing_behind(rustro, tmp_path):
    path = csv(tmp_path, days())
    assert rustro("import", path, "--as", "NIFTY", "--dry-run")[0] == 0
    bad = csv(tmp_path, [*days(), "2023-03-16 09:15:00,x,1,1,1,0"], name="bad.csv")
    code, out, err = rustro("import", bad, "--as", "NIFTY")
    assert (code, out, err) == (2, "", "R102 bad.csv: line 752, column open is no number: 'x'\n")
    assert not (tmp_path / "state").exists()


def test_a_stored_bar_stays_unless_told_otherwise(rustro, tmp_path):
    assert rustro("import", csv(tmp_path, day()), "--as", "NIFTY")[0] == 0
    other = csv(tmp_path, day(price=17_001.0), name="other.csv")
    assert "375 differ from stored bars" in rustro("import", other, "--as", "NIFTY")[1]
    correct = rustro("import", other, "--as", "NIFTY", "--existing", "correct")[1]
    assert "375 corrected" in correct


def trading_days(first, last):
    """All bars of the trading days between two dates."""
    return [row for date in RULES.trading_days(first, last) for row in day(date)]


def test_an_import_that_is_interrupted_says_so_and_the_same_command_goes_on(rustro, tmp_path):
    rows = trading_days(dt.date(2021, 11, 8), dt.date(2022, 10, 20))
    args = ["import", str(csv(tmp_path, rows)), "--as", "NIFTY"]
    process = subprocess.Popen(
        [*COMMAND, "data", *args, "-p", f"state.dir={tmp_path / 'state'}"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not (tmp_path / "state").exists() and process.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.005)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert err == "interrupted: the same command goes on with what is missing\n"
    assert rustro(*args)[0] == 0
    assert f" {len(rows)} bars " in rustro("stats")[1]


def test_validate_says_by_its_exit_code_whether_anything_is_wrong(rustro, tmp_path):
    assert rustro("validate", csv(tmp_path, days()))[0] == 0
    assert rustro("validate", csv(tmp_path, days()[:-1]))[0] == 1


def test_an_options_minutes_without_a_trade_are_missing_to_no_command(rustro, tmp_path):
    few = csv(tmp_path, [row for n, row in enumerate(day(price=50.0)) if n % 50 in (0, 1, 3)])
    option = ("--as", "NFO:1", "--labels", "start", "--units", "rupees")
    silence = "351 1m bars without a trade; none is filled in"
    for args in (("validate", few, *option), ("import", few, *option), ("gaps", "--as", "NFO:1")):
        code, out, _ = rustro(*args)
        assert (code, silence in out) == (0, True)
    code, out, _ = rustro("validate", few, "--as", "NIFTY", *option[2:])
    assert (code, "351 bars missing on 1 days" in out) == (1, True)
    late = csv(tmp_path, [*day(price=50.0), *day(dt.date(2023, 3, 16), price=50.0)])
    code, out, _ = rustro("validate", late, *option)
    assert (code, "1 trading days missing: 2023-03-15" in out) == (1, True)


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("import", "{}"), "--as says what the bars are of"),
        (("import", "{}", "--as", "NIFTY", "--existing", "burn"), "is none of fill, correct"),
        (("import", "{}", "--as", "NIFTY", "--labels", "middle"), "is none of start, end"),
        (("import", "{}", "--as", "NIFTY", "--map", "close"), "--map wants KEY=VALUE"),
        (("import", "none.csv", "--as", "NIFTY"), "none.csv: no such file"),
        (("export", "ticks", "--to", "a.csv"), "export ticks wants --run"),
        (("export", "bars", "--to", "a.csv"), "export bars wants --as"),
        (("export", "news", "--to", "a.csv"), "is none of ticks, bars, chains, trades"),
        (("gaps", "--from", "monday"), "a date is YYYY-MM-DD"),
    ],
)
def test_bad_usage_is_one_sentence(rustro, tmp_path, args, sentence):
    rustro("import", csv(tmp_path, days()), "--as", "NIFTY")
    path = tmp_path / "bars.csv"
    code, out, err = rustro(*(arg.format(path) for arg in args))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert sentence in err


@pytest.mark.data
def test_a_bhavcopy_is_stored_by_its_date_and_exported(rustro, tmp_path, market_data):
    path = market_data / "samples" / "bhavcopy_udiff_NIFTY_2025-01-01.csv.gz"
    if not path.is_file():
        pytest.skip(f"no bhavcopy at {path} (set RUSTRO_TEST_DATA)")
    code, out, _ = rustro("import", path)
    assert (code, "1568 contracts kept" in out) == (0, True)
    to = tmp_path / "chain.parquet"
    assert rustro("export", "chains", "--to", to)[0] == 0
    real = pq.read_table(market_data / "options" / "nifty_fo_eod.parquet").to_pylist()
    ours = {row["token"]: row for row in pq.read_table(to).to_pylist()}
    same_day = [row for row in real if str(row["date"])[:10] == "2025-01-01"]
    assert len(same_day) == len(ours) == 1568
    for row in same_day:
        found = ours[str(row["token"])]
        assert found["settle_paise"] == round(row["settle"] * 100)
        assert (found["lot_units"], found["oi_units"]) == (row["lot"], row["oi"])


@pytest.mark.data
def test_the_samples_of_vendors_agree_with_one_another(rustro, market_data):
    sample = market_data / "samples" / "2021_FEB_NIFTY.txt.gz"
    if not sample.is_file() or not (market_data / "nifty_1m.parquet").is_file():
        pytest.skip(f"no vendor text at {sample} (set RUSTRO_TEST_DATA)")
    first = rustro("import", market_data / "nifty_1m.parquet", "--as", "NIFTY")[1]
    assert "stored: 138465 new" in first
    second = rustro("import", sample, "--as", "NIFTY")[1]
    assert "labelled by their end" in second
    assert "59 dropped" in second
    assert "stored: 0 new, 7253 there already" in second


# one table


def test_the_table_has_every_flaw_of_the_wire_and_of_the_engine():
    assert {rule.name for rule in rules_of(Gate.WIRE)} == {flaw.value for flaw in Flaw}
    source = Path(quotes.__file__).read_text(encoding="utf-8")
    engine = {rule.name for rule in rules_of(Gate.ENGINE)} - {"not_watched", "day_over"}
    assert all(f'"{name}"' in source for name in engine)
    assert quotes.FUTURE_STAMP_NS == 5 * 10**9


def test_quality_shows_the_table(capsys):
    with pytest.raises(SystemExit):
        main(["data", "quality"])
    out = capsys.readouterr().out
    assert "engine  volume_fell" in out
