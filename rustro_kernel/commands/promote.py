"""`rustro promote`: a parameter set that the gate lets through becomes a file sessions trade."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rustro_kernel.commands.records import Answer
from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadUsage

if TYPE_CHECKING:
    from rustro_kernel.research.walk import WalkForward

TABLES = (".csv", ".parquet")


class Wanted(NamedTuple):
    """What the options say; from `data` on only for the table of a sweep."""

    source: Path
    to: Path | None
    override: str
    data: Path | None
    first: str | None
    last: str | None
    profile: str | None
    config: Path | None


def promote(wanted: Wanted, params: Mapping[str, str]) -> Answer:
    """Judge it and write the file; a sweep's sets are walked forward first.

    Raises:
        NotPromoted: If the gate says no.
        BadUsage: If the source is none.
    """
    from rustro_kernel.research.candidate import candidate
    from rustro_kernel.research.promotion import promote as promoted

    lines: list[str] = []
    source: object = wanted.source
    table = _table(wanted.source)
    if table.suffix in TABLES:
        source = _walked(table, wanted, params)
        lines += [str(source), ""]
    found = candidate(source)
    lines += [f"  {'yes' if v.ok else 'NO':<4}{v.says}" for v in found.verdicts]
    sys.stdout.write("\n".join(lines) + "\n")
    path = promoted(found, wanted.to, override=wanted.override)
    return 0, f"written {path}; trade it with: rustro run --config {path}"


def _table(source: Path) -> Path:
    """Of a saved sweep its table; everything else as it is."""
    from rustro_kernel.research.sweep.saved import SETS, SWEEP

    return source / SETS if (source / SWEEP).is_file() else source


def _walked(table: Path, wanted: Wanted, params: Mapping[str, str]) -> "WalkForward":
    """The sets of a sweep's table, chosen on the past and traded on the days after it."""
    from rustro_kernel.research.walk_forward import walk_forward

    if wanted.data is None:
        raise BadUsage("a sweep's table holds no prices: --data says which bars it was had from")
    return walk_forward(
        wanted.data,
        None,
        sets_of(table),
        params,
        start=wanted.first,
        end=wanted.last,
        profile=wanted.profile,
        config=wanted.config,
    )


def sets_of(path: Path) -> list[dict[str, object]]:
    """The parameter sets of a sweep's table: its columns that are keys of the configuration.

    Raises:
        BadUsage: If it cannot be read or has none.
    """
    import pandas as pd

    try:
        table = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    except (OSError, ValueError) as exc:
        raise BadUsage(f"{path} cannot be read as a sweep's table: {exc}") from exc
    sections = {key.split(".")[0] for key in Config.fields() if "." in key}
    keys = [name for name in table.columns if str(name).split(".")[0] in sections]
    if not keys or not len(table):
        raise BadUsage(f"{path} has no column that is a key of the configuration")
    return [dict(zip(keys, row, strict=True)) for row in table[keys].to_numpy().tolist()]
