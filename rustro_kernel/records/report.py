"""report.json: the day in figures, all of them from the ledger.

`health` alone comes from health.jsonl; it holds wall times and is not what `verify` recomputes.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.quality import Counted
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.events.startup import (
    ConfigLoaded,
    DataIdentified,
    LogInitialized,
    TradingDayChecked,
)
from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_kernel.engine.events.system import ShutdownCompleted
from rustro_kernel.engine.turn import Event
from rustro_kernel.records import layout
from rustro_kernel.records.day_figures import (
    AlignmentFigures,
    DirectionFigures,
    GapFigures,
    VixFigures,
    alignments,
    directions,
    gap_figures,
    quality_figures,
    vix_figures,
)
from rustro_kernel.records.files import write_whole
from rustro_kernel.records.funnel import Funnel, funnels
from rustro_kernel.records.health import HealthNote, read_health
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.order_figures import OrderFigures, order_figures
from rustro_kernel.records.pick import said
from rustro_kernel.records.trade_figures import TradeFigures, trade_figures


class RunFigures(msgspec.Struct, frozen=True):
    """What ran, on what, and how it ended; empty while it is not known."""

    session_id: str = ""
    date: str = ""
    mode: str = ""
    account: str = ""
    strategy: str = ""
    config_hash: str = ""
    data: str = ""
    synthetic: tuple[str, ...] = ()
    exit_code: int | None = None
    reason: str = ""
    events: int = 0


class HealthFigures(msgspec.Struct, frozen=True):
    """How the machine fared; wall time."""

    uptime_s: float = 0.0
    worst_lag_ms: float | None = None
    notes: dict[str, int] = {}


class Report(msgspec.Struct, frozen=True):
    """The whole day."""

    run: RunFigures
    directions: tuple[DirectionFigures, ...]
    alignments: tuple[AlignmentFigures, ...]
    funnels: tuple[Funnel, ...]
    orders: OrderFigures
    trades: TradeFigures
    vix: VixFigures
    data: GapFigures
    quality: tuple[Counted, ...]  # the engine's rules, each with its count
    risk: dict[str, int]  # how often each breaker and limit spoke
    health: HealthFigures = HealthFigures()


_RISK = (
    "VixSpike",
    "DailyLossLimitHit",
    "ConsecutiveLossLimitHit",
    "MarginBreach",
    "TradingHalted",
    "KillSwitchActivated",
    "KillOverdue",
    "LimitedModeStarted",
)


def report(events: Sequence[Event], health: Iterable[HealthNote] = ()) -> Report:
    """The figures of a ledger."""
    kinds = Counter(e.type for e in events)
    return Report(
        run=run_figures(events),
        directions=directions(events),
        alignments=alignments(events),
        funnels=funnels(said(events, EntryEvaluated)),
        orders=order_figures(events),
        trades=trade_figures(said(events, PositionClosed)),
        vix=vix_figures(events),
        data=gap_figures(events),
        quality=quality_figures(events),
        risk={name: kinds[name] for name in _RISK},
        health=_health(list(health)),
    )


def run_figures(events: Sequence[Event]) -> RunFigures:
    """Identity and end of a run."""
    found = RunFigures(events=len(events))
    change = msgspec.structs.replace
    for log in said(events, LogInitialized)[:1]:
        found = change(found, session_id=log.session_id)
    for day in said(events, TradingDayChecked)[:1]:
        found = change(found, date=day.date)
    for config in said(events, ConfigLoaded)[:1]:
        names = ("mode", "account", "strategy", "config_hash")
        found = change(found, **{name: getattr(config, name) for name in names})
    for data in said(events, DataIdentified)[:1]:
        found = change(found, data=data.data, synthetic=data.synthetic)
    for end in said(events, ShutdownCompleted)[-1:]:
        found = change(found, exit_code=end.exit_code, reason=end.reason)
    return found


def write_report(folder: Path) -> Report:
    """Make report.json of a run folder."""
    made = report(list(read_events(folder)), read_health(folder))
    write_whole(folder / layout.REPORT, as_json(made))
    return made


def read_report(folder: Path) -> Report:
    """The report of a run folder.

    Raises:
        DamagedRecord: If there is none that can be read.
    """
    try:
        return msgspec.json.decode((folder / layout.REPORT).read_bytes(), type=Report)
    except (OSError, ValueError) as exc:
        raise DamagedRecord(layout.REPORT, 1, str(exc)) from exc


def as_json(made: Report) -> bytes:
    """The file's content."""
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"


def _health(notes: Sequence[HealthNote]) -> HealthFigures:
    if not notes:
        return HealthFigures()
    found = [n.values.get("lag_ms") for n in notes]
    lags = [float(lag) for lag in found if isinstance(lag, int | float)]
    kinds = Counter(n.kind for n in notes)
    uptime = (notes[-1].ts_ns - notes[0].ts_ns) / SECOND
    return HealthFigures(round(uptime, 3), max(lags, default=None), dict(sorted(kinds.items())))
