import pytest

import rustro_kernel as rk
from rustro_kernel.commands.records import replay
from rustro_kernel.domain.errors import BadConfig, LiveRefused
from rustro_kernel.engine.events.startup import ConfigLoaded
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.manifest import read_manifest
from rustro_kernel.records.pick import said
from rustro_kernel.records.quarantine import account
from rustro_kernel.records.verify import verify
from rustro_kernel.records.why import why
from rustro_kernel.session import composition
from tests.own_strategies.cells import MINE, notebook


@pytest.fixture
def places(tmp_path):
    return {"run.out": str(tmp_path / "run"), "state.dir": str(tmp_path / "state")}


async def day(cfg, **words):
    return await rk.Session(cfg, out=lambda line: None, **words).run()


async def test_a_strategy_of_a_file_trades_a_day_that_can_be_replayed_without_the_file(
    tmp_path, places
):
    path = rk.save_strategy(notebook(MINE).Mine, tmp_path / "mine.py")
    own = {"strategy.file": str(path), "strategy.params": {"every": 20}}
    result = await day(rk.Config.load(profile="demo", **places, **own))
    assert result.exit_code == 0
    assert result.report.trades.trades > 0
    loaded = said(list(read_events(result.folder)), ConfigLoaded)[0]
    text = path.read_text()
    path.unlink()
    assert loaded.strategy == "mine"
    assert loaded.strategy_hash == read_manifest(result.folder).strategy_hash
    assert (result.folder / "strategy.py").read_text() == text
    assert "any trigger" in why(result.folder, at="10:30")
    assert rk.replay(result.folder).is_identical
    assert replay(result.folder)[0] == 0
    assert verify(result.folder) == []
    assert account(result.folder).ticks > 0


async def test_a_class_of_a_cell_is_traded_from_its_text(places):
    kind = notebook(MINE).Mine
    result = await day(rk.Config.load(profile="demo", **places), strategy=kind)
    assert result.report.run.strategy == "mine"
    assert "class Mine(Strategy)" in (result.folder / "strategy.py").read_text()
    assert rk.replay(result.folder).is_identical


def test_a_later_cell_cannot_change_what_was_planned(places):
    kind = notebook(MINE).Mine
    planned = composition.plan_sim(rk.Config.load(**places), kind)
    kind.trigger = None
    assert planned.strategy.kind.trigger is not None


def test_live_wants_it_in_a_file(places):
    cfg = rk.Config.load(mode="live", **places)
    with pytest.raises(LiveRefused, match=r"save it with rk\.save_strategy"):
        composition.plan(cfg, notebook(MINE).Mine)


def test_another_source_is_another_session(tmp_path, places):
    path = tmp_path / "mine.py"
    cfg = rk.Config.load(**places, **{"strategy.file": str(path)})
    ids = []
    for minutes in (30, 31):
        kind = notebook(MINE.replace("Field(30", f"Field({minutes}")).Mine
        rk.save_strategy(kind, path, overwrite=True)
        ids.append(composition.plan_sim(cfg).session_id)
    assert ids[0] != ids[1]


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"strategy.file": "nowhere.py"}, "strategy.file"),
        ({"strategy.params": {"every": 0}}, "strategy.params.every"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_written(tmp_path, places, keys, key):
    path = rk.save_strategy(notebook(MINE).Mine, tmp_path / "mine.py")
    with pytest.raises(BadConfig) as told:
        composition.plan_sim(rk.Config.load(**places, **{"strategy.file": str(path), **keys}))
    assert told.value.key == key
    assert not (tmp_path / "run").exists()
