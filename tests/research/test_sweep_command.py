import pandas as pd
import pytest

from rustro_kernel.cli import main
from rustro_kernel.research.catalogue import runs
from tests.research.bars import bars

STOPS = ("--param", "exits.stop_pct=5:20:5")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "bars.parquet"
    bars(34).to_parquet(path)
    return path


def answer(capsys, *words):
    with pytest.raises(SystemExit) as caught:
        main(["sweep", *map(str, words)])
    said = capsys.readouterr()
    return caught.value.code, said.out, said.err


def test_it_prints_the_best_first(capsys, data):
    code, out, _ = answer(
        capsys, "--data", data, "--profile", "demo", *STOPS, "--top", 2, "--by", "net_rs"
    )
    lines = out.splitlines()
    assert code == 0
    assert lines[0].split()[:3] == ["exits.stop_pct", "trades", "win_rate_pct"]
    assert len(lines) == 4
    assert lines[3] == "4 sets over 6 days, best net_rs first"


def test_all_sets_go_into_a_file(capsys, data, tmp_path):
    out = tmp_path / "made" / "sets.csv"
    words = ("--data", data, *STOPS, "--param", "strategy.min_dte=0,1", "--workers", 1)
    assert answer(capsys, *words, "--out", out)[0] == 0
    assert len(pd.read_csv(out)) == 8


def test_a_folder_keeps_the_sweep_for_rk_runs_and_for_promote(capsys, data, tmp_path):
    words = ("--data", data, "--profile", "demo", *STOPS, "--workers", 1)
    code, out, _ = answer(capsys, *words, "--out", tmp_path / "kept")
    assert (code, out.splitlines()[-1]) == (0, f"written {tmp_path / 'kept'}")
    assert runs(tmp_path)["sets"].tolist() == [4]
    with pytest.raises(SystemExit):
        main(["promote", str(tmp_path / "kept")])
    assert "--data says which bars" in capsys.readouterr().err


def test_a_set_that_fails_is_named_and_ends_with_code_1(capsys, data):
    code, out, _ = answer(capsys, "--data", data, "--param", "exits.stop_pct=10,150")
    assert code == 1
    assert "FAILED set 1: exits.stop_pct: got 150" in out


def test_sets_can_be_drawn_at_random(capsys, data):
    words = ("--param", "exits.stop_pct=5:30", "--random", 3, "--seed", 4)
    code, out, _ = answer(capsys, "--data", data, *words)
    assert (code, "3 sets over 6 days" in out) == (0, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--param", "exits.stop_pc=5:20:5"), "exits.stop_pc"),
        (("--param", "exits.stop_pct=20:5:5"), "goes up from START to STOP"),
        (("--param", "exits.stop_pct"), "--param wants KEY=VALUE"),
        ((*STOPS, "--from", "2021-11-30", "--to", "2021-11-29"), "comes after the last one"),
        ((*STOPS, "--by", "luck"), "--by is one of trades"),
        ((*STOPS, "--out", "sets.txt"), "--out is a new folder or a .csv or .parquet file"),
        ((*STOPS, "--workers", "0"), "workers are 1 or more"),
        ((*STOPS, "--workers", "1", "--scheduler", "tcp://127.0.0.1:9"), "say one of them"),
    ],
)
def test_what_cannot_be_swept_is_one_sentence_and_exit_code_2(capsys, data, words, sentence):
    code, out, err = answer(capsys, "--data", data, *words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert len(err.splitlines()) == 1
