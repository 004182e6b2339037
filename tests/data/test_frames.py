"""A recorded day as pandas tables and in DuckDB."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from rustro_kernel.config import Config
from rustro_kernel.data import duck, frames
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadData, BadUsage
from rustro_kernel.domain.instruments import Right
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.events.market import BarReady
from rustro_kernel.engine.inputs import MasterLoaded
from rustro_kernel.records import layout
from rustro_kernel.records.bars.reader import BarReader
from rustro_kernel.records.bars.store import BarStore
from rustro_kernel.records.files import DiskFile
from rustro_kernel.records.input_log import read_inputs
from rustro_kernel.records.ledger import Ledger, read_events
from rustro_kernel.records.pick import said
from rustro_kernel.session import composition
from tests.records.day import trade
from tests.records.make import crashed_run, story

MUHURAT = dt.date(2024, 11, 1)


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """A recorded hour: the run folder and the state folder."""
    folder = tmp_path_factory.mktemp("day")
    places = {"run.out": folder / "run", "state.dir": folder / "state"}
    cfg = Config.load(**places, **{"sim.date": MUHURAT, "store.sim": True})
    planned = composition.plan_sim(cfg)
    run = composition.open_run(planned)
    run.close(composition.synchronous(planned, run).run(), {})
    return folder / "run", folder / "state"


@pytest.fixture(scope="module")
def recorded(day):
    return [given for given in read_inputs(day[0]) if isinstance(given.body, Tick)]


@pytest.fixture(scope="module")
def stated(day):
    return said(read_events(day[0]), BarReady)


def test_every_tick_has_its_row_and_times_in_india(day, recorded):
    found = frames.ticks(day[0])
    assert found["input"].tolist() == [given.n for given in recorded]
    assert found["ltp_paise"].tolist() == [given.body.ltp for given in recorded]
    assert found["instrument"].tolist() == [given.body.instrument for given in recorded]
    assert str(found.index.tz) == "Asia/Kolkata"
    assert found.index.astype("int64").tolist() == [given.ts for given in recorded]
    assert "NIFTY" in found["symbol"].iloc[0]


def test_rupees_are_said_in_the_name_and_an_empty_side_is_no_price(day, recorded):
    found = frames.ticks(day[0], unit="rupees")
    assert [name for name in found.columns if name.endswith("_paise")] == []
    np.testing.assert_array_equal(found["ltp_rupees"], [g.body.ltp / 100 for g in recorded])
    empty = [given.body.bid == 0 for given in recorded]
    assert any(empty)
    assert found["bid_rupees"].isna().tolist() == empty


def test_bars_of_the_run_and_of_the_store_are_the_same(day, stated):
    key = stated[0].instrument
    of_run = frames.bars(day[0], key, "1m")
    pd.testing.assert_frame_equal(of_run, frames.bars(day[1], key, "1m"))
    mine = [bar for bar in stated if (bar.instrument, bar.timeframe) == (key, "1m")]
    assert of_run["close_paise"].tolist() == [bar.close_paise for bar in mine]
    assert of_run.index[0] == pd.Timestamp(mine[0].start_ns, tz="Asia/Kolkata")
    assert of_run["synthetic"].all()
    assert len(frames.bars(day[0])) == len(stated) == len(frames.bars(day[1]))


@pytest.mark.parametrize("timeframe", ["5m", "15m", "1h", "1d"])
def test_longer_bars_are_made_of_the_minutes_the_store_has(day, stated, tmp_path, timeframe):
    key = stated[0].instrument
    minutes = BarReader(day[1] / "bars").load(key, Timeframe.M1, 0, 2**62)
    store = BarStore(tmp_path / "bars")
    store.write_days(key, Timeframe.M1, minutes, "a sync")
    store.close()
    figures = ["open_paise", "high_paise", "low_paise", "close_paise", "volume_units", "synthetic"]
    made = frames.bars(tmp_path, key, timeframe)
    assert len(made)
    pd.testing.assert_frame_equal(made[figures], frames.bars(day[0], key, timeframe)[figures])


def test_only_the_dates_asked_for_are_shown(day):
    assert len(frames.bars(day[1], from_date=MUHURAT, to_date=MUHURAT)) == len(frames.bars(day[1]))
    for folder in day:
        assert frames.bars(folder, from_date=MUHURAT + dt.timedelta(1)).empty
        assert frames.bars(folder, to_date=MUHURAT - dt.timedelta(1)).empty


def test_a_bar_in_rupees(day):
    found = frames.bars(day[1], timeframe="5m", unit="rupees")
    paise = frames.bars(day[1], timeframe="5m")
    assert set(found["timeframe"]) == {"5m"}
    assert (found["high_rupees"] * 100).round().tolist() == paise["high_paise"].tolist()


@pytest.mark.parametrize("moment", ["", "18:30"])
def test_the_chain_holds_the_last_quote_of_every_option(day, recorded, moment):
    found = frames.chain(day[0], moment, unit="rupees")
    until = np.inf if not moment else pd.Timestamp(f"{MUHURAT} {moment}", tz="Asia/Kolkata").value
    master = next(g.body for g in read_inputs(day[0]) if isinstance(g.body, MasterLoaded))
    options = {one.key: one for one in master.instruments if one.right is not None}
    last = {g.body.instrument: g for g in recorded if g.ts <= until}
    quoted = {key: last[key] for key in options if key in last}
    assert found.notna()[["ce_ltp_rupees", "pe_ltp_rupees"]].to_numpy().sum() == len(quoted) > 4
    for key, given in quoted.items():
        one = options[key]
        row = found.loc[one.underlying, one.expiry, one.strike / 100]
        side = "ce" if one.right is Right.CE else "pe"
        assert row[f"{side}_ltp_rupees"] == given.body.ltp / 100
        assert row[f"{side}_age_s"] >= 0


def test_a_chain_before_the_first_quote_is_empty(day):
    assert frames.chain(day[0], "09:00").empty


def test_trades_are_those_of_the_ledger(tmp_path):
    ledger = Ledger(DiskFile(tmp_path / layout.EVENTS))
    for event in story(trade(), trade(net=-2_050, buy_orders=("b1", "b3"))):
        ledger.append(event)
    ledger.close()
    found = frames.trades(tmp_path, unit="rupees")
    assert found["net_rupees"].tolist() == [40.0, -20.5]
    assert found["units"].tolist() == [50, 50]
    assert found["buy_orders"].tolist() == ["b1", "b1 b3"]
    assert found["exit_ist"].iloc[0] == pd.Timestamp("2021-11-30 09:25", tz="Asia/Kolkata")
    assert str(found.index[0]) == "2021-11-30 09:15:00+05:30"
    query = "select sum(net_paise), min(exit_ist)::varchar from trades"
    assert duck.connect(tmp_path).sql(query).fetchall() == [(1_950, "2021-11-30 09:25:00")]


def test_a_crashed_run_shows_what_is_whole(tmp_path):
    run = crashed_run(tmp_path)
    path = run / layout.EVENTS
    path.write_bytes(path.read_bytes()[:-9])
    assert len(frames.ticks(run)) == 18
    assert len(frames.bars(run)) == 5
    assert frames.trades(run).empty
    assert duck.connect(run).sql("select count(*) from bars").fetchall() == [(5,)]


def test_a_folder_that_is_neither_is_refused(tmp_path):
    for look in (frames.bars, duck.connect):
        with pytest.raises(BadData, match="neither a run folder nor a state folder"):
            look(tmp_path)


def test_one_query_over_ledger_and_stored_bars(day, stated):
    found = duck.connect(*day).sql("""
        select count(*) from events e join bars b
        on b.instrument = e.data ->> 'instrument' and b.timeframe = e.data ->> 'timeframe'
        and b.close_paise = (e.data ->> 'close_paise')::bigint
        and epoch_ns(b.start_ist) - 19_800_000_000_000 = (e.data ->> 'start_ns')::bigint
        where e.type = 'BarReady'
    """)
    assert found.fetchall() == [(len(stated),)]


def test_views_of_a_run_have_every_record(day, recorded):
    db = duck.connect(day[0])
    events = list(read_events(day[0]))
    count = "select count(*), min(ist)::date from events"
    assert db.sql(count).fetchall() == [(len(events), MUHURAT)]
    assert db.sql("select count(*), sum(ltp_paise) from ticks").fetchall() == [
        (len(recorded), sum(given.body.ltp for given in recorded))
    ]
    assert db.sql("select * from trades").columns[0] == "position_id"


def test_two_runs_are_refused(day):
    with pytest.raises(BadUsage, match="one run folder"):
        duck.connect(day[0], day[0])
