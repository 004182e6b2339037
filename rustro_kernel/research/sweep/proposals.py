"""Sets that Optuna proposes, a few at a time, each time knowing what came of those before.

Values of a list are taken by their place, so that neighbours are neighbours; the sampler is
Optuna's own (TPE), seeded. What it has looked at is part of what a figure was chosen from: every
set counts as a try.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research.sweep.grid import (
    DECIMALS,
    Choices,
    Params,
    Span,
    choices_of,
    refuse_odd,
)
from rustro_kernel.research.sweep.outcome import Outcome
from rustro_kernel.research.sweep.table import RISING, table

AT_A_TIME = 16


class Proposals:
    """Asks Optuna for sets and tells it how they did.

    Args:
        grid: Values by key; "START:STOP" is all between.
        n: How many sets in all.
        by: The figure of the table that is to grow.
        seed: Of the sampler.

    Raises:
        BadUsage: If Optuna is not installed, or there is no such figure.
    """

    def __init__(self, grid: Mapping[str, object], n: int, by: str, seed: int) -> None:
        try:
            import optuna
        except ImportError as exc:
            raise BadUsage("proposals need the extra: pip install 'rustro[optimise]'") from exc
        if by not in RISING:
            raise BadUsage(f"by is one of {', '.join(RISING)}, got {by!r}")
        refuse_odd(n, seed)
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._choices, self._n, self._by = choices_of(grid), n, by
        sampler = optuna.samplers.TPESampler(seed=seed)
        self._study = optuna.create_study(direction="maximize", sampler=sampler)
        self._failed = optuna.trial.TrialState.FAIL

    def batches(self) -> Iterator[tuple[list[Params], list[Any]]]:
        """Sets with Optuna's trials, until there were enough; tell what came of them in between."""
        left = self._n
        while left:
            trials = [self._study.ask() for _ in range(min(left, AT_A_TIME))]
            left -= len(trials)
            yield [self._set(trial) for trial in trials], trials

    def tell(self, trials: list[Any], sets: list[Params], outcomes: list[Outcome]) -> None:
        """How a batch did, with all sets so far by place; one without the figure has failed."""
        figures = table(sets, outcomes)[self._by].tolist()
        for trial, figure in zip(trials, figures, strict=False):  # cancelled: fewer figures
            if math.isnan(figure):
                self._study.tell(trial, state=self._failed)
            else:
                self._study.tell(trial, figure)

    def _set(self, trial: Any) -> Params:  # noqa: ANN401 - Optuna's
        return {key: _value(trial, key, found) for key, found in self._choices.items()}


def _value(trial: Any, key: str, choices: Choices) -> object:  # noqa: ANN401 - Optuna's
    if isinstance(choices, Span):
        return round(trial.suggest_float(key, choices.low, choices.high), DECIMALS)
    return choices[trial.suggest_int(key, 0, len(choices) - 1)]
