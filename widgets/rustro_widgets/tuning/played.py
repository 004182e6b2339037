"""What came of one set: the same values whoever played it."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rustro_kernel.research import ratios
from rustro_kernel.research.remarks import minutes_short_of_a_lot
from rustro_kernel.research.sweep.layout import REASONS, TRIGGERS
from rustro_kernel.research.sweep.outcome import Outcome
from rustro_kernel.research.trials import Tries

if TYPE_CHECKING:
    from rustro_kernel.research.ratios import Floats
    from rustro_kernel.research.result import Result
    from rustro_kernel.research.sweep.layout import Ints


class Trade(NamedTuple):
    """A round trip. Money in paise."""

    entry_ns: int
    exit_ns: int
    right: str
    trigger: str
    strike_paise: int
    units: int
    buy_value_paise: int
    sell_value_paise: int
    net_paise: int
    reason: str

    @property
    def charges_paise(self) -> int:
        """What the exchange, the state and the broker took."""
        return self.sell_value_paise - self.buy_value_paise - self.net_paise


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """One set over all days.

    Attributes:
        params: What differs from where the sliders began, by dotted key.
        by: Who played it: "compiled rules", or why it was the engine.
        took_s: How long that took.
        nets_paise: What each day came to.
        short_of_a_lot: Entries that the balance had not one lot for.
        tries: Of this strategy on these data, this one included.
        chance: That it is more than the best luck of so many tries; NaN where nothing varies.
    """

    params: Mapping[str, object]
    by: str
    took_s: float
    dates: Sequence[dt.date]
    balance_paise: int
    nets_paise: "Ints"
    trades: tuple[Trade, ...]
    short_of_a_lot: int
    tries: Tries
    chance: float

    @property
    def net_paise(self) -> int:
        """Of all days."""
        return int(self.nets_paise.sum())

    @property
    def returns(self) -> "Floats":
        """What each day came to, as a part of the equity before it."""
        return daily_returns(self.nets_paise, self.balance_paise)

    @property
    def equity_rs(self) -> "Floats":
        """Net so far at each day's end."""
        found: Floats = np.cumsum(self.nets_paise) / 100
        return found

    @property
    def sharpe(self) -> float:
        """Annualised; NaN where nothing varies."""
        return float(ratios.sharpe(self.returns))


Count = Callable[[], Tries]


def of_outcome(
    params: Mapping[str, object],
    found: Outcome,
    dates: Sequence[dt.date],
    took_s: float,
    count: Count,
) -> Played:
    """What compiled rules say."""
    tries, returns = count(), daily_returns(found.nets, found.balance_paise)
    return Played(
        params,
        "compiled rules",
        took_s,
        dates,
        found.balance_paise,
        found.nets,
        tuple(_compiled(row) for row in found.trades),
        int(found.total["unsized"]),
        tries,
        tries.deflated(returns),
    )


def of_result(params: Mapping[str, object], found: "Result", took_s: float, why: str) -> Played:
    """What the engine says."""
    tries, balance = found.tries, found.days[0].balance_paise
    nets = np.array([day.net_paise for day in found.days], dtype=np.int64)
    return Played(
        params,
        f"the engine ({why})",
        took_s,
        [day.date for day in found.days],
        balance,
        nets,
        tuple(
            Trade(
                *(t.entry_ns, t.exit_ns, t.right, t.trigger, t.strike_paise, t.units),
                *(t.buy_value_paise, t.sell_value_paise, t.net_paise, t.reason),
            )
            for t in found.closed
        ),
        minutes_short_of_a_lot(found.days),
        tries,
        tries.deflated(daily_returns(nets, balance)),
    )


def daily_returns(nets: "Ints", balance_paise: int) -> "Floats":
    """Net over the equity before each day; 0 once nothing is left."""
    before = balance_paise + np.cumsum(nets) - nets
    parts = np.zeros(len(nets))
    np.divide(nets, before, out=parts, where=before > 0)
    return parts


def _compiled(row: np.void) -> Trade:
    return Trade(
        entry_ns=int(row["entry_ns"]),
        exit_ns=int(row["exit_ns"]),
        right="CE" if row["right"] > 0 else "PE",
        trigger=TRIGGERS[int(row["trigger"]) - 1].value,
        strike_paise=int(row["strike"]),
        units=int(row["units"]),
        buy_value_paise=int(row["buy_value"]),
        sell_value_paise=int(row["sell_value"]),
        net_paise=int(row["net"]),
        reason=REASONS[int(row["reason"]) - 1].value,
    )
