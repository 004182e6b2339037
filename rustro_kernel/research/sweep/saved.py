"""A sweep as files: what was swept, and what came of every set."""

import hashlib
from pathlib import Path

import msgspec
import pandas as pd

from rustro_kernel.research.origin import Origin, origin
from rustro_kernel.research.plan import Plan
from rustro_kernel.research.sweep.table import FIGURES

SWEEP, SETS = "sweep.json", "sets.parquet"


class SweptFacts(Origin, frozen=True, kw_only=True):
    """What a saved sweep was.

    Attributes:
        keys: What its sets differ in.
        sets: How many were played; `failed` of them have no figures.
        config_hash: Of what all sets share.
        digest: SHA-256 over the table: equal for equal sweeps.
    """

    config_hash: str
    keys: tuple[str, ...]
    sets: int
    failed: int
    digest: str


def save(plan: Plan, table: pd.DataFrame, folder: Path) -> None:
    """Write a sweep's table and what all its sets share into an unused folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(plan.cfg.dump_toml(), encoding="utf-8")
    (folder / "strategy.py").write_text(plan.strategy.source, encoding="utf-8")
    table.to_parquet(folder / SETS)
    facts = SweptFacts(
        **origin(plan),
        config_hash=plan.config_hash,
        keys=tuple(name for name in table.columns if name not in FIGURES),
        sets=len(table),
        failed=int((table["failed"] != "").sum()),
        digest=hashlib.sha256(table.to_csv().encode()).hexdigest(),
    )
    (folder / SWEEP).write_bytes(msgspec.json.format(msgspec.json.encode(facts)))
