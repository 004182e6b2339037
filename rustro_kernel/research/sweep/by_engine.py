"""Days and sets that the engine itself plays, as rows of the same kind."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from rustro_kernel.domain.errors import RustroError, StrategyRaised
from rustro_kernel.domain.verdicts import ExitReason, TriggerKind
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.research.plan import DayOutcome, Plan
from rustro_kernel.research.sweep.layout import CODE, TOTAL, TRADE, TRIGGERS, Rows
from rustro_kernel.research.sweep.outcome import Outcome


def whole(plan: Plan, place: int, why: str, *, keeps_trades: bool) -> Outcome:
    """Every day of a set; one that raises is failed."""
    balance, total = plan.first_balance_paise, np.zeros(1, TOTAL)[0]
    nets, trades = np.zeros(len(plan.numbers), np.int64), [np.zeros(0, TRADE)]
    made = partial(Outcome, place, balance, why_engine=why)
    try:
        for at, number in enumerate(plan.numbers):
            day = plan.play(number, balance)
            if day.failed:
                raise StrategyRaised(plan.strategy.name, str(day.date), day.failed)
            nets[at] = day.net_paise
            trades.append(count(total, plan, day, place))
            balance = plan.left(balance, day)
    except RustroError as exc:
        return made(failed=str(exc))
    total["exact_days"] = len(plan.numbers)
    kept = np.concatenate(trades) if keeps_trades else trades[0]
    return made(total, nets, config_hash=plan.config_hash, trades=kept)


def count(total: np.void, plan: Plan, day: DayOutcome, place: int) -> Rows:
    """Add a day to a set's sums; returns its trades as rows."""
    closed = day.trades
    for trade in closed:
        total["trades"] += 1
        total["net"] += trade.net_paise
        total["gross"] += trade.gross_paise
        total["held_ns"] += trade.exit_ns - trade.entry_ns
        total["wins"] += trade.net_paise > 0
        total["won"] += max(trade.net_paise, 0)
        total["lost"] += max(-trade.net_paise, 0)
    return rows(closed, plan, day.number, place)


def rows(closed: Sequence[PositionClosed], plan: Plan, number: int, place: int) -> Rows:
    """Trades as compiled code states them."""
    found = np.zeros(len(closed), TRADE)
    dates = [each.date for each in plan.history.rules(number).contracts[0].expiries]
    for row, trade in zip(found, closed, strict=True):
        trigger = TriggerKind(trade.trigger)
        row["set"], row["day"], row["trigger"] = place, number, TRIGGERS.index(trigger) + 1
        row["right"] = 1 if trade.right == "CE" else -1
        row["strike"], row["expiry"] = trade.strike_paise, dates.index(trade.expiry)
        row["units"], row["entry_ns"], row["exit_ns"] = trade.units, trade.entry_ns, trade.exit_ns
        row["buy_value"], row["sell_value"] = trade.buy_value_paise, trade.sell_value_paise
        row["net"], row["reason"] = trade.net_paise, CODE[ExitReason(trade.reason)]
    return found
