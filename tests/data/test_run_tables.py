"""Ticks, chains and trades of a recorded run, and its quarantine."""

import asyncio
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

import rustro_kernel as rk
from rustro_kernel.commands.data import place
from rustro_kernel.commands.export import Wanted, export
from rustro_kernel.commands.quality import quality
from rustro_kernel.data import recorded, run_tables
from rustro_kernel.data.files import write_table
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.events.market import BarReady
from rustro_kernel.engine.inputs import Input, StreamChanged
from rustro_kernel.records import layout
from rustro_kernel.records.input_log import read_inputs
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.pick import said
from rustro_kernel.records.quarantine import Judge, account, quarantined
from rustro_kernel.records.recorder import Recorder


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A generated day under the demo profile."""
    base = tmp_path_factory.mktemp("run")
    cfg = rk.Config.load(profile="demo", **{"run.out": base / "r", "state.dir": base / "s"})
    result = asyncio.run(rk.Session(cfg, out=lambda _line: None).run())
    assert result.exit_code == 0
    assert result.folder is not None
    return result.folder


def test_exported_ticks_are_the_recorded_ones_with_their_input(run):
    table = run_tables.ticks_table(run)
    recorded = [given for given in read_inputs(run) if isinstance(given.body, Tick)]
    assert table.num_rows == len(recorded) > 10_000
    assert table["input"].to_pylist() == [given.n for given in recorded]
    assert table["ltp_paise"].to_pylist() == [given.body.ltp for given in recorded]


def test_a_chain_has_one_row_an_option_and_minute(run):
    table = run_tables.chains_table(run)
    places = table.select(["minute_ist", "instrument"]).to_pylist()
    assert len({(row["minute_ist"], row["instrument"]) for row in places}) == table.num_rows > 1000
    assert set(table["right"].to_pylist()) == {"CE", "PE"}
    last = {}
    for tick in recorded.ticks(run).to_pylist():
        last[tick["exchange_ist"].floor("min"), tick["instrument"]] = tick["input"]
    for row in table.to_pylist():
        assert row["input"] == last[row["minute_ist"], row["instrument"]]
    assert pc.all(pc.greater(table["ask_paise"], table["bid_paise"])).as_py()


def test_trades_add_up_as_in_the_records(run):
    table = recorded.trades(run)
    lines = (run / layout.TRADES).read_text().splitlines()
    assert table.num_rows == len(lines) >= 1
    net = pc.subtract(table["gross_paise"], table["charges_paise"])
    assert net.to_pylist() == table["net_paise"].to_pylist()


def test_bars_of_a_run_are_those_it_stated(run, tmp_path):
    to = tmp_path / "bars.parquet"
    wanted = Wanted(run, "NIFTY", Timeframe.M15, None, None)
    export("bars", to, wanted, place({"state.dir": str(tmp_path)}))
    stated = [
        bar.close_paise
        for bar in said(read_events(run), BarReady)
        if (bar.instrument, bar.timeframe) == ("NSE:99926000", "15m")
    ]
    assert pq.read_table(to)["close_paise"].to_pylist() == stated
    assert len(stated) == 25


@pytest.mark.parametrize(
    ("what", "name", "first"),
    [("ticks", None, "2026-07-15"), ("trades", "NIFTY", None), ("chains", "NIFTY", None)],
)
def test_a_wish_a_run_cannot_fulfil_is_refused(run, tmp_path, what, name, first):
    wanted = Wanted(run, name, Timeframe.M1, first, None)
    with pytest.raises(BadUsage, match="--run"):
        export(what, tmp_path / "x.csv", wanted, place({"state.dir": str(tmp_path)}))


@pytest.mark.parametrize("name", ["t.parquet", "t.csv"])
def test_a_table_is_written_as_its_name_says(run, tmp_path, name):
    write_table(recorded.trades(run), tmp_path / name)
    assert (tmp_path / name).stat().st_size > 0
    with pytest.raises(BadUsage, match="the name must end in"):
        write_table(recorded.trades(run), tmp_path / "t.xlsx")


def test_the_ticks_of_a_run_are_used_or_quarantined(run):
    found = account(run)
    assert found.ticks == run_tables.ticks_table(run).num_rows
    assert found.ticks == found.used + sum(found.quarantined.values())
    code, text = quality(run)
    assert (code, text.splitlines()[0]) == (
        0,
        f"{found.ticks} ticks = {found.used} used + {found.ticks - found.used} quarantined",
    )


def test_a_run_without_a_quarantined_tick_says_so(run):
    assert quality(run, every=True) == (0, "no tick was quarantined")


def test_a_quarantined_tick_is_listed_with_its_input_and_reason(run, tmp_path):
    """A run whose tenth index tick comes again, a second late, and with a stamp of 1970."""
    folder = tmp_path / "spoilt"
    recorder, judge, number, index = Recorder(folder), Judge(), 0, 0
    for given in read_inputs(run):
        bodies = [given.body]
        if isinstance(given.body, Tick) and given.body.instrument == "NSE:99926000":
            index += 1
            if index == 500:
                late = _stamped(given.body, given.body.exch_ts - 10**9)
                bodies += [late, _stamped(given.body, 0), given.body]
        for body in bodies:
            number += 1
            item = Input(number, given.ts, body)
            recorder.take(item)
            recorder.state(number, judge.verdict(item)[0].events)
        if index == 500:
            break
    recorder.close()
    spoilt = [tick for tick in quarantined(folder) if tick.instrument == "NSE:99926000"]
    assert [(tick.input, tick.rule) for tick in spoilt[-3:]] == [
        (number - 2, "out_of_order"),
        (number - 1, "other_day"),
        (number, "duplicate"),
    ]
    listed = quality(folder, every=True)[1]
    assert f"input {number}  " in listed
    assert "duplicate" in listed.splitlines()[-1]


def test_a_tick_nobody_asked_for_has_a_reason_too(run):
    judge, last = Judge(), 0
    for given in read_inputs(run):
        judge.verdict(given)
        last = given.n
        if isinstance(given.body, StreamChanged):
            break
    stranger = Tick(InstrumentKey("NFO:0"), given.ts, 100)
    assert judge.verdict(Input(last + 1, given.ts, stranger))[1] == "not_watched"


def _stamped(tick: Tick, ns: int) -> Tick:
    return replace(tick, exch_ts=ns)
