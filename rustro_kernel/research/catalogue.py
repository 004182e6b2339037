"""Every run, saved backtest, sweep and walk-forward of a folder as one table."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pandas as pd

from rustro_kernel.domain.errors import BadData, DamagedRecord
from rustro_kernel.engine.inputs import BACKTEST as BACKTEST_MODE
from rustro_kernel.records import layout
from rustro_kernel.records.manifest import read_manifest
from rustro_kernel.records.report import Report
from rustro_kernel.records.trade_figures import TradeFigures
from rustro_kernel.research.evidence import EVIDENCE, Evidence
from rustro_kernel.research.metrics import Metrics
from rustro_kernel.research.origin import Origin
from rustro_kernel.research.saved import BACKTEST, METRICS, SavedFacts
from rustro_kernel.research.sweep.saved import SWEEP, SweptFacts

T = TypeVar("T")
ZONE = "Asia/Kolkata"
COLUMNS = {
    "kind": "run, backtest, sweep, or walk_forward",
    "session_id": "a run's identity; else the digest of a backtest's events, a sweep's table",
    "date": "the trading day, or the first one",
    "until": "the last trading day",
    "mode": "sim, paper, live; of everything else backtest",
    "account": "whose",
    "strategy": "its name",
    "sets": "of parameters that were played: of a sweep or a walk-forward",
    "direction": "of the day, by underlying",
    "signals": "count",
    "trades": "closed; this and the money of a walk-forward's tests, never of a sweep's best set",
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
    """Everything kept below a folder, oldest day first; `COLUMNS` says what the columns hold.

    Runs, and what `Result.save`, `sweep(save=)` and `WalkForward.save` have written. Read from the
    figures each of them keeps, so a thousand runs take a second. A run that
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
    if any((place / name).is_file() for name in (layout.EVENTS, layout.MANIFEST, *_OTHERS)):
        yield place
        return
    for child in sorted(place.iterdir()):
        if child.is_dir() and not child.name.startswith("."):
            yield from run_folders(child)


def _row(folder: Path) -> dict[str, Any]:
    found = (kind for name, kind in _OTHERS.items() if (folder / name).is_file())
    kind = next(found, "run")
    row: dict[str, Any] = {"folder": str(folder), "kind": kind}
    problems = []
    for known in _READ[kind]:
        try:
            row |= known(folder)
        except DamagedRecord as exc:
            problems.append(str(exc))
    return {"problem": "; ".join(problems) or None, **row}


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
    known = {"session_id": found.digest, "config_hash": found.config_hash}
    return {**_of_facts(found), **known}


def _of_metrics(folder: Path) -> dict[str, Any]:
    return _of_trades(_read(folder, METRICS, Metrics).trades)


def _of_manifest(folder: Path) -> dict[str, Any]:
    found = read_manifest(folder)
    started = dt.datetime.fromtimestamp(found.started_ns / 1e9, dt.UTC)
    known = {"session_id": found.session_id, "exit_code": found.exit_code, "reason": found.reason}
    return {**known, "started_ist": started}


def _of_sweep(folder: Path) -> dict[str, Any]:
    found = _read(folder, SWEEP, SweptFacts)
    failed = f"{found.failed} of {found.sets} sets failed" if found.failed else None
    return {
        **_of_facts(found),
        "session_id": found.digest,
        "config_hash": found.config_hash,
        "sets": found.sets,
        "problem": failed,
    }


def _of_walk(folder: Path) -> dict[str, Any]:
    found = _read(folder, EVIDENCE, Evidence)
    tests = {"trades": found.oos_trades, "net_rs": found.oos_net_rs}
    return {**_of_facts(found), **tests, "sets": found.sets}


def _of_facts(found: Origin) -> dict[str, Any]:
    return {
        "date": found.first,
        "until": found.last,
        "mode": BACKTEST_MODE,
        "strategy": found.strategy,
        "data": found.data,
        "synthetic": len(found.synthetic),
    }


_OTHERS = {SWEEP: "sweep", BACKTEST: "backtest", EVIDENCE: "walk_forward"}
"""The file that a folder is known by, if it is no run."""
_READ: Mapping[str, Sequence[Callable[[Path], dict[str, Any]]]] = {
    "run": (_of_report, _of_manifest),
    "backtest": (_of_backtest, _of_metrics),
    "sweep": (_of_sweep,),
    "walk_forward": (_of_walk,),
}
