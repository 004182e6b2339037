"""`rustro sweep`: many parameter sets over stored minutes, best first."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from rustro_kernel.commands.options import pairs
from rustro_kernel.commands.records import Answer
from rustro_kernel.domain.errors import BadUsage

SHOWN = ("trades", "win_rate_pct", "net_rs", "sharpe", "max_drawdown_pct", "profit_factor")
WRITES = (".csv", ".parquet")


class Wanted(NamedTuple):
    """What the options say."""

    data: Path
    swept: Sequence[str]
    n: int | None
    seed: int
    first: str | None
    last: str | None
    profile: str | None
    config: Path | None
    workers: int | None
    scheduler: str | None
    by: str
    top: int
    out: Path | None


def sweep(wanted: Wanted, params: Mapping[str, str]) -> Answer:
    """Play every set; exit code 1 if one failed."""
    from rustro_kernel.research.sweep.search import sweep as played
    from rustro_kernel.research.sweep.table import FIGURES

    grid = pairs(wanted.swept, "--param", "exits.stop_pct=10:30:5")
    if wanted.by not in FIGURES:
        raise BadUsage(f"--by is one of {', '.join(FIGURES)}, got {wanted.by!r}")
    if wanted.out is not None and wanted.out.suffix not in ("", *WRITES):
        raise BadUsage(f"--out is a new folder or a {' or '.join(WRITES)} file, got {wanted.out}")
    is_folder = wanted.out is not None and not wanted.out.suffix
    found = played(
        wanted.data,
        grid=grid,
        n=wanted.n,
        seed=wanted.seed,
        params=params,
        start=wanted.first,
        end=wanted.last,
        profile=wanted.profile,
        config=wanted.config,
        workers=wanted.workers,
        scheduler=wanted.scheduler,
        save=wanted.out if is_folder else None,
        progress=_bar if sys.stderr.isatty() else None,
    ).sort_values(wanted.by, ascending=False, na_position="last", kind="stable")
    failed = found[found["failed"] != ""]
    best = found[[*grid, *SHOWN]].head(wanted.top)
    lines = [best.to_string(index=False, na_rep="-", float_format="{:,.2f}".format)]
    engine, days = (found["played_by"] == "engine").sum(), found["days"].max()
    lines.append(f"{len(found)} sets over {days} days, best {wanted.by} first")
    if engine:
        lines.append(f"{engine} of them were played by the engine")
    lines += [f"FAILED set {place}: {why}" for place, why in failed["failed"].head(8).items()]
    if wanted.out is not None:
        lines.append(f"written {wanted.out if is_folder else _written(found, wanted.out)}")
    return (1 if len(failed) else 0), "\n".join(lines)


def _written(found: object, path: Path) -> Path:
    import pandas as pd

    assert isinstance(found, pd.DataFrame)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        found.to_csv(path)
    else:
        found.to_parquet(path)
    return path


def _bar(done: int, count: int) -> None:
    end = "\r\033[K" if done == count else ""
    sys.stderr.write(f"\r{done} of {count} sets{end}")
    sys.stderr.flush()
