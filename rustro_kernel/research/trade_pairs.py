"""Trades of two sides that came of the same signal, and what their results differ by.

Everything in paise, second less first, and everything adds up exactly.
"""

from collections.abc import Iterable, Sequence

import msgspec

from rustro_kernel.domain.market_time import ist_date
from rustro_kernel.domain.money import round_half_up
from rustro_kernel.engine.events.positions import PositionClosed

Key = tuple[str, str, int]


class Pair(msgspec.Struct, frozen=True):
    """A trade of each side; None where only the other one traded."""

    first: PositionClosed | None
    second: PositionClosed | None

    @property
    def either(self) -> PositionClosed:
        """One of them."""
        found = self.first or self.second
        assert found is not None
        return found

    @property
    def net_paise(self) -> int:
        """How much more the second side earned."""
        nets = [trade.net_paise if trade else 0 for trade in (self.first, self.second)]
        return nets[1] - nets[0]


class Split(msgspec.Struct, frozen=True):
    """What the difference of two trades of one contract is made of.

    Attributes:
        size_paise: More or fewer units, at the first side's prices.
        entry_paise: Another price paid for them.
        exit_paise: Another price got for them.
        charges_paise: Other charges.
    """

    size_paise: int
    entry_paise: int
    exit_paise: int
    charges_paise: int


def pairs(first: Sequence[PositionClosed], second: Sequence[PositionClosed]) -> list[Pair]:
    """Trades by day and signal; a signal that traded twice on a side is told apart by order."""
    ours, theirs = _by_key(first), _by_key(second)
    keys = sorted(ours.keys() | theirs.keys(), key=lambda key: _entry(ours, theirs, key))
    return [Pair(ours.get(key), theirs.get(key)) for key in keys]


def split(first: PositionClosed, second: PositionClosed) -> Split:
    """Of two trades in the same contract."""
    bought = round_half_up(first.buy_value_paise * second.units, first.units)
    sold = round_half_up(first.sell_value_paise * second.units, first.units)
    return Split(
        size_paise=(sold - bought) - first.gross_paise,
        entry_paise=bought - second.buy_value_paise,
        exit_paise=second.sell_value_paise - sold,
        charges_paise=first.charges_paise - second.charges_paise,
    )


def _by_key(trades: Iterable[PositionClosed]) -> dict[Key, PositionClosed]:
    found: dict[Key, PositionClosed] = {}
    for trade in trades:
        day, number = str(ist_date(trade.entry_ns)), 0
        while (day, trade.signal_id, number) in found:
            number += 1
        found[day, trade.signal_id, number] = trade
    return found


def _entry(
    ours: dict[Key, PositionClosed], theirs: dict[Key, PositionClosed], key: Key
) -> tuple[int, Key]:
    return (ours.get(key) or theirs[key]).entry_ns, key
