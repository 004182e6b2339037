"""Day after day of a plan, each with the balance the one before has left."""

from collections.abc import Callable, Sequence

from rustro_kernel.domain.errors import StrategyRaised
from rustro_kernel.research.plan import AnyPlan, DayOutcome

Progress = Callable[[int, int], None]
"""Told after each day how many of how many are done; what it raises ends the backtest."""


def days_of(
    plans: Sequence[AnyPlan], *, on_error: str = "continue", progress: Progress | None = None
) -> list[DayOutcome]:
    """Every day of plans that follow each other, on one purse.

    Raises:
        StrategyRaised: If the strategy raised and `on_error` is "raise".
    """
    balance = plans[0].first_balance_paise
    days: list[DayOutcome] = []
    count = sum(len(plan.numbers) for plan in plans)
    for plan in plans:
        for number in plan.numbers:
            day = plan.play(number, balance)
            if day.failed and on_error == "raise":
                raise StrategyRaised(plan.strategy.name, str(day.date), day.failed)
            days.append(day)
            balance = plan.left(balance, day)
            if progress is not None:
                progress(len(days), count)
    return days
