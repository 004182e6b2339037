"""What is exported of a run, beyond what is recorded: verdicts on ticks, the chain by minutes."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rustro_kernel.bar_files.arrow_columns import epoch_ns
from rustro_kernel.data import recorded
from rustro_kernel.domain.instruments import Kind
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.records.quarantine import quarantined

QUOTES = (
    "input",
    "ltp_paise",
    "bid_paise",
    "ask_paise",
    "bid_units",
    "ask_units",
    "day_volume_units",
    "oi_units",
)


def ticks_table(run: Path) -> pa.Table:
    """Every tick of a run, and the rule that quarantined it; empty if it was used."""
    ticks = recorded.ticks(run)
    rules = {tick.input: tick.rule for tick in quarantined(run)}
    verdicts = [rules.get(number, "") for number in ticks["input"].to_pylist()]
    return ticks.append_column("quarantined_by", pa.array(verdicts, pa.string()))


def chains_table(run: Path) -> pa.Table:
    """The options of a run: the last quote of each in every minute in which it ticked."""
    known = recorded.instruments(run)
    options = {key: one for key, one in known.items() if one.kind is Kind.OPTION}
    ticks = recorded.ticks(run)
    names = ticks["instrument"].cast(pa.string())
    ticks = ticks.filter(pc.is_in(names, pa.array(list(options), pa.string())))
    minutes = epoch_ns(ticks["exchange_ist"]) // MINUTE
    keys = ticks["instrument"].cast(pa.string()).to_pylist()
    last = {place: row for row, place in enumerate(zip(minutes.tolist(), keys, strict=True))}
    rows = [last[place] for place in sorted(last)]
    about = [options[keys[row]] for row in rows]
    quotes = ticks.take(pa.array(rows, pa.int64()))
    return pa.table(
        {
            "minute_ist": recorded.times(minutes[np.array(rows, np.int64)] * MINUTE),
            "underlying": pa.array([one.underlying for one in about], pa.string()),
            "expiry": pa.array([one.expiry for one in about], pa.string()),
            "strike_paise": pa.array([one.strike for one in about], pa.int64()),
            "right": pa.array([one.right.value if one.right else "" for one in about]),
            "instrument": pa.array([one.key for one in about], pa.string()),
            "symbol": pa.array([one.symbol for one in about], pa.string()),
            **{name: quotes[name] for name in QUOTES},
        }
    )
