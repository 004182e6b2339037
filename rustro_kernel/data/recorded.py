"""What a run or the store has recorded, as Arrow tables: the ground of `frames` and `duck`.

A run may still be going on, or have crashed: what is whole on disk is shown.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa

from rustro_kernel.data.longer_bars import load
from rustro_kernel.data.tables import IST, bars_table
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.instruments import Instrument, InstrumentKey
from rustro_kernel.domain.past_day import Traded, marked, past_hours
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.inputs import Body, MasterLoaded, SessionStarted
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.records import layout
from rustro_kernel.records.bars.columns import SYNTHETIC, empty, of_bars
from rustro_kernel.records.bars.reader import BarReader
from rustro_kernel.records.bars.stated import StatedBar, bar_of, standing
from rustro_kernel.records.input_log import read_others
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.lines import until_damage
from rustro_kernel.records.pick import said
from rustro_kernel.records.tick_columns import Ints, tick_columns

EVER = 2**62
BARS = "bars"
"""The store's folder in the state folder."""


def is_run(folder: Path) -> bool:
    """Whether a folder is that of a run."""
    return (folder / layout.EVENTS).is_file()


def store_in(folder: Path) -> Path:
    """The bar store of a state folder.

    Raises:
        BadData: If there is none.
    """
    if not (folder / BARS).is_dir():
        raise BadData(str(folder), "neither a run folder nor a state folder with bars")
    return folder / BARS


def instruments(run: Path) -> dict[InstrumentKey, Instrument]:
    """What could be traded in a run, as of its last master."""
    found: dict[InstrumentKey, Instrument] = {}
    for body in _bodies(run):
        if isinstance(body, MasterLoaded):
            found = {one.key: one for one in body.instruments}
    return found


def _bodies(run: Path) -> Iterator[Body]:
    """Every input that is no tick."""
    return (given.body for given in until_damage(read_others(run)))


def ticks(run: Path) -> pa.Table:
    """Every tick by its input number; bid or ask 0 is an empty side."""
    found, known = tick_columns(run), instruments(run)
    symbols = [known[InstrumentKey(n)].symbol if n in known else n for n in found.names]
    return pa.table(
        {
            "input": found.n,
            "received_ist": times(found.ts_ns),
            "exchange_ist": times(found.exch_ts_ns),
            "last_trade_ist": times(found.ltt_ns),
            "instrument": _named(found.instrument, found.names),
            "symbol": _named(found.instrument, symbols),
            "ltp_paise": found.ltp_paise,
            "day_volume_units": found.volume,
            "oi_units": found.oi,
            "bid_paise": found.bid_paise,
            "ask_paise": found.ask_paise,
            "bid_units": found.bid_qty,
            "ask_units": found.ask_qty,
        }
    )


def bars_of_run(run: Path) -> pa.Table:
    """Every bar that a run's ledger states, by series, marked as the store marks it."""
    started = next((b for b in _bodies(run) if isinstance(b, SessionStarted)), None)
    hours = past_hours(started.rules) if started is not None else None
    series: dict[tuple[str, str], list[StatedBar]] = defaultdict(list)
    for bar in standing(until_damage(read_events(run))):
        series[bar.instrument, bar.timeframe].append(bar)
    return pa.concat_tables(
        [_no_bars(), *(_stated(key, frame, bars, hours) for (key, frame), bars in series.items())]
    )


def bars_of_store(
    store: Path, key: str = "", timeframe: str = "", from_ns: int = 0, to_ns: int = EVER
) -> pa.Table:
    """The bars that start on some days; all that is stored unless a series is named.

    Longer bars that are named are made of the stored minutes.
    """
    reader, rules = BarReader(store), MarketRules()
    series = [(k, t) for k, t in reader.series() if key in ("", k)]
    if timeframe:
        series = [(k, Timeframe(timeframe)) for k in dict.fromkeys(k for k, _ in series)]
    parts = [bars_table(k, t, load(reader, k, t, (from_ns, to_ns), rules)) for k, t in series]
    return pa.concat_tables([_no_bars(), *parts])


def trades(run: Path) -> pa.Table:
    """Every round trip that a run's ledger states; lists are words with blanks between."""
    closed = said(until_damage(read_events(run)), PositionClosed)
    columns = {}
    for field in msgspec.structs.fields(PositionClosed):
        values = [getattr(one, field.name) for one in closed]
        if field.name.endswith("_ns"):
            columns[field.name.removesuffix("_ns") + "_ist"] = times(np.array(values, np.int64))
        elif field.type is int:
            columns[field.name] = pa.array(values, pa.int64())
        else:
            texts = [v if isinstance(v, str) else " ".join(v) for v in values]
            columns[field.name] = pa.array(texts, pa.string())
    return pa.table(columns)


def times(ns: Ints) -> pa.Array:
    """Moments with India's zone; 0 is none."""
    return pa.array(ns, mask=ns == 0).cast(IST)


def _named(codes: Ints, names: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(codes.astype(np.int32), pa.array(names, pa.string()))


def _stated(key: str, timeframe: str, stated: list[StatedBar], hours: Traded | None) -> pa.Table:
    stated = sorted(stated, key=lambda bar: bar.start_ns)  # recovered ones were stated late
    frame = Timeframe(timeframe)
    bars = map(bar_of, stated)
    columns = of_bars(marked(bar, frame, hours) for bar in bars) if hours else of_bars(bars)
    made_up = np.array([bar.synthetic for bar in stated]) * SYNTHETIC
    return bars_table(InstrumentKey(key), frame, replace(columns, flags=columns.flags | made_up))


def _no_bars() -> pa.Table:
    return bars_table(InstrumentKey(""), Timeframe.M1, empty())
