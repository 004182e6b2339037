"""Which column of a file is which: usual names, and what the user says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rustro_kernel.bar_files.source import Source
from rustro_kernel.domain.errors import BadData

PRICES = ("open", "high", "low", "close")
USUAL = {
    "ts": (
        "ts timestamp datetime datetimeist dateandtime startns startist tsns start starttime epoch "
        "unixtime"
    ),
    "date": "date day tradedate tradingdate yyyymmdd",
    "time": "time clock tradetime hhmm",
    "open": "open o openprice opn opnpric",
    "high": "high h highprice hgh hghpric",
    "low": "low l lowprice lwpric",
    "close": "close c closeprice clspric",
    "volume": "volume vol v volumeunits tradedvolume totaltradedvolume quantity qty sharestraded",
    "oi": "oi openinterest openint oiunits opnintrst",
    "symbol": "symbol ticker instrument scrip tckrsymb",
}
"""Names as they are once case and everything but letters and digits is gone."""
OF_INDEX = ("unnamed0", "indexlevel0")
"""What pandas calls an index without a name: the time, or only a count of the rows."""


@dataclass(frozen=True)
class Columns:
    """The file's own names; a price column may say by its name that it holds paise."""

    times: tuple[str, ...]  # one, or a date and a time
    prices: tuple[str, ...]  # open, high, low, close
    volume: str | None
    oi: str | None
    symbol: str | None

    @property
    def says_paise(self) -> bool:
        """Whether the names give the unit."""
        return all(name.lower().endswith("_paise") for name in self.prices)


def find_columns(source: Source, said: Mapping[str, str] | None = None) -> Columns:
    """The columns of a bar file.

    Args:
        source: The file.
        said: Its own names by ours, where the user gave them.

    Raises:
        BadData: If one is missing, cannot be told from another, or was given and is not there.
    """
    names = source.table.column_names
    found = _usual(source, names, dict(said or {}))
    lost = [name for name in PRICES if name not in found]
    if not {"ts", "date", "time"} & set(found):
        lost.insert(0, "ts")
    if lost:
        columns = ", ".join(names)
        raise BadData(source.name, f"has no column {', '.join(lost)}; its columns are {columns}")
    open_, high, low, close = (found[name] for name in PRICES)
    symbol = found.get("symbol")
    prices = (open_, high, low, close)
    return Columns(_times(found), prices, found.get("volume"), found.get("oi"), symbol)


def _times(found: Mapping[str, str]) -> tuple[str, ...]:
    if "ts" in found:
        return (found["ts"],)
    return tuple(found[name] for name in ("date", "time") if name in found)


def _usual(source: Source, names: list[str], said: dict[str, str]) -> dict[str, str]:
    for ours, theirs in said.items():
        if ours not in USUAL:
            raise BadData(source.name, f"--map {ours}: is none of {', '.join(USUAL)}")
        if names.count(theirs) != 1:
            problem = f"--map {ours}={theirs}: the file has {names.count(theirs)} such columns"
            raise BadData(source.name, f"{problem}; its columns are {', '.join(names)}")
    found = dict(said)
    for ours, usual in USUAL.items():
        if ours not in said:
            fitting = [n for n in names if n not in said.values() and _bare(n) in usual.split()]
            if len(fitting) > 1:
                raise BadData(
                    source.name,
                    f"has more than one column {ours}: {', '.join(fitting)}; "
                    f"its columns are {', '.join(names)}; say --map {ours}=NAME",
                )
            found.update((ours, name) for name in fitting)
    if not {"ts", "date", "time"} & set(found):
        found.update(("ts", name) for name in names if _bare(name) in OF_INDEX)
    return found


def _bare(name: str) -> str:
    return re.sub("[^a-z0-9]", "", re.sub("_paise$", "", name.lower()))
