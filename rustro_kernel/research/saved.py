"""A backtest as files: what it was, what came of it, and every day's events."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from rustro_kernel.domain.errors import BadUsage

if TYPE_CHECKING:
    from rustro_kernel.research.result import Result

TABLES = ("trades", "orders", "equity", "decisions")


def save(result: "Result", folder: Path) -> Path:
    """Write everything into a new folder.

    Raises:
        BadUsage: If there is something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadUsage(f"{folder} holds something already; a backtest is saved in a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    plan = result.plan
    (folder / "summary.txt").write_text(result.summary() + "\n", encoding="utf-8")
    (folder / "config.toml").write_text(plan.cfg.dump_toml(), encoding="utf-8")
    (folder / "strategy.py").write_text(plan.strategy.source, encoding="utf-8")
    (folder / "metrics.json").write_bytes(msgspec.json.encode(result.metrics))
    facts = {
        "strategy": plan.strategy.name,
        "strategy_hash": plan.strategy.source_hash,
        "data": plan.history.identity,
        "synthetic": plan.history.synthetic,
        "first": str(result.days[0].date),
        "last": str(result.days[-1].date),
        "digest": result.digest,
        "failed": {str(date): why for date, why in result.failed.items()},
    }
    (folder / "backtest.json").write_bytes(msgspec.json.format(msgspec.json.encode(facts)))
    for name in TABLES:
        getattr(result, name).to_parquet(folder / f"{name}.parquet")
    with (folder / "events.jsonl").open("wb") as file:
        for day in result.days:
            file.writelines(msgspec.json.encode(event) + b"\n" for event in day.events)
    return folder
