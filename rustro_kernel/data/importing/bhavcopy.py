"""NSE's end-of-day file of futures and options (UDiFF): one table a day, a contract a row.

A token means a contract only as of its date, so the rows stay together by date and are not spread
over the bar store. The bhavcopy's `settle` of an expiring contract is the index's close, no price.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa

from rustro_kernel.bar_files.dates import read_stamps
from rustro_kernel.bar_files.raw import read_numbers
from rustro_kernel.bar_files.source import Source, read_source
from rustro_kernel.data.files import write_table
from rustro_kernel.data.importing.bhavcopy_verdicts import quarantine, verdicts
from rustro_kernel.data.importing.figures import sha256
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.market_time import DAY
from rustro_kernel.domain.quality import Counted, Gate, counted
from rustro_kernel.market_rules import MarketRules

SIGNS = {"TradDt", "FinInstrmTp", "FinInstrmId", "TckrSymb", "XpryDt", "ClsPric"}
"""Columns by which a file is known as a bhavcopy."""

EXCHANGES = {"NSE": "NFO", "BSE": "BFO"}
KINDS = {"IDF": "FUT", "STF": "FUT", "IDO": "OPT", "STO": "OPT"}
TEXTS = {"TckrSymb": "underlying", "FinInstrmId": "token", "FinInstrmNm": "symbol"}
PRICES = {
    "StrkPric": "strike_paise",
    "OpnPric": "open_paise",
    "HghPric": "high_paise",
    "LwPric": "low_paise",
    "ClsPric": "close_paise",
    "LastPric": "last_paise",
    "PrvsClsgPric": "previous_close_paise",
    "UndrlygPric": "underlying_close_paise",
    "SttlmPric": "settle_paise",
}
COUNTS = {
    "OpnIntrst": "oi_units",
    "ChngInOpnIntrst": "oi_change_units",
    "TtlTradgVol": "volume_units",
    "TtlNbOfTxsExctd": "trades",
    "NewBrdLotQty": "lot_units",
}


@dataclass(frozen=True)
class Bhavcopy:
    """One day; `rows` is `table.num_rows` plus the counts in `dropped`."""

    source: Source
    date: dt.date
    exchange: str
    table: pa.Table
    rows: int
    dropped: dict[str, int]
    quarantine: pa.Table  # the dropped rows, with `where` and `rule`

    @property
    def report(self) -> "BhavcopyReport":
        """The figures."""
        kept, quality = self.table.num_rows, counted(Gate.IMPORT, self.dropped)
        about = (self.source.name, sha256(self.source), str(self.date), self.exchange)
        return BhavcopyReport(*about, self.rows, kept, self.dropped, quality)

    def __str__(self) -> str:
        lost = ", ".join(f"{count} {rule}" for rule, count in self.dropped.items() if count)
        contracts = f"{self.table.num_rows} contracts kept, dropped: {lost or 'none'}"
        return f"bhavcopy of {self.date}: {self.rows} rows, {contracts}"


class BhavcopyReport(msgspec.Struct, frozen=True):
    """What an import of one found; `rows` is always `kept` plus the counts in `dropped`."""

    file: str
    sha256: str
    date: str
    exchange: str
    rows: int
    kept: int
    dropped: dict[str, int]
    quality: tuple[Counted, ...]


def is_bhavcopy(source: Source) -> bool:
    """Whether a file is one."""
    return set(source.table.column_names) >= SIGNS


def read_bhavcopy(path: Path, rules: MarketRules) -> Bhavcopy:
    """Read and check a day.

    Raises:
        BadData: If it is none, a cell is no number, or it is not of one trading day.
    """
    source = read_source(path)
    wanted = {*SIGNS, *TEXTS, *PRICES, *COUNTS, "OptnTp", "Src"}
    if lost := sorted(wanted - set(source.table.column_names)):
        problem = f"is no UDiFF bhavcopy of futures and options: it lacks {', '.join(lost)}"
        raise BadData(path.name, problem)
    date, table = _date(source, rules), _table(source)
    found = verdicts(table)
    kept = np.array([verdict == "" for verdict in found])
    dropped = dict(Counter(verdict for verdict in found if verdict))
    table = table.add_column(0, "date", pa.array([date] * table.num_rows, pa.date32()))
    exchange = EXCHANGES.get(str(source.table["Src"][0]), "NFO")
    lost = quarantine(source, table, found)
    return Bhavcopy(source, date, exchange, table.filter(pa.array(kept)), len(kept), dropped, lost)


def _date(source: Source, rules: MarketRules) -> dt.date:
    days = read_stamps(source, ("TradDt",)).ns // DAY
    if len(np.unique(days)) != 1:
        raise BadData(source.name, "holds more than one day; a bhavcopy is of one")
    date = dt.date(1970, 1, 1) + dt.timedelta(int(days[0]))
    if not rules.is_trading_day(date):
        raise BadData(source.name, f"is of {date}: {rules.why_closed(date)}, no trading day")
    return date


def _table(source: Source) -> pa.Table:
    text = {ours: source.table[name].cast(pa.string()) for name, ours in TEXTS.items()}
    expiry = read_stamps(source, ("XpryDt",)).ns // DAY
    kinds = [KINDS.get(str(kind)) for kind in source.table["FinInstrmTp"].to_pylist()]
    prices = {ours: _whole(source, name, 100) for name, ours in PRICES.items()}
    counts = {ours: _whole(source, name, 1) for name, ours in COUNTS.items()}
    return pa.table(
        {
            **text,
            "kind": pa.array(kinds, pa.string()),
            "expiry": pa.array(expiry.astype(np.int32), pa.int32()).cast(pa.date32()),
            "right": source.table["OptnTp"].cast(pa.string()),
            **prices,
            **counts,
        }
    )


def _whole(source: Source, name: str, scale: int) -> pa.Array:
    """Paise or units; null where there is nothing, which is not 0."""
    found = read_numbers(source, name) * scale
    missing = ~np.isfinite(found)
    whole = np.rint(np.where(missing, 0, found)).astype(np.int64)
    return pa.array(whole, mask=missing)


def chain_file(folder: Path, exchange: str, date: dt.date) -> Path:
    """Where a day is stored under the state folder."""
    return folder / "chains" / exchange / f"{date}.parquet"


def store_bhavcopy(found: Bhavcopy, folder: Path) -> Path:
    """Store a day, in place of the one that may be there."""
    path = chain_file(folder, found.exchange, found.date)
    write_table(found.table, path)
    return path
