"""A walk-forward in the background, with progress and cancel: what a panel starts."""

from collections.abc import Mapping, Sequence

from rustro_kernel.domain.errors import BadUsage, JobFailed
from rustro_kernel.own_strategies.chosen import Chosen
from rustro_kernel.research.folds import FOLDS, Fold, folds
from rustro_kernel.research.jobs import Job, Progress
from rustro_kernel.research.plan import Plan
from rustro_kernel.research.sets import Params, SetRun, expanded, run_sets
from rustro_kernel.research.sweep.background import SweepJob, followed
from rustro_kernel.research.walk import WalkForward
from rustro_kernel.research.walk_forward import walked


def start_walk_forward(
    base: Plan,
    grid: Mapping[str, object] | Sequence[Params],
    *,
    by: str = "sharpe",
    count: int = FOLDS,
    workers: int | None = None,
) -> SweepJob[WalkForward]:
    """`rk.walk_forward` of a checked plan, in the background.

    The sets are played as in `rk.start_sweep`; the tests and their control group are the engine's,
    in a process of its own. There is nothing to see before the end, and a cancelled job fails.

    Raises:
        BadUsage: If the grid is empty or there are too few days.
    """
    sets, cut = expanded(grid), folds(len(base.numbers), count=count)

    def work(job: SweepJob[WalkForward]) -> WalkForward:
        runs = run_sets(base, sets, job.told, workers, lambda: job.is_cancelled)
        if job.is_cancelled:
            raise JobFailed("it was cancelled")
        return followed(job, Job(_tested, base, base.strategy, runs, cut, by))

    return SweepJob(work, _nothing)


def _tested(
    progress: Progress,
    base: Plan,
    strategy: Chosen,  # for the job, which sends its class by value
    runs: Sequence[SetRun],
    cut: Sequence[Fold],
    by: str,
) -> WalkForward:
    walk = walked(base, runs, cut, by, progress)
    _ = walk.oos.control  # kept in the result: whoever asks the gate need not wait for it
    return walk


def _nothing() -> WalkForward:
    raise BadUsage("a walk-forward has nothing to show before its end")
