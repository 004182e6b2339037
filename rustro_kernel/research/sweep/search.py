"""`rk.sweep` and `rk.start_sweep`: sets from a grid, drawn at random, or proposed by Optuna."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research.backtest import Date
from rustro_kernel.research.days import Progress
from rustro_kernel.research.new_folder import unused
from rustro_kernel.research.sweep import crew, grid as grids
from rustro_kernel.research.sweep.background import SweepJob
from rustro_kernel.research.sweep.outcome import Outcome
from rustro_kernel.research.sweep.saved import save as save_sweep
from rustro_kernel.research.sweep.sweeper import Params, Sweeper
from rustro_kernel.research.sweep.table import table
from rustro_kernel.research.sweep.tries import count_tries

if TYPE_CHECKING:
    from rustro_kernel.research.sweep.proposals import Proposals

Grid = Mapping[str, object]


@dataclass
class Search:
    """A checked sweep: nothing of it has run.

    Attributes:
        sets: What is played, by place; proposed ones grow.
        found: What came of them so far.
        proposals: Who proposes sets, if they are not known from the beginning.
        count: How many sets there will be.
        folder: Where all of it is written in the end.
    """

    sweeper: Sweeper
    sets: list[dict[str, object]]
    workers: int | None = None
    scheduler: object = None
    found: list[Outcome] = field(default_factory=list)
    proposals: "Proposals | None" = None
    count: int = 0
    folder: Path | None = None

    def __post_init__(self) -> None:
        """Refuse a number of workers that is none."""
        told: object = self.workers
        if told is not None and not (isinstance(told, int) and told >= 1):
            raise BadUsage(f"workers are 1 or more, got {told!r}")

    def table(self) -> pd.DataFrame:
        """What there is so far."""
        found = list(self.found)
        return table(self.sets, found)

    def run(self, told: Progress | None, is_stopped: Callable[[], bool]) -> pd.DataFrame:
        """Play every set.

        Raises:
            BadUsage: If not one of them can be played.
        """
        if self.proposals is None:
            self._play(list(enumerate(self.sets)), told, is_stopped)
        else:
            self._follow(self.proposals, told, is_stopped)
        self._refuse_all_failed()
        found = self.table()
        if self.folder is not None:
            save_sweep(self.sweeper.plan, found, self.folder)
        return found

    def _follow(
        self, proposals: "Proposals", told: Progress | None, is_stopped: Callable[[], bool]
    ) -> None:
        """Play what is proposed, and say how it did before asking for more."""
        for sets, trials in proposals.batches():
            first, before = len(self.sets), len(self.found)
            self.sets += sets
            self._play(list(enumerate(sets, first)), told, is_stopped)
            proposals.tell(trials, self.sets, self.found[before:])
            if is_stopped():
                return

    def _play(
        self,
        numbered: Sequence[tuple[int, Params]],
        told: Progress | None,
        is_stopped: Callable[[], bool],
    ) -> None:
        with closing(self._outcomes(numbered, is_stopped)) as parts:
            for part in parts:
                self.found += part
                count_tries(self.sweeper.plan, part)
                if told is not None:
                    told(len(self.found), self.count or len(self.sets))

    def _outcomes(
        self, numbered: Sequence[tuple[int, Params]], is_stopped: Callable[[], bool]
    ) -> Generator[list[Outcome], None, None]:
        if self.scheduler is None:
            return crew.here(self.sweeper, numbered, self.workers, is_stopped)
        from rustro_kernel.research.sweep.cluster import there

        return there(self.scheduler, self.sweeper, numbered, is_stopped)

    def _refuse_all_failed(self) -> None:
        if self.found and all(outcome.failed for outcome in self.found):
            raise BadUsage(self.found[0].failed)


def sweep(
    data: object,
    strategy: object = None,
    grid: Grid | None = None,
    *,
    n: int | None = None,
    by: str | None = None,
    seed: int = 7,
    params: Params | None = None,
    start: Date = None,
    end: Date = None,
    profile: str | None = None,
    config: str | Path | Config | None = None,
    option_bars: object = None,
    workers: int | None = None,
    scheduler: object = None,
    save: str | Path | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Play a strategy under many parameter sets; each row is what `rk.backtest` would come to.

    The ADX strategy is played by compiled code with the same trades. What that cannot express, and
    every other strategy, the engine plays in processes of its own; `played_by` says which it was.

    Args:
        data: As for `rk.backtest`, or a Sweeper, which is warm and says the rest.
        strategy: As for `rk.backtest`.
        grid: Values by dotted key: a list, or "START:STOP:STEP" with both ends. Every combination
            is played.
        n: Play so many sets drawn from the grid instead; then "START:STOP" draws from all between.
        by: A figure that is to grow, such as "sharpe": Optuna proposes the `n` sets, each knowing
            those before (extra `optimise`).
        seed: Of the drawing.
        params: Settings of all sets.
        start: First date.
        end: Last date, included.
        profile: A packaged profile.
        config: A TOML file or a Config.
        option_bars: Real 1m bars of options.
        workers: Threads and processes of this machine; as many as it has processors if not told.
        scheduler: A dask cluster: the address of its scheduler, or a distributed.Client.
        save: A new folder for the table and what all sets share; `rk.runs` lists it.
        progress: Told after each part how many sets of how many are done.

    Returns:
        One row a set; `research.sweep.table` says what the columns mean. A set that fails has a
        sentence in `failed` and no figures.

    Raises:
        BadUsage: If the grid is empty, or data, dates, or every set cannot be used.
    """
    made = search(
        *(data, strategy, grid),
        n=n, by=by, seed=seed, params=params, start=start, end=end, profile=profile, config=config,
        option_bars=option_bars, workers=workers, scheduler=scheduler, save=save,
    )  # fmt: skip
    return made.run(progress, lambda: False)


