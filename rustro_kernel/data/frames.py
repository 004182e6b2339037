"""What was recorded, as pandas tables: times in India, the unit in every name that has one.

    frames.ticks("runs/2026-07-15-sim-main-1", unit="rupees")
    frames.bars("state", "NSE:26000", "5m")

A run may still be going on: what is whole on disk is shown.
"""

import datetime as dt
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from rustro_kernel.data import recorded
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import IST, at, midnight_ns

Unit = Literal["paise", "rupees"]
QUOTE = ["ltp_paise", "bid_paise", "ask_paise", "day_volume_units", "oi_units", "age_s"]


def ticks(run: str | Path, *, unit: Unit = "paise") -> pd.DataFrame:
    """Every tick of a run with its input number, by the time it was received.

    An empty side of the book is 0 in paise and NaN in rupees.
    """
    frame = _frame(recorded.ticks(Path(run)), "received_ist")
    if unit == "rupees":
        frame[["bid_paise", "ask_paise"]] = frame[["bid_paise", "ask_paise"]].replace(
            0, float("nan")
        )
    return _in(unit, frame)


def bars(
    folder: str | Path,
    instrument: str = "",
    timeframe: str = "",
    from_date: dt.date | None = None,
    to_date: dt.date | None = None,
    *,
    unit: Unit = "paise",
) -> pd.DataFrame:
    """The bars of a run or of a state folder's store, by their start.

    Args:
        folder: A run folder, or the state folder all runs share.
        instrument: Only this one, such as "NSE:26000".
        timeframe: Only this one: "1m", "5m", "15m", "1h", "1d".
        from_date: Only from this date on.
        to_date: Only up to this date, which is included.
        unit: Of the prices.

    Raises:
        BadData: If the folder is neither.
        ValueError: If there is no such timeframe.
    """
    path, wanted = Path(folder), Timeframe(timeframe).value if timeframe else ""
    start = midnight_ns(from_date) if from_date else 0
    end = midnight_ns(to_date + dt.timedelta(1)) if to_date else recorded.EVER
    if recorded.is_run(path):
        table = _picked(recorded.bars_of_run(path), instrument=instrument, timeframe=wanted)
    else:
        table = recorded.bars_of_store(recorded.store_in(path), instrument, wanted, start, end)
    found = _frame(table, "start_ist")
    return _in(unit, found[(found.index >= _moment(start)) & (found.index < _moment(end))])


def trades(run: str | Path, *, unit: Unit = "paise") -> pd.DataFrame:
    """Every round trip of a run, by the time of its entry."""
    return _in(unit, _frame(recorded.trades(Path(run)), "entry_ist"))


def chain(run: str | Path, moment: str = "", *, unit: Unit = "paise") -> pd.DataFrame:
    """The option chain of a run as it stood, by underlying, expiry and strike.

    Args:
        run: The run folder.
        moment: "HH:MM" or "HH:MM:SS"; empty: the last quotes of the run.
        unit: Of the prices.

    Raises:
        ValueError: If `moment` is no time of day.
    """
    seen: pd.DataFrame = recorded.ticks(Path(run)).to_pandas()
    now = seen["received_ist"].max()
    if moment and len(seen):
        now = _moment(at(now.date(), moment))
        seen = seen[seen["received_ist"] <= now]
    last = seen.drop_duplicates("instrument", keep="last").set_index("instrument")
    quotes = last.assign(age_s=(now - last["received_ist"]).dt.total_seconds())[QUOTE]
    return _in(unit, _sides(_options(Path(run)).join(quotes, how="inner")))


def _options(run: Path) -> pd.DataFrame:
    """Every option of a run's master, by instrument."""
    rows = [
        (one.key, one.underlying, one.expiry, one.strike, one.right.value.lower())
        for one in recorded.instruments(run).values()
        if one.right is not None
    ]
    names = ["instrument", "underlying", "expiry", "strike_paise", "right"]
    return pd.DataFrame(rows, columns=names).set_index("instrument")


def _sides(quotes: pd.DataFrame) -> pd.DataFrame:
    """Call and put of a strike in one row."""
    strikes = ["underlying", "expiry", "strike_paise"]
    sides = [
        quotes[quotes["right"] == right].set_index(strikes)[QUOTE].add_prefix(f"{right}_")
        for right in ("ce", "pe")
    ]
    return pd.concat(sides, axis=1).sort_index()


def _picked(table: pa.Table, **wanted: str) -> pa.Table:
    """The rows with these values; an empty one is any."""
    for name, value in wanted.items():
        if value:
            table = table.filter(pc.equal(table[name], value))
    return table


def _frame(table: pa.Table, index: str) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()
    return frame.set_index(index).sort_index(kind="stable")


def _in(unit: Unit, frame: pd.DataFrame) -> pd.DataFrame:
    """Prices in the unit wanted; the name says which it is."""
    if unit == "paise":
        return frame
    if isinstance(frame.index, pd.MultiIndex):
        names = [_rupees(str(name)) for name in frame.index.names]
        return _in(unit, frame.reset_index()).set_index(names)
    paise = [name for name in frame.columns if name.endswith("_paise")]
    return frame.assign(**{name: frame[name] / 100 for name in paise}).rename(columns=_rupees)


def _rupees(name: str) -> str:
    return f"{name.removesuffix('_paise')}_rupees" if name.endswith("_paise") else name


def _moment(ns: int) -> pd.Timestamp:
    return pd.Timestamp(ns, tz=IST)
