import tomllib

import msgspec
import pytest
from typer.testing import CliRunner

import rustro_kernel as rk
from rustro_kernel.cli import app
from rustro_kernel.domain.errors import BadConfig, BadUsage, NotPromoted
from rustro_kernel.engine.events.startup import ConfigLoaded
from rustro_kernel.own_strategies.chosen import chosen
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.manifest import read_manifest
from rustro_kernel.records.pick import said
from rustro_kernel.research.candidate import Candidate
from rustro_kernel.research.deflated import skill
from rustro_kernel.research.promotion import promote
from rustro_kernel.session import composition
from tests.own_strategies.cells import MINE, notebook
from tests.research.bars import bars
from tests.research.test_gate import GOOD

SET = {"exits.stop_pct": 15, "risk.max_losses": 5}
REASON = "a try on paper"


def good(strategy=None, **keys):
    decides = chosen(strategy, "adx")
    cfg = rk.Config.load(profile="demo", **SET, **keys, **{"strategy.name": decides.name})
    return Candidate(cfg, decides, msgspec.structs.replace(GOOD, strategy=decides.name))


@pytest.fixture
def file(tmp_path):
    return promote(good(), tmp_path / "adx.toml")


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    place = {"state.dir": str(tmp_path_factory.mktemp("walk"))}
    grid = {"exits.stop_pct": [10, 20]}
    return rk.walk_forward(rk.History.load(bars(45)), None, grid, place, profile="demo", count=2)


def test_a_promoted_file_is_a_configuration_with_the_set_in_it(file):
    cfg = rk.Config.load(file)
    assert (cfg.exits.stop_pct, cfg.risk.max_losses) == (15, 5)
    assert cfg.strategy.volume_filter == "off"  # the demo profile's
    assert cfg.strategy.promotion == tomllib.loads(file.read_text())["promotion"]["hash"]


def test_the_key_loads_it_beside_what_else_is_said(file):
    cfg = rk.Config.load(
        **{"strategy.promoted": str(file), "risk.max_positions": 2, "mode": "paper"}
    )
    assert (cfg.exits.stop_pct, cfg.risk.max_positions, cfg.mode) == (15, 2, "paper")
    assert cfg.strategy.promotion


def test_the_file_holds_what_speaks_for_the_set(file):
    table = tomllib.loads(file.read_text())["promotion"]
    assert table["version"] == 1
    assert table["evidence"]["oos_trades"] == 120
    assert table["evidence"]["control_percentile"] == 98.0
    assert table["gate"]["trades"] == "yes: 120 out of sample, 100 are asked for"
    assert table["override"] == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("stop_pct = 15.0", "stop_pct = 16.0"),
        ("oos_trades = 120", "oos_trades = 1200"),
        ("# target_pct is not set", "target_pct = 30.0"),
        ("version = 1", "version = 2"),
    ],
)
def test_any_change_makes_it_invalid(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    with pytest.raises(BadConfig, match="was changed after it was promoted"):
        rk.Config.load(file)


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("exits.stop_pct", "16", "got 16.0, and 15.0 was promoted; leave it out"),
        ("exits.target_pct", 30, "got 30.0, and nothing was promoted"),
        ("strategy.volume_filter", "hours20", "and off was promoted"),
    ],
)
def test_another_value_for_one_of_its_keys_is_refused(file, key, value, problem):
    with pytest.raises(BadConfig, match=problem) as told:
        rk.Config.load(file, **{key: value})
    assert told.value.key == key


def test_the_same_value_may_be_said_again(file):
    assert rk.Config.load(file, **{"exits.stop_pct": 15}).strategy.promotion


def test_a_configuration_that_is_changed_is_no_longer_the_promoted_set(file):
    cfg = rk.Config.load(file)
    assert cfg.changed({"exits.stop_pct": 16}).strategy.promotion == ""
    assert cfg.changed({"run.out": "elsewhere"}).strategy.promotion


def test_what_is_no_promoted_file_is_refused(tmp_path):
    path = tmp_path / "plain.toml"
    path.write_text("[exits]\nstop_pct = 10\n")
    with pytest.raises(BadConfig, match="is no promoted set; rustro promote writes them"):
        rk.Config.load(**{"strategy.promoted": str(path)})


def test_two_promoted_sets_at_once_are_refused(file, tmp_path):
    other = promote(good(), tmp_path / "other.toml")
    with pytest.raises(BadConfig, match="there are two promoted sets"):
        rk.Config.load(file, **{"strategy.promoted": str(other)})


def test_too_few_trades_are_not_promoted_without_a_reason(tmp_path):
    few = good()
    few = msgspec.structs.replace(few, evidence=msgspec.structs.replace(GOOD, oos_trades=12))
    short = "; a reason to override it has 8 letters or more, got 'because'"
    for override, more in (("", ""), ("because", short)):
        with pytest.raises(NotPromoted) as told:
            promote(few, tmp_path / "adx.toml", override=override)
        assert str(told.value) == (
            f"adx is not promoted: too few trades: 12 out of sample, 100 are asked for{more}"
        )
    table = tomllib.loads(promote(few, tmp_path / "adx.toml", override=REASON).read_text())
    assert table["promotion"]["override"] == REASON
    assert table["promotion"]["gate"]["trades"].startswith("NO: too few trades: 12")


def test_a_promoted_set_is_never_written_over(file, tmp_path, monkeypatch):
    with pytest.raises(BadUsage, match="never written over"):
        promote(good(), file)
    monkeypatch.chdir(tmp_path)
    names = [str(promote(good())) for _ in range(2)]
    assert names == ["promoted/adx-001.toml", "promoted/adx-002.toml"]


