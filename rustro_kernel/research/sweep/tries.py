"""Every set that was played is a try, and is written into the trial book."""

import math
from collections.abc import Sequence

import numpy as np

from rustro_kernel.research import ratios
from rustro_kernel.research.plan import Plan
from rustro_kernel.research.sweep.outcome import Outcome
from rustro_kernel.research.sweep.table import daily_returns
from rustro_kernel.research.trials import Trial, TrialBook, options_of


def count_tries(plan: Plan, outcomes: Sequence[Outcome]) -> None:
    """Write down those of some sets that have figures."""
    played = [outcome for outcome in outcomes if not outcome.failed]
    if not played:
        return
    dates = plan.dates
    first, last = str(dates[0]), str(dates[-1])
    tries = (
        Trial(
            outcome.config_hash,
            plan.strategy.source_hash,
            first,
            last,
            int(outcome.total["trades"]),
            int(outcome.total["net"]),
            _sharpe(outcome),
            options_of(plan),
        )
        for outcome in played
    )
    TrialBook.of(plan).add(dates, tries)


def _sharpe(outcome: Outcome) -> float | None:
    first = np.array([outcome.balance_paise], dtype=np.int64)
    found = float(ratios.daily_sharpe(daily_returns(outcome.nets[None, :], first))[0])
    return None if math.isnan(found) else found
