"""Holding config.toml and a notebook's parameters against the ledger and one another."""

from collections.abc import Iterator
from pathlib import Path

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.headless.executed import Cell
from rustro_kernel.headless.parts import Part
from rustro_kernel.headless.verify_cells import parameters
from rustro_kernel.records.verify_ledger import Finding

CONFIG = "config.toml"
FREE = {"profile", "run.out", "data.gap_factor"}
"""Said elsewhere, moved since, or raised for a market that runs faster than the wall."""


def check_config(folder: Path, stated: str) -> Iterator[Finding]:
    """The settings in the folder are those the ledger names by hash."""
    if not stated:
        return
    try:
        here = Config.recorded(folder / CONFIG).hash()
    except BadConfig as exc:
        yield Finding(CONFIG, None, f"{exc.key}: {exc.problem}")
        return
    if here != stated:
        yield Finding(CONFIG, None, f"hashes to {here[:12]}, the ledger has {stated[:12]}")


def check_parameters(
    folder: Path, name: str, cells: list[Cell], told: list[Part]
) -> Iterator[Finding]:
    """What the notebook was asked for is what config.toml says.

    A session that goes on keeps its settings; the ledger names those that were asked for in vain.
    """
    try:
        overrides = dict(parameters(cells).get("overrides") or {})
        known = Config.recorded(folder / CONFIG)
    except BadConfig:
        return  # said of config.toml
    except (ValueError, TypeError) as exc:
        yield Finding(name, None, str(exc))
        return
    vain = {key for part in told for key in part.ignored}
    asked = {key: value for key, value in overrides.items() if key not in FREE | vain}
    try:
        wanted = Config.recorded(folder / CONFIG, **asked)
    except BadConfig as exc:
        yield Finding(name, None, f"its parameters cannot have run: {exc.key}: {exc.problem}")
        return
    for key in asked:
        if wanted.value(key) != known.value(key):
            said = f"asked for {key} = {wanted.value(key)}, {CONFIG} has {known.value(key)}"
            yield Finding(name, None, said)
