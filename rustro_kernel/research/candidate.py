"""What can be promoted, from wherever it is: a walk-forward, a backtest, a folder of either."""

from pathlib import Path
from typing import TypeVar

import msgspec

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadUsage, DamagedRecord
from rustro_kernel.own_strategies.chosen import Chosen, of, stored
from rustro_kernel.records.identity import code_hash
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.report import run_figures
from rustro_kernel.research.evidence import EVIDENCE, Evidence, of_result
from rustro_kernel.research.gate import Verdict, judged
from rustro_kernel.research.result import Result
from rustro_kernel.research.saved import BACKTEST, SavedFacts
from rustro_kernel.research.sweep.saved import SWEEP
from rustro_kernel.research.walk import WalkForward
from rustro_kernel.strategies import STRATEGIES

T = TypeVar("T")

CONFIG = "config.toml"


class Candidate(msgspec.Struct, frozen=True):
    """A set that may be promoted, with what speaks for it."""

    cfg: Config
    strategy: Chosen
    evidence: Evidence

    @property
    def verdicts(self) -> list[Verdict]:
        """What the gate says."""
        return judged(self.evidence)

    @property
    def passes(self) -> bool:
        """Whether it says yes."""
        return all(verdict.ok for verdict in self.verdicts)


def candidate(source: object) -> Candidate:
    """The set that a source speaks for.

    Raises:
        BadUsage: If nothing can be promoted from it.
    """
    if isinstance(source, WalkForward):
        plan = source.best_plan
        return Candidate(plan.cfg, plan.strategy, source.evidence)
    if isinstance(source, Result):
        return Candidate(source.plan.cfg, source.plan.strategy, of_result(source))
    folder = Path(str(source))
    if not (folder / CONFIG).is_file():
        raise BadUsage(f"{folder} holds no walk-forward, backtest or run that could be promoted")
    return _of_folder(folder)


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
