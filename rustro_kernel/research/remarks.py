"""What a person should be told about a backtest in plain sentences before believing it."""

from collections.abc import Iterator, Sequence

from rustro_kernel.domain.money import rupees
from rustro_kernel.engine.events.positions import PositionClosed, PositionOpened
from rustro_kernel.engine.events.strategy import EntryEvaluated, MinutesPassed
from rustro_kernel.records.pick import said
from rustro_kernel.research.plan import AnyPlan, DayOutcome
from rustro_kernel.research.ratios import Floats
from rustro_kernel.research.stress import stress
from rustro_kernel.research.trials import Tries

FEW, SOME = 30, 100
"""Trades below which a figure says nothing, and next to nothing."""


def remarks(plan: AnyPlan, days: Sequence[DayOutcome], tries: Tries, returns: Floats) -> list[str]:
    """The sentences, the gravest first; what costs no more than reading the events."""
    return list(_remarks(plan, days, tries, returns))


def _remarks(
    plan: AnyPlan, days: Sequence[DayOutcome], tries: Tries, returns: Floats
) -> Iterator[str]:
    yield from _lots(plan, days)
    closed = [trade for day in days for trade in day.trades]
    count = len(closed)
    if not count:
        yield "No trade at all: nothing here can be judged."
        return
    if count < FEW:
        yield f"Too few trades: {count}; no figure above means anything."
    elif count < SOME:
        yield f"Too few trades: {count}; under {SOME} every figure may still be luck."
    yield from _costs(closed)
    yield from _trail(days)
    yield from _tries(tries, returns)


def minutes_short_of_a_lot(days: Sequence[DayOutcome]) -> int:
    """Minutes that asked for an entry the balance had not one lot for."""
    short = 0
    for day in days:
        short += sum(fact.first_no == "size" for fact in said(day.events, EntryEvaluated))
        short += sum(f.count for f in said(day.events, MinutesPassed) if f.first_no == "size")
    return short


def _lots(plan: AnyPlan, days: Sequence[DayOutcome]) -> Iterator[str]:
    """Signals that the balance was too small for."""
    short = minutes_short_of_a_lot(days)
    if not short:
        return
    balance = rupees(days[0].balance_paise)
    yield (
        f"This would have traded 0 lots on your balance: {short} minutes asked for an entry, and "
        f"Rs {balance:,.0f} at {plan.cfg.risk.base_size_pct:g} % a position buys no lot."
    )


def _costs(closed: Sequence[PositionClosed]) -> Iterator[str]:
    found = stress(closed)
    if found.break_even is None:
        yield f"It loses Rs {-found.gross_rs:,.0f} before charges and spread."
    elif found.net_rs > 0 >= found.doubled_rs:
        yield (
            f"With twice the costs it loses: Rs {found.doubled_rs:,.0f}; nothing is left at "
            f"{found.break_even:.1f} times the costs."
        )
    elif found.net_rs <= 0:
        yield f"Costs eat it: it would break even at {found.break_even:.1f} times the costs."


def _trail(days: Sequence[DayOutcome]) -> Iterator[str]:
    opened = [fact for day in days for fact in said(day.events, PositionOpened)]
    below = sum(fact.trail_below_cost for fact in opened)
    if below:
        yield (
            f"In {below} of {len(opened)} positions the trailing stop could close below cost "
            "(exits.trail_floor = breakeven keeps it above)."
        )


def _tries(tries: Tries, returns: Floats) -> Iterator[str]:
    if tries.count > 1:
        deflated = tries.deflated(returns)
        told = "unknown" if deflated != deflated else f"{100 * deflated:.0f} %"
        yield (
            f"{tries.count} tries on these data so far: the chance that this is more than the "
            f"best luck of so many is {told}."
        )
