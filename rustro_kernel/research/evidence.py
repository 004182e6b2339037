"""What speaks for a parameter set: figures of the search it came from and of its tests.

Money in rupees. What is not known is None: a backtest has no tests, so nothing of them is known.
"""

import math
from typing import Any

from rustro_kernel.records.identity import code_hash
from rustro_kernel.research.origin import Origin, origin
from rustro_kernel.research.plan import AnyPlan
from rustro_kernel.research.ratios import Floats
from rustro_kernel.research.result import Result
from rustro_kernel.research.trials import Tries

EVIDENCE = "evidence.json"
"""Of a saved walk-forward."""


class Evidence(Origin, frozen=True, kw_only=True):
    """The figures that the gate looks at, and what they were had from.

    Attributes:
        first: First day of the search; `last` its last one.
        sets: Played in the search.
        tries: All that the trial book holds of this strategy on these data.
        deflated_sharpe: The chance that the set, over all days, is more than the best luck of so
            many tries.
        neighbours_good_pct: Part of the sets beside it that earned something.
        oos_first: First day of the tests; `oos_last` their last one.
        oos_trades: In the tests, which no day of has helped to choose what traded them.
        oos_doubled_rs: Net of the tests with twice the costs.
        control_percentile: Draws with random entries that did worse than the tests, 0 to 100.
        reversed_rs: The tests' entries with the other side bought.
        code: Hash of rustro's sources.
    """

    code: str
    sets: int = 1
    tries: int = 1
    by: str = ""
    folds: int = 0
    anchored: bool = True
    deflated_sharpe: float | None = None
    neighbours: int = 0
    neighbours_good_pct: float | None = None
    oos_first: str = ""
    oos_last: str = ""
    oos_trades: int = 0
    oos_net_rs: float | None = None
    oos_sharpe: float | None = None
    oos_doubled_rs: float | None = None
    control_draws: int = 0
    control_percentile: float | None = None
    control_median_rs: float | None = None
    reversed_rs: float | None = None


def of_result(result: Result) -> Evidence:
    """What a backtest says: nothing of days that it was not looked at on."""
    chance = deflated(result.tries, result.daily.returns)
    return Evidence(**about(result.plan), tries=result.tries.count, deflated_sharpe=chance)


def deflated(tries: Tries, returns: Floats) -> float | None:
    """None where the returns do not vary."""
    chance = tries.deflated(returns)
    return None if math.isnan(chance) else chance


def about(plan: AnyPlan) -> dict[str, Any]:
    """What the figures were had from, and by which code."""
    return {**origin(plan), "code": code_hash()}
