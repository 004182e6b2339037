"""The control group of a backtest: the same exits on entries that nobody thought about.

Each trade of the backtest is drawn again, 200 times: the same day, the same hour, as many units,
but any minute of that hour and, by a coin, either side. If the strategy's own entries are no better
than most of these, its result came from the exits, the day or the market. Beside it stand the same
entries with the other side bought, and what costs may be before nothing is left.

All of them, the backtest's own entries too, are lone trades (`research.lone`), so that like is
held against like.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from rustro_kernel.domain.instruments import Right
from rustro_kernel.domain.market_time import HOUR, IST_OFFSET, MINUTE
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.research.lone import Lone, LoneDay
from rustro_kernel.research.plan import DayOutcome, Plan
from rustro_kernel.research.ratios import Floats

Played = Sequence[tuple[Plan, DayOutcome]]
"""Days of a backtest, each with what it was played by."""

SEEDS = 200
SEED = 7


class Control(msgspec.Struct, frozen=True):
    """The backtest's entries beside 200 times as many random ones. Money in rupees.

    Attributes:
        trades: Entries that were drawn again.
        own_rs: Net of the backtest's own entries, as lone trades.
        drawn_rs: Net of each draw, in ascending order.
        reversed_rs: Net of the own entries with the other side bought.
        percentile: The part of the draws that did worse, 0 to 100; of equals half.
        exact_rs: What the backtest itself made.
    """

    trades: int
    own_rs: float
    drawn_rs: tuple[float, ...]
    reversed_rs: float
    percentile: float
    exact_rs: float

    def __str__(self) -> str:
        if not self.trades:
            return "no control group: there was no trade to draw again"
        middle = float(np.median(self.drawn_rs))
        return (
            f"better than {self.percentile:.0f} % of {len(self.drawn_rs)} draws with random "
            f"entries on the same days and hours (Rs {self.own_rs:,.0f} against a median of "
            f"{middle:,.0f}); the other side bought: Rs {self.reversed_rs:,.0f}"
        )


@dataclass(frozen=True, slots=True)
class _Entry:
    """One trade of the backtest: which day, which minute, which side, how much."""

    number: int
    row: int
    right: Right
    units: int
    rows: Sequence[int]  # of its hour


def control(played: Played, *, seeds: int = SEEDS, seed: int = SEED) -> Control:
    """Draw the entries of a backtest again, so many times.

    Args:
        played: The backtest's days.
        seeds: How many draws.
        seed: Of all draws together; the same one gives the same control group.
    """
    group = ControlGroup(played)
    rng = np.random.default_rng(seed)
    drawn = np.sort([group.draw(rng) for _ in range(seeds)])
    own, other = group.own(), group.own(is_reversed=True)
    return Control(
        trades=len(group.entries),
        own_rs=own / 100,
        drawn_rs=tuple((drawn / 100).tolist()),
        reversed_rs=other / 100,
        percentile=percentile(own, drawn),
        exact_rs=sum(trade.net_paise for _, day in played for trade in day.trades) / 100,
    )


def percentile(own: float, drawn: Floats) -> float:
    """The part of the draws that did worse, equals as half; 0 without any draw."""
    if not len(drawn):
        return 0.0
    return 100 * float(np.mean(drawn < own) + np.mean(drawn == own) / 2)


class ControlGroup:
    """The entries of a backtest, and whatever else could have been entered in their hours."""

    def __init__(self, played: Played) -> None:
        self._days: dict[int, LoneDay] = {}
        self._known: dict[tuple[int, int, Right, int], Lone | None] = {}
        self.entries = [
            entry
            for plan, day in played
            for trade in day.trades
            if (entry := self._entry(plan, day, trade))
        ]

    def own(self, *, is_reversed: bool = False) -> int:
        """Net in paise of the backtest's own entries."""
        sides = {Right.CE: Right.PE, Right.PE: Right.CE} if is_reversed else {}
        return sum(self._net(e, e.row, sides.get(e.right, e.right)) for e in self.entries)

    def draw(self, rng: np.random.Generator) -> int:
        """Net in paise of one draw."""
        sides = (Right.CE, Right.PE)
        coins = rng.integers(0, 2, len(self.entries)).tolist()
        parts = rng.random(len(self.entries)).tolist()
        return sum(
            self._net(e, e.rows[int(part * len(e.rows))], sides[coin])
            for e, coin, part in zip(self.entries, coins, parts, strict=True)
        )

    def _entry(self, plan: Plan, played: DayOutcome, trade: PositionClosed) -> _Entry | None:
        if played.number not in self._days:
            self._days[played.number] = LoneDay(plan, played)
        day = self._days[played.number]
        asked_ns = trade.entry_ns // MINUTE * MINUTE  # filled some seconds after its minute's end
        row, hour_ns = day.row(asked_ns), asked_ns - (asked_ns + IST_OFFSET) % HOUR
        rows = day.rows(hour_ns, hour_ns + HOUR) or [row]
        right = Right(trade.right)
        if day.trade(row, right, trade.units) is None:
            return None
        return _Entry(played.number, row, right, trade.units, rows)

    def _net(self, entry: _Entry, row: int, right: Right) -> int:
        key = (entry.number, row, right, entry.units)
        if key not in self._known:
            self._known[key] = self._days[entry.number].trade(row, right, entry.units)
        found = self._known[key]
        return found.net_paise if found else 0
