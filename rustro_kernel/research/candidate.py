"""What can be promoted, from wherever it is: a walk-forward, a backtest, a folder of either."""

from pathlib import Path
from typing import TypeVar

import msgspec

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadUsage, DamagedRecord
from rustro_kernel.own_strategies.chosen import STORED, of, stored
from rustro_kernel.records.identity import code_hash
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.report import run_figures
from rustro_kernel.research.evidence import EVIDENCE, Evidence, of_result, of_walk
from rustro_kernel.research.new_folder import unused
from rustro_kernel.research.promotion import Candidate
from rustro_kernel.research.result import Result
from rustro_kernel.research.saved import BACKTEST, SavedFacts
from rustro_kernel.research.sweep.saved import SWEEP
from rustro_kernel.research.walk_forward import WalkForward
from rustro_kernel.strategies import STRATEGIES

T = TypeVar("T")

CONFIG = "config.toml"


def candidate(source: object) -> Candidate:
    """The set that a source speaks for.

    Raises:
        BadUsage: If nothing can be promoted from it.
    """
    if isinstance(source, WalkForward):
        return _of_walk(source)
    if isinstance(source, Result):
        return Candidate(source.plan.cfg, source.plan.strategy, of_result(source))
    folder = Path(str(source))
    if not (folder / CONFIG).is_file():
        raise BadUsage(f"{folder} holds no walk-forward, backtest or run that could be promoted")
    return _of_folder(folder)


def save(walk: WalkForward, folder: Path) -> Path:
    """Write a walk-forward into a new folder, as `rustro promote` takes it.

    Raises:
        BadUsage: If there is something already.
    """
    unused(folder, "a walk-forward")
    found = _of_walk(walk)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / EVIDENCE).write_bytes(msgspec.json.format(msgspec.json.encode(found.evidence)))
    (folder / CONFIG).write_text(found.cfg.dump_toml(), encoding="utf-8")
    (folder / "summary.txt").write_text(walk.summary() + "\n", encoding="utf-8")
    (folder / STORED).write_text(found.strategy.source, encoding="utf-8")
    walk.sets.to_parquet(folder / "sets.parquet")
    walk.table.to_parquet(folder / "folds.parquet")
    walk.oos.trades.to_parquet(folder / "trades.parquet")
    return folder


def _of_walk(walk: WalkForward) -> Candidate:
    if walk.best is None:
        raise BadUsage("no set of the walk-forward has traded: there is nothing to promote")
    plan = walk.played[walk.best].plan
    return Candidate(plan.cfg, plan.strategy, of_walk(walk))


def _of_folder(folder: Path) -> Candidate:
    if (folder / SWEEP).is_file():
        raise BadUsage(f"{folder} is a sweep, which has no tests: walk its sets forward first")
    cfg = Config.recorded(folder / CONFIG)
    if (folder / EVIDENCE).is_file():
        found = _decoded(folder / EVIDENCE, Evidence)
    elif (folder / BACKTEST).is_file():
        found = _of_backtest(folder)
    else:
        found = _of_run(folder)
    known = STRATEGIES if found.strategy in STRATEGIES else stored(folder)
    if found.strategy not in known:
        raise BadUsage(f"{folder} does not hold the source of the strategy {found.strategy}")
    return Candidate(cfg, of(known[found.strategy]), found)


def _of_backtest(folder: Path) -> Evidence:
    facts = _decoded(folder / BACKTEST, SavedFacts)
    return Evidence(
        strategy=facts.strategy,
        strategy_hash=facts.strategy_hash,
        data=facts.data,
        synthetic=facts.synthetic,
        first=facts.first,
        last=facts.last,
        code=code_hash(),
    )


def _of_run(folder: Path) -> Evidence:
    run = run_figures(list(read_events(folder)))
    return Evidence(
        strategy=run.strategy,
        strategy_hash="",
        data=run.data,
        synthetic=run.synthetic,
        first=run.date,
        last=run.date,
        code=code_hash(),
    )


def _decoded(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except ValueError as exc:
        raise DamagedRecord(path.name, 1, str(exc)) from exc
