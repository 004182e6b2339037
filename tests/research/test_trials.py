import datetime as dt
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import msgspec
import numpy as np
import pytest

import rustro_kernel as rk
from rustro_kernel.research.deflated import skill
from rustro_kernel.research.trials import Trial, TrialBook, Tries
from tests.research.bars import bars

HISTORY = rk.History.load(bars(40))
SUMS = {
    dt.date(2021, 11, 12): 1_810_000,
    dt.date(2021, 11, 22): 1_740_000,
    dt.date(2021, 11, 23): 1_745_000,
    dt.date(2021, 11, 30): 1_700_000,
}


def one(config="a", source="s", sharpe=0.1, last="2021-11-30"):
    return Trial(config, source, "2021-11-12", last, 5, 100, sharpe)


@pytest.fixture
def book(tmp_path):
    return TrialBook(tmp_path, "adx", "NIFTY", SUMS)


def test_the_same_try_again_is_no_further_try(book):
    book.add(SUMS, [one(), one()])
    book.add(SUMS, [one(sharpe=0.2)])
    assert book.tries().count == 1


def test_other_settings_other_source_and_other_days_are_other_tries(book):
    book.add(SUMS, [one(), one("b"), one(source="edited"), one(last="2021-11-29")])
    assert book.tries().count == 4


def test_the_spread_is_that_of_the_tries_that_have_a_ratio(book):
    book.add(SUMS, [one("a", sharpe=0.1), one("b", sharpe=0.3), one("c", sharpe=None)])
    tries = book.tries()
    assert tries.count == 3
    assert tries.variance == pytest.approx(0.02)


def test_other_prices_another_underlying_and_another_strategy_are_counted_apart(tmp_path, book):
    book.add(SUMS, [one()])
    other = {date: total + 5 for date, total in SUMS.items()}
    assert TrialBook(tmp_path, "adx", "NIFTY", other).tries().count == 0
    assert TrialBook(tmp_path, "adx", "SENSEX", SUMS).tries().count == 0
    assert TrialBook(tmp_path, "mine", "NIFTY", SUMS).tries().count == 0


@pytest.mark.parametrize("kept", SUMS)
def test_one_day_in_common_is_enough(tmp_path, book, kept):
    book.add(SUMS, [one()])
    part = {kept: SUMS[kept], dt.date(2022, 2, 1): 1_750_000}
    assert TrialBook(tmp_path, "adx", "NIFTY", part).tries().count == 1


def test_tries_whose_days_are_lost_count(book):
    book.add(SUMS, [one()])
    for kept in (book.path.parent / "days").iterdir():
        kept.write_bytes(b"{")
    assert book.tries().count == 1


def test_data_with_a_day_more_or_less_forget_no_try(tmp_path):
    place, words = {"state.dir": str(tmp_path)}, {"profile": "demo"}
    rk.sweep(HISTORY, grid={"exits.stop_pct": "5:14:1"}, params=place, **words)
    frame = bars(40)
    less = frame[frame["ts"] < frame["ts"].iloc[-1].normalize()]
    found = rk.backtest(less, None, {"exits.stop_pct": 20, **place}, **words)
    assert found.tries.count == 11
    other = rk.backtest(bars(40, seed=4), None, place, **words)
    assert other.tries.count == 1


def test_real_bars_of_options_make_it_another_try(book):
    book.add(SUMS, [one(), msgspec.structs.replace(one(), options="option bars sha256:1")])
    assert book.tries().count == 2


def test_the_half_line_of_a_power_cut_costs_that_line_only(book):
    book.add(SUMS, [one()])
    with book.path.open("ab") as file:
        file.write(b'{"config_hash": "b", "sou')
    assert book.tries().count == 1
    book.add(SUMS, [one("c")])
    assert book.tries().count == 2


def test_books_that_write_the_same_days_at_once_lose_no_try(tmp_path):
    sums = {dt.date(2021, 1, 1) + dt.timedelta(at): at for at in range(60)}
    meet = threading.Barrier(4)

    def write(name):
        book = TrialBook(tmp_path, "adx", "NIFTY", sums)
        for count in range(1, 61):
            meet.wait(timeout=30)
            book.add(list(sums)[:count], [one(f"{name} {count}")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, "abcd"))
    assert TrialBook(tmp_path, "adx", "NIFTY", sums).tries().count == 240


def test_a_folder_that_cannot_be_written_stops_no_backtest(tmp_path, caplog):
    (tmp_path / "trials").write_text("a file where a folder should be")
    with caplog.at_level(logging.WARNING):
        TrialBook(tmp_path, "adx", "NIFTY", SUMS).add(SUMS, [one()])
    assert "tries are not counted" in caplog.text


def test_more_tries_make_the_same_returns_less_credible():
    returns = np.random.default_rng(1).normal(0.001, 0.01, 250)
    single, few, many = (Tries(n, 0.004).deflated(returns) for n in (1, 10, 1000))
    assert single == skill(returns)
    assert single > few > many


def test_tries_without_any_spread_are_held_against_that_of_an_estimate_without_skill():
    returns = np.random.default_rng(1).normal(0.001, 0.01, 250)
    assert Tries(10, 0.0).deflated(returns) == skill(returns, trials=10, variance=1 / 250)


def test_each_backtest_counts_and_its_repetition_does_not(tmp_path):
    place = {"state.dir": str(tmp_path)}
    for stop in (10, 15, 15):
        result = rk.backtest(HISTORY, None, {"exits.stop_pct": stop, **place}, profile="demo")
    assert result.tries.count == 2
    assert any(line.startswith("2 tries on these data") for line in result.remarks)
