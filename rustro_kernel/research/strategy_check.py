"""`rk.check_strategy`: does it look ahead, does it remember, are its indicators warm?"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research.backtest import Date, configured, plan
from rustro_kernel.research.days import days_of
from rustro_kernel.research.decisions import Parting, decisions, parting
from rustro_kernel.research.foresight import Known, Leak, cuts, leaks, played
from rustro_kernel.research.history import History
from rustro_kernel.research.plan import Plan
from rustro_kernel.research.warmup import Warmth, warmth

POINTS = 12
DAYS = 10
AGAIN = 3
SHOWN = 3


class StrategyCheck(msgspec.Struct, frozen=True):
    """What was found; printed, it says it in sentences.

    Attributes:
        points: Cuts that were tried.
        leaks: Those at which something decided before the cut differs without what follows it.
        memory: A decision that differs when the same day is played again.
        surroundings: What it uses from outside, which cannot be cut with the data.
        warmth: What longer windows change.
    """

    points: int
    leaks: tuple[Leak, ...]
    memory: Parting | None
    surroundings: str
    warmth: Warmth

    @property
    def is_clean(self) -> bool:
        """Whether nothing speaks against it."""
        return not (self.leaks or self.memory or self.surroundings or self.warmth.partings)

    def __str__(self) -> str:
        return "\n".join(_sentences(self))

    __repr__ = __str__


def check_strategy(
    data: object,
    strategy: object = None,
    params: Mapping[str, object] | None = None,
    *,
    points: int = POINTS,
    days: int = DAYS,
    seed: int = 7,
    start: Date = None,
    end: Date = None,
    profile: str | None = None,
    config: str | Path | Config | None = None,
) -> StrategyCheck:
    """Play days again on data cut at random moments, and with longer windows before them.

    Args:
        data: As in `backtest`.
        strategy: As in `backtest`; or a function that makes the class from bars (ts, open, high,
            low, close), for one that works something out from them beforehand: it is given only
            the bars before each cut.
        params: As in `backtest`; so are start, end, profile and config.
        points: How many cuts.
        days: How many days are played with longer windows.
        seed: Of the choice of cuts and days.
        start: The same.
        end: The same.
        profile: The same.
        config: The same.

    Raises:
        BadUsage: As `backtest` does; or if nothing is to be tried.
        StrategyRaised: If the strategy raised: then it decided nothing that could be compared.
    """
    if points < 1 or days < 0:
        raise BadUsage(f"points are 1 or more and days 0 or more, got {points} and {days}")
    cfg = configured(config, profile, params)
    history = History.load(data, cfg)
    known = Known.of(strategy, cfg)
    made = plan(history, known.on(history), start=start, end=end, config=cfg)
    outcomes = days_of((made,), on_error="raise")
    at = cuts(made, points, seed, outcomes)
    return StrategyCheck(
        points=len(at),
        leaks=tuple(leaks(made, known, at)),
        memory=_memory(made, known, [number for number, _ in at[:AGAIN]]),
        surroundings=known.surroundings,
        warmth=warmth(made, known, days, seed),
    )


def _memory(made: Plan, known: Known, numbers: Sequence[int]) -> Parting | None:
    """The first decision that is another one with all that was kept since the class was typed."""
    used = known.as_it_is(made.history)
    for number in numbers:
        played(made, made.history, used, number)
        kept = played(made, made.history, used, number)
        fresh = played(made, made.history, known.on(made.history), number)
        if (differs := parting(decisions(fresh), decisions(kept))) is not None:
            return differs
    return None


def _sentences(found: StrategyCheck) -> Iterator[str]:
    count = len(found.leaks)
    if count:
        yield f"It looks ahead: at {count} of {found.points} cuts an earlier decision changed."
        yield from (f"  {leak}" for leak in found.leaks[:SHOWN])
    else:
        yield f"No look-ahead: at {found.points} cuts every decision before the cut stayed."
    if found.memory:
        yield f"It remembers earlier runs: {found.memory}."
    if found.surroundings:
        yield f"It cannot be vouched for: {found.surroundings}."
    yield from _warm(found.warmth)


def _warm(found: Warmth) -> Iterator[str]:
    if not found.days:
        yield f"Warm-up cannot be judged: no day has more than {found.bars} days before it."
    elif found.partings:
        yield (
            f"Seeded too short: on {len(found.partings)} of {found.days} days longer windows than "
            f"{found.bars} bars decided otherwise; the first: {found.partings[0]}."
        )
    else:
        yield f"Warm: on {found.days} days longer windows than {found.bars} bars changed nothing."
    if found.edges:
        yield f"On {found.edges} more days a figure stood on its threshold by a hair."
    if found.short_days and found.tried:
        yield (
            f"{found.short_days} days of the backtest have fewer than {found.bars} days before "
            f"them; with only {found.few}, {found.turned} of {found.tried} others would have had "
            "another direction."
        )
