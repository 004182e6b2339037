"""Where sets are played: compiled rules in this process, or the engine in one of its own."""

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING

from rustro_kernel.domain.errors import BadUsage, JobFailed
from rustro_kernel.research.backtest import start_backtest
from rustro_kernel.research.sweep.sweeper import Sweeper
from rustro_kernel.research.trials import TrialBook
from rustro_widgets.tuning.played import Played, of_outcome, of_result

if TYPE_CHECKING:
    from rustro_kernel.research.jobs import Job
    from rustro_kernel.research.plan import Plan
    from rustro_kernel.research.result import Result

Params = Mapping[str, object]
LOOK_S = 0.05


class Bench:
    """Plays one set after the other over one history. Each counts as a try.

    Attributes:
        job: The engine at work, while it is.
    """

    def __init__(self, sweeper: Sweeper) -> None:
        self.sweeper = sweeper
        self.job: Job[Result] | None = None
        self._book, self._dates = TrialBook.of(sweeper.plan), sweeper.plan.dates

    def play(self, params: Params, is_stale: Callable[[], bool]) -> Played:
        """One set. Not from two threads at once.

        Raises:
            BadUsage: If it cannot be played.
            JobFailed: If the engine was stopped, for a newer set or by the user.
        """
        began_s = perf_counter()
        by_whom = self.sweeper.sort([(0, params)])
        if by_whom.failed:
            raise BadUsage(by_whom.failed[0].failed)
        if by_whom.by_engine:
            task, why = by_whom.by_engine[0]
            self.job = started = start(task.plan)
            return of_result(params, self._waited(started, is_stale), perf_counter() - began_s, why)
        found = self.sweeper.play(params, keeps_trades=True)
        return of_outcome(params, found, self._dates, perf_counter() - began_s, self._book.tries)

    def _waited(self, job: "Job[Result]", is_stale: Callable[[], bool]) -> "Result":
        try:
            while True:
                try:
                    return job.result(LOOK_S)
                except TimeoutError:
                    if is_stale():
                        job.cancel()
                        raise JobFailed("a newer set is played") from None
        finally:
            self.job = None


def start(plan: "Plan") -> "Job[Result]":
    """A plan in a process of its own."""
    first, last = plan.dates[0], plan.dates[-1]
    return start_backtest(plan.history, plan.strategy, start=first, end=last, config=plan.cfg)
