"""What a run leaves in the bar store."""

import datetime as dt
from collections import defaultdict

import pytest
from msgspec.structs import replace

from rustro_kernel.config import Config
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.market_time import HOUR, MINUTE, midnight_ns, show_clock
from rustro_kernel.domain.past_day import past_hours
from rustro_kernel.engine.events.market import BarReady
from rustro_kernel.engine.turn import Turn
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.records.bars.columns import SPECIAL, SYNTHETIC
from rustro_kernel.records.bars.derived import aggregated, differing
from rustro_kernel.records.bars.reader import BarReader
from rustro_kernel.records.bars.run_bars import RunBars, Upkeep
from rustro_kernel.records.bars.stated import bar_of
from rustro_kernel.records.bars.store import BarStore
from rustro_kernel.records.health import read_health
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.pick import said
from rustro_kernel.session import composition
from rustro_kernel.session.bar_keeping import run_bars
from tests.records.make import START, bar

MUHURAT = dt.date(2024, 11, 1)
"""A generated hour of trading."""
RULES = MarketRules().day(MUHURAT)
EVER = 2**62


def configured(folder, out="run", **keys):
    places = {"run.out": folder / out, "state.dir": folder / "state", "sim.date": MUHURAT}
    return Config.load(**places, **{name.replace("__", "."): v for name, v in keys.items()})


def run_a_day(folder, **keys):
    planned = composition.plan_sim(configured(folder, **keys))
    run = composition.open_run(planned)
    run.close(composition.synchronous(planned, run).run(), {})
    return planned, run.folder


@pytest.fixture(scope="module")
def stored_day(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stored")
    planned, run = run_a_day(folder, store__sim=True)
    return planned, run, BarReader(folder / "state" / "bars")


def test_the_store_has_every_bar_the_ledger_states(stored_day):
    _, run, store = stored_day
    stated = defaultdict(list)
    for ready in said(list(read_events(run)), BarReady):
        stated[ready.instrument, Timeframe(ready.timeframe)].append(bar_of(ready))
    assert set(store.series()) == set(stated)
    for (key, timeframe), bars in stated.items():
        held = [replace(b, special=False) for b in store.load(key, timeframe, 0, EVER).bars()]
        assert held == bars


def test_longer_bars_of_a_whole_day_are_the_sum_of_its_minutes(stored_day):
    planned, _, store = stored_day
    anchor_ns = planned.rules.derivative_legs[0].open_ns
    for key in {key for key, _ in store.series()}:
        minutes = store.load(key, Timeframe.M1, 0, EVER)
        for timeframe in (Timeframe.M5, Timeframe.M15, Timeframe.H1, Timeframe.D1):
            longer = store.load(key, timeframe, 0, EVER)
            assert differing(longer, aggregated(minutes, timeframe, anchor_ns)) == []


def test_made_up_prices_are_marked_and_counted(stored_day):
    _, run, store = stored_day
    key, timeframe = store.series()[0]
    marks = SYNTHETIC | SPECIAL  # of a Muhurat
    assert set(store.load(key, timeframe, 0, EVER).flags & marks) == {marks}
    ended = next(note for note in read_health(run) if note.kind == "ended")
    bars = said(list(read_events(run)), BarReady)
    assert ended.values == {"bars_stored": len(list(bars)), "bars_refused": 0, "bars_damage": 0}


def test_a_simulated_run_stays_out_of_the_store(tmp_path):
    assert run_bars(configured(tmp_path), RULES) is None
    assert not (tmp_path / "state").exists()


def test_a_run_goes_on_without_the_store_while_another_writes_there(tmp_path):
    other = BarStore(tmp_path / "state" / "bars")
    assert run_bars(configured(tmp_path, store__sim=True), RULES) is None
    other.close()


def test_a_store_that_cannot_be_made_refuses_the_run(tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "bars").write_text("no folder")
    with pytest.raises(BadConfig, match=r"state.dir: .*bars cannot be used"):
        run_bars(configured(tmp_path, store__sim=True), RULES)
    planned = composition.plan_sim(configured(tmp_path, store__sim=True))
    for _ in range(2):  # the session's lock was given back
        with pytest.raises(BadConfig):
            composition.open_run(planned)


@pytest.mark.parametrize(("mode", "is_sim"), [("paper", False), ("live", True)])
def test_paper_and_live_runs_store_what_was_not_made_up(tmp_path, mode, is_sim, bar_events):
    cfg = configured(tmp_path, store__sim=is_sim).model_copy(update={"mode": mode})
    bars = run_bars(cfg, RULES)
    bars.see(bar_events)
    assert bars.stored == (2 if is_sim else 1)
    bars.close()


@pytest.fixture
def bar_events():
    turn = Turn(1, START, 0)
    turn.emit(bar(start_ns=START))
    turn.emit(bar(start_ns=START + MINUTE, synthetic=True))
    return turn.events


def test_bars_a_crash_kept_from_the_store_are_taken_from_the_ledger(stored_day, tmp_path):
    _, run, store = stored_day
    bars = RunBars(BarStore(tmp_path), Upkeep(MUHURAT), past_hours(RULES), synthetic=True)
    for _again in range(2):
        bars.catch_up(run)
    bars.close()
    key, timeframe = store.series()[0]
    assert bars.stored > 0
    assert BarReader(tmp_path).series() == store.series()
    assert BarReader(tmp_path).load(key, timeframe, 0, EVER) == store.load(key, timeframe, 0, EVER)


def test_the_last_hour_of_a_day_is_marked_as_cut_short(tmp_path):
    rules = MarketRules().day(dt.date(2026, 7, 15))
    bars = RunBars(BarStore(tmp_path), Upkeep(MUHURAT), past_hours(rules), synthetic=True)
    opened, turn = rules.derivative_legs[0].open_ns, Turn(1, START, 0)
    for n in range(7):
        turn.emit(bar(start_ns=opened + n * HOUR, timeframe="1h"))
    turn.emit(bar(start_ns=opened + 374 * MINUTE))
    turn.emit(bar(start_ns=midnight_ns(dt.date(2026, 7, 15)), timeframe="1d"))
    bars.see(turn.events)
    bars.close()
    found = BarReader(tmp_path)
    held = [b for key, frame in found.series() for b in found.load(key, frame, 0, EVER).bars()]
    assert [show_clock(b.start_ns) for b in held if b.stub] == ["15:15:00"]
    assert not any(b.special for b in held)


def test_a_contradiction_is_counted_and_the_run_goes_on(tmp_path, bar_events):
    bars = run_bars(configured(tmp_path, store__sim=True), RULES)
    bars.see(bar_events)
    other = replace(bar_events[0], data=replace(bar_events[0].data, volume=9))
    bars.see([other, *bar_events])
    assert (bars.stored, bars.refused) == (2, 1)
    bars.close()


def test_bars_wait_while_the_disk_refuses(tmp_path, bar_events, caplog):
    bars = run_bars(configured(tmp_path, store__sim=True), RULES)
    log = tmp_path / "state" / "bars" / "log"
    log.write_text("a file stands where the folder should be")
    bars.see(bar_events)
    bars.see([])
    assert bars.trouble
    assert len(caplog.records) == 1
    log.unlink()
    bars.see([])
    assert bars.trouble == ""
    assert sum(BarReader(tmp_path / "state" / "bars").days("NSE:26000", Timeframe.M1).values()) == 2
    bars.close()
