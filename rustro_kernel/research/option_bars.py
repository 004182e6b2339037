"""Real option bars: where somebody has them, a backtest uses them before any model.

The table has one row for each minute in which a series traded: `ts` (the minute's start, with its
zone), `expiry` (a date), `strike` and `open`, `high`, `low`, `close` in rupees, `right` CE or PE.
Other columns are not looked at; minutes without a trade are simply not there.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from rustro_kernel.bar_files.arrays import Ints, Mask
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.instruments import Right
from rustro_kernel.domain.market_time import MINUTE

PRICES = ("open", "high", "low", "close")
COLUMNS = ("ts", "expiry", "strike", "right", *PRICES)
Series = tuple[str, int, str]
"""Expiry (ISO), strike in paise, CE or PE."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """One series, oldest first: starts in ns since the epoch, prices in paise."""

    start_ns: Ints
    ohlc: Ints  # one row a bar

    def rows(self, start_ns: Ints) -> tuple[Ints, Mask]:
        """The bars of some minutes, and which of them there are; the others' prices are 0."""
        at = np.minimum(np.searchsorted(self.start_ns, start_ns), len(self.start_ns) - 1)
        found = self.start_ns[at] == start_ns
        return np.where(found[:, None], self.ohlc[at], 0), found


class OptionBars:
    """Real 1m bars by series; made by `load`."""

    def __init__(
        self, series: Mapping[Series, Minutes], dates: frozenset[dt.date], identity: str
    ) -> None:
        self._series, self.dates, self.identity = series, dates, identity

    @classmethod
    def load(cls, data: object) -> "OptionBars":
        """Read a table of option bars: a Parquet or CSV file, or a DataFrame.

        OptionBars are handed back as they are.

        Raises:
            BadData: If it cannot be used, in one sentence.
        """
        if isinstance(data, cls):
            return data
        name, table = _table(data)
        _check(name, table)
        ts_ns = table.ts.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[ns]")
        ohlc = np.rint(table[list(PRICES)].to_numpy(np.float64) * 100).astype(np.int64)
        keys = pd.DataFrame({
            "expiry": pd.to_datetime(table.expiry).dt.strftime("%Y-%m-%d"),
            "strike": np.rint(table.strike.to_numpy(np.float64) * 100).astype(np.int64),
            "right": table.right.astype(str),
        })  # fmt: skip
        starts = ts_ns.astype(np.int64)
        found: dict[Series, Minutes] = {}
        for key, rows in keys.groupby(["expiry", "strike", "right"]).indices.items():
            order = rows[np.argsort(starts[rows], kind="stable")]
            found[cast("Series", key)] = Minutes(starts[order], ohlc[order])
        dates = table.ts.dt.tz_convert("Asia/Kolkata").dt.date
        return cls(found, frozenset(dates), f"{name} {_content(found)}")

    def minutes(self, expiry: str, strike_paise: int, right: Right) -> Minutes | None:
        """A series' bars of all days, if there are any."""
        return self._series.get((expiry, strike_paise, right.value))

    def __len__(self) -> int:
        return sum(len(series.start_ns) for series in self._series.values())


def _content(series: Mapping[Series, Minutes]) -> str:
    """A hash of every bar, whatever order they came in."""
    content = hashlib.sha256()
    for key in sorted(series):
        content.update(repr(key).encode() + series[key].start_ns.tobytes())
        content.update(np.ascontiguousarray(series[key].ohlc).tobytes())
    return content.hexdigest()


def _table(data: object) -> tuple[str, pd.DataFrame]:
    if isinstance(data, pd.DataFrame):
        return "option bars", data.reset_index(drop=True)
    if not isinstance(data, str | Path):
        raise BadData("option bars", f"are a path or a DataFrame, got {type(data).__name__}")
    path = Path(data).expanduser()
    if not path.is_file():
        raise BadData(str(path), "is a folder, not a file" if path.is_dir() else "no such file")
    try:
        if path.suffix.lower() == ".csv":
            return path.name, pd.read_csv(path, parse_dates=["ts", "expiry"])
        return path.name, pd.read_parquet(path)
    except (ValueError, OSError) as exc:  # pyarrow's errors are ValueErrors
        raise BadData(path.name, "cannot be read as Parquet or CSV of option bars") from exc


def _check(name: str, table: pd.DataFrame) -> None:
    """Refuse what would be priced wrongly."""
    lacking = [column for column in COLUMNS if column not in table]
    if lacking:
        raise BadData(name, f"lacks {', '.join(lacking)}; option bars have {', '.join(COLUMNS)}")
    if not len(table):
        raise BadData(name, "has no rows")
    if not isinstance(table.ts.dtype, pd.DatetimeTZDtype):
        raise BadData(name, "column ts has no time zone")
    if not set(table.right.astype(str)) <= {"CE", "PE"}:
        raise BadData(name, "column right holds something else than CE and PE")
    _check_prices(name, table)


def _check_prices(name: str, table: pd.DataFrame) -> None:
    opened, high, low, close = (table[column] for column in PRICES)
    sound = (low > 0) & opened.between(low, high) & close.between(low, high)
    if not sound.all():
        row = int(np.flatnonzero(~sound)[0]) + 1
        raise BadData(name, f"row {row} has no price, one of 0, or open or close outside low..high")
    if (table.ts.astype("int64") % (MINUTE // _unit_ns(table.ts))).any():
        raise BadData(name, "column ts holds times inside a minute; bars carry their start")
    if table.duplicated(["ts", "expiry", "strike", "right"]).any():
        raise BadData(name, "has two bars of one series and minute")


def _unit_ns(ts: pd.Series) -> int:
    """Nanoseconds in what the column counts."""
    return {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}[ts.dt.unit]