def test_a_strategys_file_that_is_there_is_never_written_over(tmp_path):
    mine = notebook(MINE).Mine
    beside = tmp_path / "mine.py"
    beside.write_text("# my only copy\n")
    with pytest.raises(BadUsage, match=r"mine\.py is there already, with another text"):
        promote(good(mine), tmp_path / "mine.toml")
    assert beside.read_text() == "# my only copy\n"
    assert not (tmp_path / "mine.toml").exists()


def test_a_walk_forward_speaks_by_its_tests(walk):
    with pytest.raises(NotPromoted) as told:
        rk.promote(walk)
    assert told.value.reasons[0].startswith("too few trades: ")
    assert len(told.value.reasons) >= 3


def test_a_state_folder_that_takes_nothing_makes_no_set_the_only_try(tmp_path):
    (tmp_path / "trials").write_text("a file where a folder should be")
    grid = {"exits.stop_pct": [10, 20, 30]}
    walk = rk.walk_forward(
        bars(45), None, grid, {"state.dir": str(tmp_path)}, profile="demo", count=2
    )
    best = walk.played[walk.best]
    assert walk.evidence.tries == 3
    assert walk.evidence.deflated_sharpe < skill(best.returns)


def test_evidence_is_of_the_tests_and_counts_what_was_tried_before(tmp_path):
    place, bars_ = {"state.dir": str(tmp_path)}, rk.History.load(bars(45))
    for stop in (5, 8, 12):
        rk.backtest(bars_, None, {"exits.stop_pct": stop, **place}, profile="demo")
    grid = {"exits.stop_pct": [10, 20]}
    walk = rk.walk_forward(bars_, None, grid, place, profile="demo", count=2)
    found, tries = walk.evidence, walk.oos.tries
    assert (found.sets, found.tries) == (2, 5)
    best = walk.played[walk.best]
    assert found.deflated_sharpe == tries.deflated(best.returns)
    assert found.deflated_sharpe < skill(best.returns)
    assert found.oos_net_rs == pytest.approx(walk.oos.equity["net_rs"].sum())
    assert found.oos_net_rs != pytest.approx(best.net_paise / 100)
    assert found.oos_trades == len(walk.oos.trades) < best.trades


def test_a_saved_walk_forward_is_promoted_like_the_one_it_was(walk, tmp_path):
    folder = walk.save(tmp_path / "walk")
    first = rk.promote(walk, tmp_path / "a.toml", override=REASON)
    second = rk.promote(folder, tmp_path / "b.toml", override=REASON)
    assert tomllib.loads(first.read_text())["promotion"]["hash"] != ""
    ours, theirs = (path.read_text().splitlines() for path in (first, second))
    differing = [a for a, b in zip(ours, theirs, strict=True) if a != b]
    assert {line.split(" = ")[0] for line in differing} <= {"hash", "version"}


def test_a_backtest_and_a_run_have_no_tests_and_say_so(tmp_path):
    result = rk.backtest(rk.History.load(bars(35)), profile="demo")
    for source in (result, result.save(tmp_path / "saved")):
        with pytest.raises(NotPromoted, match="too few trades: 0 out of sample"):
            rk.promote(source)
    with pytest.raises(BadUsage, match="holds no walk-forward, backtest or run"):
        rk.promote(tmp_path)


async def test_a_session_trades_the_set_and_records_it(file, tmp_path):
    cfg = rk.Config.load(file, **{"run.out": tmp_path / "run", "state.dir": tmp_path / "state"})
    lines = []
    result = await rk.Session(cfg, out=lines.append).run()
    mark = cfg.strategy.promotion
    assert said(list(read_events(result.folder)), ConfigLoaded)[0].promotion == mark
    assert read_manifest(result.folder).promotion == mark
    assert any(f"promoted set {mark[:12]}" in line for line in lines)
    assert rk.Config.load(result.folder / "config.toml").strategy.promotion == mark
    assert rk.replay(result.folder).is_identical


def test_a_strategy_of_ones_own_lies_beside_its_set_and_must_stay_what_it_was(tmp_path):
    kind = notebook(MINE).Mine
    path = promote(good(kind), tmp_path / "mine.toml")
    cfg = rk.Config.load(path)
    assert composition.plan_sim(cfg).strategy.name == "mine"
    own = tmp_path / "mine.py"
    own.write_text(own.read_text().replace("Field(30", "Field(31"))
    with pytest.raises(BadConfig, match="mine was changed after it was promoted"):
        composition.plan_sim(cfg)


def test_the_command_walks_a_sweeps_sets_forward_and_says_every_verdict(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bars(45).to_parquet(tmp_path / "bars.parquet")
    (tmp_path / "sweep.csv").write_text(
        "exits.stop_pct,strategy.atm_rounding,sharpe\n10,floor,1\n20,itm,2\n"
    )
    words = ["promote", "sweep.csv", "--data", "bars.parquet", "--profile", "demo"]
    refused = CliRunner().invoke(app, words)
    assert isinstance(refused.exception, NotPromoted)
    assert "NO  too few trades: " in refused.output
    done = CliRunner().invoke(app, [*words, "--override", REASON, "--to", "p.toml"])
    assert "written p.toml; trade it with: rustro run --config p.toml" in done.output
    assert rk.Config.load("p.toml").strategy.promotion


def test_the_command_needs_the_bars_of_a_sweep(tmp_path):
    (tmp_path / "sweep.csv").write_text("exits.stop_pct\n10\n")
    told = CliRunner().invoke(app, ["promote", str(tmp_path / "sweep.csv")])
    assert "--data says which bars" in str(told.exception)
