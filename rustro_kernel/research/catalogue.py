"""Every run and every saved backtest of a folder as one table."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pandas as pd

from rustro_kernel.domain.errors import BadData, DamagedRecord
from rustro_kernel.records import layout
from rustro_kernel.records.manifest import read_manifest
from rustro_kernel.records.report import Report
from rustro_kernel.records.trade_figures import TradeFigures
from rustro_kernel.research.metrics import Metrics
from rustro_kernel.research.saved import BACKTEST, METRICS, SavedFacts

T = TypeVar("T")
ZONE = "Asia/Kolkata"
COLUMNS = {
    "session_id": "the run's identity; of a backtest the digest of its events",
    "date": "the trading day; of a backtest the first one",
    "until": "the last trading day",
    "mode": "sim, paper, live, or backtest",
    "account": "whose",
    "strategy": "its name",
    "direction": "of the day, by underlying",
    "signals": "count",
    "trades": "closed",
    "wins": "with net > 0",
    "gross_rs": "before charges",
    "charges_rs": "paid",
    "net_rs": "after charges",
    "drawdown_rs": "of closed trades, from the highest point",
    "exit_code": "0 done, 1 error, 4 stopped by risk; none while it runs or if it was killed",
    "reason": "how it ended",
    "started_ist": "wall time",
    "config_hash": "of every setting that decides",
    "data": "identity of the prices",
    "synthetic": "parts of the data that are invented, count",
    "folder": "where its records are",
    "problem": "why a row is not whole",
}
"""Every column of `runs` and what it holds."""


def runs(folder: str | Path = "runs") -> pd.DataFrame:
    """Every run below a folder, oldest day first; `COLUMNS` says what the columns hold.

    Read from each run's report and manifest alone, so a thousand runs take a second. A run that
    goes on, was killed or is damaged has its row too, with what is known of it.

    Raises:
        BadData: If there is no such folder.
    """
    place = Path(folder)
    if not place.is_dir():
        raise BadData(str(folder), "no such folder; runs are made by rustro run")
    rows = [_row(found) for found in run_folders(place)]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).convert_dtypes()
    for name in ("date", "until"):
        table[name] = pd.to_datetime(table[name])
    table["started_ist"] = pd.to_datetime(table["started_ist"], utc=True).dt.tz_convert(ZONE)
    return table.sort_values(["date", "started_ist"], ignore_index=True)


def run_folders(place: Path) -> Iterator[Path]:
    """The run folders in a folder and the folders below it, those inside a run left out."""
    if any((place / name).is_file() for name in (layout.EVENTS, layout.MANIFEST, BACKTEST)):
        yield place
        return
    for child in sorted(place.iterdir()):
        if child.is_dir() and not child.name.startswith("."):
            yield from run_folders(child)


def _row(folder: Path) -> dict[str, Any]:
    row: dict[str, Any] = {"folder": str(folder)}
    problems = []
    is_backtest = (folder / BACKTEST).is_file()
    for known in (_of_backtest, _of_metrics) if is_backtest else (_of_report, _of_manifest):
        try:
            row |= known(folder)
        except DamagedRecord as exc:
            problems.append(str(exc))
    return {**row, "problem": "; ".join(problems) or None}


def _read(folder: Path, name: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode((folder / name).read_bytes(), type=kind)
    except FileNotFoundError:
        raise DamagedRecord(name, 1, "missing") from None
    except (ValueError, OSError) as exc:
        raise DamagedRecord(name, 1, str(exc)) from exc


def _of_report(folder: Path) -> dict[str, Any]:
    found = _read(folder, layout.REPORT, Report)
    run = found.run
    return {
        "session_id": run.session_id,
        "date": run.date or None,
        "until": run.date or None,
        "mode": run.mode,
        "account": run.account,
        "strategy": run.strategy,
        "direction": ", ".join(f"{d.underlying} {d.direction}" for d in found.directions),
        "signals": found.orders.signals,
        **_of_trades(found.trades),
        "exit_code": run.exit_code,
        "reason": run.reason,
        "config_hash": run.config_hash,
        "data": run.data,
        "synthetic": len(run.synthetic),
    }


def _of_trades(trades: TradeFigures) -> dict[str, Any]:
    return {
        "trades": trades.trades,
        "wins": trades.wins,
        "gross_rs": trades.gross_rs,
        "charges_rs": trades.charges.total_rs,
        "net_rs": trades.net_rs,
        "drawdown_rs": trades.max_drawdown_rs,
    }


def _of_backtest(folder: Path) -> dict[str, Any]:
    found = _read(folder, BACKTEST, SavedFacts)
    return {
        "session_id": found.digest,
        "date": found.first,
        "until": found.last,
        "mode": "backtest",
        "strategy": found.strategy,
        "config_hash": found.config_hash,
        "data": found.data,
        "synthetic": len(found.synthetic),
    }


def _of_metrics(folder: Path) -> dict[str, Any]:
    return _of_trades(_read(folder, METRICS, Metrics).trades)


def _of_manifest(folder: Path) -> dict[str, Any]:
    found = read_manifest(folder)
    started = dt.datetime.fromtimestamp(found.started_ns / 1e9, dt.UTC)
    known = {"session_id": found.session_id, "exit_code": found.exit_code, "reason": found.reason}
    return {**known, "started_ist": started}
