"""Are indicators warm? Days are played again with longer windows before them.

An indicator that was seeded long enough ago has forgotten its seed: more bars before it change
nothing. One that was seeded too short answers otherwise as soon as it is given more, so that its
decisions hang on where its window happened to begin.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from rustro_kernel.engine.events.strategy import DailyDirectionDetermined
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.pick import said
from rustro_kernel.research.days_between import LEAST_DAYS
from rustro_kernel.research.decisions import Parting, decisions, parting
from rustro_kernel.research.foresight import KEPT_DAYS, Known, played
from rustro_kernel.research.plan import Plan

MOST = 500
"""What `strategy.warmup_bars` can be at most."""
EDGE = 1000


class Warmth(msgspec.Struct, frozen=True):
    """What longer and shorter windows change.

    Attributes:
        bars: `strategy.warmup_bars` of the check.
        days: Played with longer windows.
        partings: Of those that decided otherwise then, the first other decision of each.
        edges: Days that decided otherwise only because a figure stood on its threshold: it moved
            by less than a thousandth of it.
        short_days: Days of the backtest with fewer days before them than `bars`.
        few: So many days the shortest of them had.
        tried: Days with enough before them, played again with only so few.
        turned: Of those, how many had another direction.
    """

    bars: int
    days: int
    partings: tuple[Parting, ...]
    edges: int
    short_days: int
    few: int
    tried: int
    turned: int


def warmth(plan: Plan, known: Known, count: int, seed: int) -> Warmth:
    """Play some days with longer windows, and some with fewer days before them."""
    bars, rng = plan.cfg.strategy.warmup_bars, np.random.default_rng(seed)
    ready = [number for number in plan.numbers if number > bars]
    days = rng.permutation(ready)[:count].tolist()
    strategy = known.on(plan.history)
    longer = Plan(
        plan.cfg.changed({"strategy.warmup_bars": MOST}), plan.history, strategy, plan.numbers
    )
    found: list[Parting] = []
    turned = 0
    short = [number for number in plan.numbers if number < bars]
    few = max(min(short, default=LEAST_DAYS), LEAST_DAYS)
    for number in days:
        usual = played(plan, plan.history, strategy, number)
        other = played(longer, plan.history, strategy, number)
        differs = parting(decisions(usual), decisions(other))
        found += [differs] if differs else []
        if short:
            turned += _direction(usual) != _direction(_with_few(plan, known, number, few))
    partings = tuple(one for one in found if not _is_edge(one))
    edges, tried = len(found) - len(partings), len(days) if short else 0
    return Warmth(bars, len(days), partings, edges, len(short), few, tried, turned)


def _is_edge(differs: Parting) -> bool:
    """Whether the figure that decided hardly moved."""
    if differs.gate is None:
        return False
    ours, theirs = differs.gate
    was, now, threshold = ours.value, theirs.value, ours.threshold
    if not (isinstance(was, float) and isinstance(now, float)):
        return False
    return isinstance(threshold, int | float) and abs(was - now) <= abs(threshold) / EDGE


def _with_few(plan: Plan, known: Known, number: int, few: int) -> Sequence[Event]:
    end_ns = plan.history.day(number).rules.derivative_legs[-1].close_ns
    history = plan.history.until(number, end_ns, min(few, KEPT_DAYS))
    return played(plan, history, known.on(history), len(history) - 1)


def _direction(events: Sequence[Event]) -> list[str]:
    return [fact.direction for fact in said(events, DailyDirectionDetermined)]
