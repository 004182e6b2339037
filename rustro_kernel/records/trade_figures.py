"""What the trades of a day came to. Rupees here, computed from paise."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate

import msgspec

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.money import round_half_up, rupees
from rustro_kernel.engine.events.positions import PositionClosed


class SideFigures(msgspec.Struct, frozen=True):
    """Calls or puts."""

    trades: int
    wins: int
    net_rs: float


class Charges(msgspec.Struct, frozen=True):
    """What was paid to whom."""

    brokerage_rs: float
    stt_rs: float
    exchange_txn_rs: float
    ipft_rs: float
    sebi_fee_rs: float
    stamp_rs: float
    tax_rs: float
    total_rs: float


class HoldTimes(msgspec.Struct, frozen=True):
    """From first buy to last sell, in seconds."""

    shortest_s: float
    mean_s: float
    longest_s: float


class TradeFigures(msgspec.Struct, frozen=True):
    """A win has net > 0, a loss net < 0; None where there is nothing to divide by."""

    trades: int
    wins: int
    losses: int
    win_rate_pct: float | None
    gross_rs: float
    charges: Charges
    net_rs: float
    profit_factor: float | None
    largest_win_rs: float | None
    average_win_rs: float | None
    largest_loss_rs: float | None
    average_loss_rs: float | None
    expectancy_rs: float | None
    max_drawdown_rs: float  # of the running net over closed trades
    slippage_rs: float
    ce: SideFigures
    pe: SideFigures
    hold: HoldTimes | None
    exits: dict[str, int]  # by primary reason


def trade_figures(trades: Sequence[PositionClosed]) -> TradeFigures:
    """The figures of closed trades, in order of closing."""
    nets = [t.net_paise for t in trades]
    wins, losses = [n for n in nets if n > 0], [n for n in nets if n < 0]
    return TradeFigures(
        trades=len(nets),
        wins=len(wins),
        losses=len(losses),
        win_rate_pct=round(100 * len(wins) / len(nets), 2) if nets else None,
        gross_rs=rupees(sum(t.gross_paise for t in trades)),
        charges=_charges(trades),
        net_rs=rupees(sum(nets)),
        profit_factor=round(sum(wins) / -sum(losses), 4) if losses else None,
        largest_win_rs=rupees(max(wins)) if wins else None,
        average_win_rs=_mean_rs(wins),
        largest_loss_rs=rupees(min(losses)) if losses else None,
        average_loss_rs=_mean_rs(losses),
        expectancy_rs=_mean_rs(nets),
        max_drawdown_rs=rupees(drawdown(nets)),
        slippage_rs=rupees(sum(t.slippage_paise for t in trades)),
        ce=_side(trades, "CE"),
        pe=_side(trades, "PE"),
        hold=_hold(trades),
        exits=dict(sorted(Counter(t.reason for t in trades).items())),
    )


def drawdown(nets: Iterable[int]) -> int:
    """The deepest fall of the running sum below its highest point, the start included."""
    running = list(accumulate(nets, initial=0))
    return max(p - r for p, r in zip(accumulate(running, max), running, strict=True))


def _mean_rs(amounts: Sequence[int]) -> float | None:
    return rupees(round_half_up(sum(amounts), len(amounts))) if amounts else None


def _charges(trades: Sequence[PositionClosed]) -> Charges:
    return Charges(
        brokerage_rs=rupees(sum(t.brokerage_paise for t in trades)),
        stt_rs=rupees(sum(t.stt_paise for t in trades)),
        exchange_txn_rs=rupees(sum(t.exchange_txn_paise for t in trades)),
        ipft_rs=rupees(sum(t.ipft_paise for t in trades)),
        sebi_fee_rs=rupees(sum(t.sebi_fee_paise for t in trades)),
        stamp_rs=rupees(sum(t.stamp_paise for t in trades)),
        tax_rs=rupees(sum(t.tax_paise for t in trades)),
        total_rs=rupees(sum(t.charges_paise for t in trades)),
    )


def _side(trades: Sequence[PositionClosed], right: str) -> SideFigures:
    nets = [t.net_paise for t in trades if t.right == right]
    return SideFigures(len(nets), sum(n > 0 for n in nets), rupees(sum(nets)))


def _hold(trades: Sequence[PositionClosed]) -> HoldTimes | None:
    held = [(t.exit_ns - t.entry_ns) / SECOND for t in trades]
    if not held:
        return None
    return HoldTimes(round(min(held), 3), round(sum(held) / len(held), 3), round(max(held), 3))
