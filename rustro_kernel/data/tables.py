"""What can be exported, as Arrow tables: every column says its unit."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.instruments import Instrument, InstrumentKey, Kind
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.inputs import Input, MasterLoaded
from rustro_kernel.records import layout
from rustro_kernel.records.bars.columns import AUCTION, CORRECTED, SPECIAL, STUB, SYNTHETIC, Columns
from rustro_kernel.records.input_log import whole_inputs
from rustro_kernel.records.quarantine import Judge

IST = pa.timestamp("ns", "Asia/Kolkata")
MARKS = {
    "auction": AUCTION,
    "corrected": CORRECTED,
    "stub": STUB,
    "special_day": SPECIAL,
    "synthetic": SYNTHETIC,
}


def bars_table(key: InstrumentKey, timeframe: Timeframe, columns: Columns) -> pa.Table:
    """Bars of the store."""
    count = len(columns)
    marks = {name: pa.array((columns.flags & bit) != 0) for name, bit in MARKS.items()}
    return pa.table(
        {
            "instrument": pa.array([key] * count, pa.string()),
            "timeframe": pa.array([timeframe.value] * count, pa.string()),
            "start_ist": _times(columns.start_ns),
            "open_paise": columns.open_paise,
            "high_paise": columns.high_paise,
            "low_paise": columns.low_paise,
            "close_paise": columns.close_paise,
            "volume_units": columns.volume,
            **marks,
        }
    )


def ticks_table(folder: Path) -> pa.Table:
    """The ticks of a run with the input number of each, and the rule that quarantined it."""
    judge, rows, rules = Judge(), [], []
    for given in whole_inputs(folder):
        rule = judge.verdict(given)[1]
        if isinstance(given.body, Tick):
            rows.append(given)
            rules.append(rule)
    return _tick_columns(rows).append_column("quarantined_by", pa.array(rules, pa.string()))


def chains_table(folder: Path) -> pa.Table:
    """The options of a run, minute by minute: the last quote of each in every minute it ticked."""
    options: dict[str, Instrument] = {}
    last: dict[tuple[int, str], Input] = {}
    for given in whole_inputs(folder):
        if isinstance(given.body, MasterLoaded):
            options = {i.key: i for i in given.body.instruments if i.kind is Kind.OPTION}
        elif isinstance(given.body, Tick) and given.body.instrument in options:
            last[given.body.exch_ts // MINUTE, given.body.instrument] = given
    rows = [last[place] for place in sorted(last)]
    about = [options[row.body.instrument] for row in rows if isinstance(row.body, Tick)]
    minutes = np.array([minute * MINUTE for minute, _ in sorted(last)], dtype=np.int64)
    table = pa.table(
        {
            "minute_ist": _times(minutes),
            "underlying": [one.underlying for one in about],
            "expiry": [one.expiry for one in about],
            "strike_paise": pa.array([one.strike for one in about], pa.int64()),
            "right": [one.right.value if one.right else "" for one in about],
            "symbol": [one.symbol for one in about],
        }
    )
    quotes = _tick_columns(rows)
    for name in quotes.column_names:
        table = table.append_column(name, quotes[name])
    return table


def trades_table(folder: Path) -> pa.Table:
    """The round trips of a run, as recorded.

    Raises:
        BadData: If the folder holds no trades file.
    """
    path = folder / layout.TRADES
    if not path.is_file():
        raise BadData(str(folder), f"there is no {layout.TRADES}")
    found: dict[str, list[object]] = defaultdict(list)
    for line in path.read_bytes().splitlines():
        for name, value in msgspec.json.decode(line, type=dict[str, object]).items():
            found[name].append(_flat(value))
    return pa.table({name: _column(name, values) for name, values in found.items()})


def _column(name: str, values: Sequence[object]) -> pa.Array:
    if name.endswith("_ns"):
        return pa.array(values, pa.int64())
    return pa.array(values)


def _flat(value: object) -> object:
    return " ".join(map(str, value)) if isinstance(value, list) else value


def _times(ns: "np.ndarray[tuple[int], np.dtype[np.int64]] | list[int]") -> pa.Array:
    return pa.array(ns, pa.int64()).cast(IST)


def _tick_columns(rows: Iterable[Input]) -> pa.Table:
    ticks = [(given.n, given.ts, given.body) for given in rows if isinstance(given.body, Tick)]
    return pa.table(
        {
            "input": pa.array([n for n, _, _ in ticks], pa.int64()),
            "received_ist": _times([ts for _, ts, _ in ticks]),
            "exchange_ist": _times([tick.exch_ts for _, _, tick in ticks]),
            "instrument": pa.array([tick.instrument for _, _, tick in ticks], pa.string()),
            "ltp_paise": pa.array([tick.ltp for _, _, tick in ticks], pa.int64()),
            "day_volume_units": pa.array([tick.volume for _, _, tick in ticks], pa.int64()),
            "oi_units": pa.array([tick.oi for _, _, tick in ticks], pa.int64()),
            "bid_paise": pa.array([tick.bid for _, _, tick in ticks], pa.int64()),
            "ask_paise": pa.array([tick.ask for _, _, tick in ticks], pa.int64()),
            "bid_units": pa.array([tick.bid_qty for _, _, tick in ticks], pa.int64()),
            "ask_units": pa.array([tick.ask_qty for _, _, tick in ticks], pa.int64()),
        }
    )
