"""A backtest over ticks: recorded days once more, under other settings."""

import asyncio
import json
import shutil

import pytest

import rustro_kernel as rk
from rustro_kernel.domain.errors import BadData, BadUsage

CFG = rk.Config.load(None, profile="demo", **{"sim.regime": "trend_up"})
DATE = "2026-07-15"


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """The run folder of a generated day with two trades."""
    base = tmp_path_factory.mktemp("recorded")
    places = {"run.out": base / "run", "state.dir": base / "state"}
    result = asyncio.run(rk.Session(CFG.changed(places), out=lambda line: None).run())
    assert result.exit_code == 0
    return base / "run"


@pytest.fixture(scope="module")
def again(day):
    """The same day as it was set."""
    return rk.backtest(day)


def recorded(day):
    return [json.loads(line) for line in (day / "trades.jsonl").read_text().splitlines()]


def test_a_recorded_day_trades_as_it_did(day, again):
    told = [(t["symbol"], t["entry_ns"], t["exit_ns"], t["net_paise"]) for t in recorded(day)]
    assert [(t.symbol, t.entry_ns, t.exit_ns, t.net_paise) for t in again.closed] == told
    assert len(told) == 2


def test_its_tables_and_reasons_are_those_of_every_backtest(again):
    assert list(again.trades.premiums) == ["recorded", "recorded"]
    assert len(again.decisions) > 200
    assert again.equity.net_rs.sum() == pytest.approx(again.trades.net_rs.sum())
    assert "NIFTY" in again.why(DATE)
    assert "recorded ticks of 1 run" in again.summary()


def test_other_settings_make_other_trades(day, again):
    strict = rk.backtest(day, None, {"strategy.daily_adx_threshold": 99})
    assert strict.trades.empty
    assert again.closed


def test_a_days_money_begins_the_next(day, again):
    balance = again.days[0].balance_paise
    assert again.plan.left(balance, again.days[0]) == balance + sum(
        t.net_paise for t in again.closed
    )


def test_it_runs_again_to_the_same_events(again):
    assert again.rerun().digest == again.digest


def test_what_the_operator_did_is_not_done_again(tmp_path):
    places = {"run.out": tmp_path / "run", "state.dir": tmp_path / "state"}
    session = rk.Session(CFG.changed(places), out=lambda line: None)

    async def trade():
        await session.start()
        assert await session.pause()
        await session.run()

    asyncio.run(trade())
    assert recorded(tmp_path / "run") == []
    assert len(rk.backtest(tmp_path / "run").closed) == 2


def test_every_run_counts_as_a_try(day):
    state = {"state.dir": str(day.parent / "tries")}
    rk.backtest(day, None, state)
    found = rk.backtest(day, None, {"exits.stop_pct": 11, **state})
    assert found.tries.count == 2


def test_it_is_compared_with_its_run(day, again):
    found = rk.compare(day, again)
    assert (found.changed, found.first_difference, found.net_paise) == ({}, None, 0)


def test_it_is_saved_like_every_backtest(again, tmp_path):
    folder = again.save(tmp_path / "saved")
    assert rk.compare(folder, again).net_paise == 0


@pytest.mark.parametrize(
    ("data", "words", "problem"),
    [
        (lambda day: [day, day], {}, "two of the runs are of 2026-07-15"),
        (lambda day: day, {"start": "2026-07-16"}, "no run is of those dates; there is 2026-07-15"),
        (lambda day: day, {"start": "2026-07-16", "end": "2026-07-15"}, "comes after the last one"),
        (lambda day: day, {"option_bars": "x.parquet"}, "leave option_bars out"),
        (
            lambda day: day,
            {"params": {"market.underlyings": ["SENSEX"]}},
            "SENSEX was not recorded",
        ),
    ],
)
def test_a_wrong_wish_is_refused_in_a_sentence(day, data, words, problem):
    with pytest.raises(BadUsage, match=problem):
        rk.backtest(data(day), **words)


def test_what_is_no_whole_run_is_refused_in_a_sentence(day, tmp_path):
    with pytest.raises(BadData, match="holds no run"):
        rk.backtest(tmp_path)
    cut = tmp_path / "cut"
    shutil.copytree(day, cut)
    lines = (cut / "inputs/inputs.jsonl").read_text().splitlines(keepends=True)
    (cut / "inputs/inputs.jsonl").write_text("".join(lines[: len(lines) // 2]))
    with pytest.raises(BadData, match="ends before the market did"):
        rk.backtest(cut)


def test_random_entries_and_sweeps_need_bars(day, again):
    with pytest.raises(BadUsage, match="random entries need bars"):
        _ = again.control
    with pytest.raises(BadUsage, match=r"ticks are for rk\.backtest"):
        rk.sweep(day, grid={"exits.stop_pct": [10]}, profile="demo")
