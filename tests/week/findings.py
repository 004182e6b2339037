"""What is left of a date, held against the exchange's books and against itself."""

import datetime as dt
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.housekeeping.restore import restore
from rustro_kernel.records import layout
from rustro_kernel.records.exposure import exposure
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.manifest import read_manifest
from rustro_kernel.records.replay import replay
from rustro_kernel.records.verify import verify
from rustro_kernel.records.why import why
from rustro_kernel.session.result import SessionResult
from rustro_kernel.simulator.exchange import Exchange
from tests.session.live.fault_books import differences
from tests.session.live.fault_day import Day

FOREIGN = ("OrphanFound", "PositionReconciled")
"""Events that say the account held something we did not know of."""


class Figures(msgspec.Struct):
    """A date in figures and lists; `problems` has what must hold, empty where it does."""

    date: str
    about: str
    what: str = "closed"
    session: str = ""
    exit_code: int | None = None
    reason: str = ""
    orders: int = 0
    trades: int = 0
    net_rupees: float = 0.0
    why: str = ""
    restarts: int = 0
    faults: list[str] = []
    done: list[str] = []
    said: list[str] = []
    alerts: list[str] = []
    supervisor_mb: float = 0.0
    wall_s: float = 0.0
    problems: dict[str, list[str]] = {}


def examine(figures: Figures, run: Path, backup: Path | None, exchange: Exchange) -> None:
    """Fill in what the records say, and what is wrong with them."""
    events, manifest = list(read_events(run)), read_manifest(run)
    trades = [e.data for e in events if isinstance(e.data, PositionClosed)]
    kinds = Counter(event.type for event in events)
    figures.session, figures.exit_code, figures.reason = (
        run.name,
        manifest.exit_code,
        manifest.reason,
    )
    figures.orders, figures.trades = len(list(exchange.day.desk)), len(trades)
    figures.net_rupees = sum(trade.net_paise for trade in trades) / 100
    figures.why, figures.restarts = _verdict(run), kinds["SessionRestarted"]
    figures.faults = faults(exchange)
    day = Day(SessionResult(manifest.exit_code, manifest.reason, run), exchange, {}, [])
    figures.problems = {
        "exit code 0": [] if manifest.exit_code == 0 else [f"{manifest.exit_code}"],
        "both books agree, to the paisa": differences(day),
        "exposure agrees, and is flat": _exposure(exposure(events).units, exchange),
        "no duplicate": _duplicates(exchange),
        "no orphan": [f"{kinds[name]} {name}" for name in FOREIGN if kinds[name]],
        "replay identical": _replayed(run),
        "verify clean": [str(finding) for finding in verify(run)],
        "backup restorable": _restored(run, backup),
    }


def faults(exchange: Exchange) -> list[str]:
    """What the exchange did wrong, counted."""
    struck = Counter(f"{line.what} {line.on}".strip() for line in exchange.faults.log)
    return [f"{count} x {what}" if count > 1 else what for what, count in struck.items()]


def _verdict(run: Path) -> str:
    return next((line for line in why(run).splitlines() if "rade" in line), "")


def _exposure(ours: dict[str, int], exchange: Exchange) -> list[str]:
    held = exchange.day.pit.portfolio.positions.values()
    theirs = {str(p.listed.instrument.key): p.net for p in held if p.net}
    return [f"ledger {ours}, exchange {theirs}"] if ours or theirs else []


def _duplicates(exchange: Exchange) -> list[str]:
    tags = Counter(order.form.tag for order in exchange.day.desk)
    return [f"{n} orders with tag {tag}" for tag, n in tags.items() if n > 1]


def _replayed(run: Path) -> list[str]:
    result = replay(run, Engine)
    return [] if result.is_identical else [str(result)]


def _restored(run: Path, backup: Path | None) -> list[str]:
    """The day's backup, brought back and checked."""
    if backup is None:
        return ["there is none"]
    place = run.parent.parent / "restored"
    restore(backup, place)
    try:
        back = place / "runs" / run.name
        wrong = [str(finding) for finding in verify(back)]
        same = (back / layout.EVENTS).read_bytes() == (run / layout.EVENTS).read_bytes()
        return wrong if same else [*wrong, "its ledger is another one"]
    finally:
        shutil.rmtree(place)


def alerts(got: list[Any]) -> list[str]:
    """What arrived, as level and text."""
    return [f"{each.get('title', '')}: {each.get('message', '')}" for each in got]


def said_of(log: str, date: dt.date) -> list[str]:
    """The supervisor's lines about a date."""
    return [line for line in log.splitlines() if line.startswith("serve: ") and str(date) in line]
