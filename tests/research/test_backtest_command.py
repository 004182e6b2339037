import subprocess
import sys

import pandas as pd
import pytest

from rustro_kernel.cli import main
from tests.research.bars import bars


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "bars.parquet"
    bars(32).to_parquet(path)
    return path


def answer(capsys, *words):
    with pytest.raises(SystemExit) as caught:
        main(["backtest", *map(str, words)])
    said = capsys.readouterr()
    return caught.value.code, said.out, said.err


def test_it_prints_one_page(capsys, data):
    code, out, _ = answer(capsys, "--data", data, "--profile", "demo", "--from", "2021-11-29")
    assert code == 0
    assert out.startswith("adx on NIFTY, 2021-11-29 to 2021-11-30\n")
    assert "strategy.volume_filter=off" in out
    assert "750 evaluated; stopped at:" in out


def test_it_leaves_files_only_where_it_is_told_to(capsys, data, tmp_path):
    out = tmp_path / "made"
    words = ("--data", data, "--from", "2021-11-30", "-p", "strategy.volume_filter=off")
    assert answer(capsys, *words, "--out", out)[0] == 0
    assert len(pd.read_parquet(out / "decisions.parquet")) == 375
    assert {path.name for path in out.iterdir()} == {
        *("backtest.json", "config.toml", "decisions.parquet", "equity.parquet", "events.jsonl"),
        *("metrics.json", "orders.parquet", "report.html", "strategy.py", "summary.txt"),
        "trades.parquet",
    }
    code, _, err = answer(capsys, *words, "--out", out)
    assert (code, "holds something already" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-p", "strategy.no_such=1"), "strategy.no_such"),
        (("--from", "2021-11-30", "--to", "2021-11-29"), "comes after the last one"),
        (("--from", "2021-10-20"), "28 are the least; begin on"),
        (("--from", "tomorrow"), "is a date such as 2021-11-30"),
    ],
)
def test_what_cannot_be_played_is_one_sentence_and_exit_code_2(capsys, data, words, sentence):
    code, out, err = answer(capsys, "--data", data, *words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_a_file_that_is_not_there_is_exit_code_2(capsys):
    assert answer(capsys, "--data", "nowhere.parquet")[0] == 2


def test_the_live_path_imports_no_research():
    code = (
        "import rustro_kernel.session.composition, sys; print([m for m in sys.modules if K in m])"
    )
    code = code.replace("K", "'rustro_kernel.research'")
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
