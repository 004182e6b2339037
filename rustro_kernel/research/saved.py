"""A backtest as files: what it was, what came of it, and every day's events."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.engine.turn import Event
from rustro_kernel.records import layout
from rustro_kernel.records.ledger import Untyped, typed
from rustro_kernel.research.metrics import Metrics
from rustro_kernel.research.origin import Origin, origin
from rustro_kernel.research.plan import AnyPlan, DayOutcome

_untyped = msgspec.json.Decoder(Untyped)
BACKTEST, METRICS = "backtest.json", "metrics.json"


class SavedFacts(Origin, frozen=True, kw_only=True):
    """What a saved backtest was. `digest` is over every event; hashes are SHA-256."""

    config_hash: str
    digest: str
    failed: dict[str, str]


def save(
    folder: Path, plan: AnyPlan, days: Sequence[DayOutcome], metrics: Metrics, digest: str
) -> None:
    """Write settings, strategy, figures and every day's events into an unused folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(plan.cfg.dump_toml(), encoding="utf-8")
    (folder / "strategy.py").write_text(plan.strategy.source, encoding="utf-8")
    (folder / METRICS).write_bytes(msgspec.json.encode(metrics))
    played = {"first": str(days[0].date), "last": str(days[-1].date)}
    facts = SavedFacts(
        **{**origin(plan), **played},
        config_hash=plan.config_hash,
        digest=digest,
        failed={str(day.date): day.failed for day in days if day.failed},
    )
    (folder / BACKTEST).write_bytes(msgspec.json.format(msgspec.json.encode(facts)))
    with (folder / layout.EVENTS).open("wb") as file:
        for day in days:
            file.writelines(msgspec.json.encode(event) + b"\n" for event in day.events)


def saved_events(folder: Path) -> list[Event]:
    """Every event of a saved backtest, day after day.

    Raises:
        DamagedRecord: If a line cannot be read.
    """
    events = []
    with (folder / layout.EVENTS).open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                events.append(typed(_untyped.decode(line)))
            except ValueError as exc:
                raise DamagedRecord(layout.EVENTS, number, str(exc)) from exc
    return events
