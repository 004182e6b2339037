"""What is left with other costs: twice as high, and how high they may be at most."""

from collections.abc import Sequence

import msgspec

from rustro_kernel.engine.events.positions import PositionClosed


class Stress(msgspec.Struct, frozen=True):
    """Trades under other costs, in rupees.

    Costs are charges, and what fills were worse than the price each decision was made at: half the
    spread at either end, slippage, and what waiting for the fill took.

    Attributes:
        costs_rs: As they were.
        gross_rs: Before any of them.
        doubled_rs: Net with twice the costs.
        break_even: So many times the costs leave nothing; None: it loses before any cost.
        break_even_tick_rs: So much more a unit, at entry and at exit each, leaves nothing.
    """

    trades: int
    net_rs: float
    costs_rs: float
    gross_rs: float
    doubled_rs: float
    break_even: float | None
    break_even_tick_rs: float | None

    def __str__(self) -> str:
        most = "it loses before any" if self.break_even is None else f"{self.break_even:.2f} times"
        return (
            f"net Rs {self.net_rs:,.0f}; with twice the costs Rs {self.doubled_rs:,.0f}; "
            f"costs it can bear: {most}"
        )


def stress(trades: Sequence[PositionClosed]) -> Stress:
    """The trades of a backtest under other costs."""
    net = sum(trade.net_paise for trade in trades)
    away = sum(trade.slippage_paise for trade in trades)
    costs = sum(trade.charges_paise for trade in trades) + max(0, away)
    units = 2 * sum(trade.units for trade in trades)
    gross = net + costs
    return Stress(
        trades=len(trades),
        net_rs=net / 100,
        costs_rs=costs / 100,
        gross_rs=gross / 100,
        doubled_rs=(net - costs) / 100,
        break_even=gross / costs if costs > 0 and gross > 0 else None,
        break_even_tick_rs=net / units / 100 if units and net > 0 else None,
    )