def start_sweep(
    data: object, strategy: object = None, grid: Grid | None = None, **words: object
) -> SweepJob[pd.DataFrame]:
    """`sweep` in the background, with the same arguments but `progress`.

    `job.partial()` is the table so far; a cancelled job's result is the same.

    Args:
        data: As for `sweep`.
        strategy: As for `sweep`.
        grid: As for `sweep`.
        words: Its keyword arguments, such as `n`, `seed`, `scheduler`.
    """
    made = search(data, strategy, grid, **words)  # type: ignore[arg-type]

    def work(job: SweepJob[pd.DataFrame]) -> pd.DataFrame:
        job.told(0, made.count or len(made.sets))
        return made.run(job.told, lambda: job.is_cancelled)

    return SweepJob(work, made.table)


def search(
    data: object,
    strategy: object = None,
    grid: Grid | None = None,
    *,
    n: int | None = None,
    by: str | None = None,
    seed: int = 7,
    workers: int | None = None,
    scheduler: object = None,
    save: str | Path | None = None,
    **words: object,
) -> Search:
    """The same, checked and loaded, but not played."""
    chosen, proposals = grid or {}, None
    if by is None:
        sets = grids.every(chosen) if n is None else grids.drawn(chosen, n, seed)
    else:
        from rustro_kernel.research.sweep.proposals import Proposals

        sets, proposals = [], Proposals(chosen, n or 0, by, seed)
    folder = None if save is None else unused(save, "a sweep")
    sweeper, count = _sweeper(data, strategy, words), n or len(sets)
    return Search(
        sweeper, sets, workers, scheduler, proposals=proposals, count=count, folder=folder
    )


def _sweeper(data: object, strategy: object, words: Mapping[str, object]) -> Sweeper:
    if not isinstance(data, Sweeper):
        return Sweeper(data, strategy, **words)  # type: ignore[arg-type]
    told = {name for name, value in words.items() if value is not None}
    if told or strategy is not None:
        raise BadUsage(f"a Sweeper says already: {', '.join(sorted(told)) or 'strategy'}")
    return data
