"""A backtest as files: what it was, what came of it, and every day's events."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.engine.turn import Event
from rustro_kernel.records import layout
from rustro_kernel.records.ledger import Untyped, typed
from rustro_kernel.research.new_folder import unused
from rustro_kernel.research.page.backtest import Account

if TYPE_CHECKING:
    from rustro_kernel.research.result import Result

_untyped = msgspec.json.Decoder(Untyped)
BACKTEST, METRICS = "backtest.json", "metrics.json"
TABLES = ("trades", "orders", "equity", "decisions")


class SavedFacts(msgspec.Struct, frozen=True):
    """What a saved backtest was. `digest` is over every event; hashes are SHA-256."""

    strategy: str
    strategy_hash: str
    config_hash: str
    data: str
    synthetic: tuple[str, ...]
    first: str
    last: str
    digest: str
    failed: dict[str, str]


def save(result: "Result", folder: Path) -> Path:
    """Write everything into a new folder.

    Raises:
        BadUsage: If there is something already.
    """
    unused(folder, "a backtest").mkdir(parents=True, exist_ok=True)
    plan = result.plan
    (folder / "summary.txt").write_text(result.summary() + "\n", encoding="utf-8")
    (folder / "config.toml").write_text(plan.cfg.dump_toml(), encoding="utf-8")
    (folder / "strategy.py").write_text(plan.strategy.source, encoding="utf-8")
    (folder / METRICS).write_bytes(msgspec.json.encode(result.metrics))
    facts = SavedFacts(
        strategy=plan.strategy.name,
        strategy_hash=plan.strategy.source_hash,
        config_hash=plan.config_hash,
        data=plan.history.identity,
        synthetic=tuple(plan.history.synthetic),
        first=str(result.days[0].date),
        last=str(result.days[-1].date),
        digest=result.digest,
        failed={str(date): why for date, why in result.failed.items()},
    )
    (folder / BACKTEST).write_bytes(msgspec.json.format(msgspec.json.encode(facts)))
    result.report(folder / layout.PAGE)
    for name in TABLES:
        getattr(result, name).to_parquet(folder / f"{name}.parquet")
    with (folder / "events.jsonl").open("wb") as file:
        for day in result.days:
            file.writelines(msgspec.json.encode(event) + b"\n" for event in day.events)
    return folder


def account(result: "Result") -> Account:
    """What the page of a backtest is made from."""
    plan, days = result.plan, result.days
    changed = [(key, str(value)) for key, value in result.params.items()]
    facts = [
        ("Strategy", f"{plan.strategy.name}, source {plan.strategy.source_hash}"),
        ("Data", plan.history.identity),
        ("Identity", plan.identity),
        *(changed or [("Settings", "all defaults")]),
        *((f"Not played {date}", why) for date, why in result.skipped.items()),
        *((f"Failed {date}", why) for date, why in result.failed.items()),
    ]
    return Account(
        title=f"{plan.strategy.name} on {plan.history.underlying}",
        trades=result.closed,
        dates=[day.date for day in days],
        balance_paise=days[0].balance_paise if days else 0,
        facts=facts,
        synthetic=plan.history.synthetic,
    )


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
