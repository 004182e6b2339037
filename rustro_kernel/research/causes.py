"""Why two records of one day earned differently: every paisa between them, by cause.

The rules, in this order; amounts are second less first and add up exactly.

- A trade that only one side made: `operator` if commands of the operator came before it on the side
  that lacks it; `fill` if that side had its signal and bought nothing; `configuration` if settings
  that decide differ; `timing` if that side had a signal in the same direction within five minutes;
  else `data`.
- Another size: `fill` if the same was wanted and not all of it was got. Else it is like another
  contract: `configuration` if settings differ, else `data` (strike, premium, VIX at the decision).
- Another price: what was paid away from the price of the decision is `fill`. The decision's own
  price: `operator` if a person closed one of them; `configuration` if another rule closed it and
  settings differ; `timing` if it was decided in another minute; `rounding` below a tick a unit;
  else `data`.
- Other charges: `cost`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from rustro_kernel.domain.market_time import MINUTE, ist_date, show_clock
from rustro_kernel.domain.money import round_half_up
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.events.strategy import SignalGenerated
from rustro_kernel.engine.events.system import CommandReceived
from rustro_kernel.pages.amounts import rs
from rustro_kernel.records.order_rows import OrderRow, order_rows
from rustro_kernel.records.pick import stated
from rustro_kernel.research.sides import Side, changed_settings
from rustro_kernel.research.trade_pairs import Pair, pairs, split

CAUSES = ("data", "timing", "fill", "cost", "rounding", "configuration", "operator")
BY_HAND = {r.value for r in (ExitReason.OPERATOR, ExitReason.KILL, ExitReason.SHUTDOWN)}
NEAR_NS = 5 * MINUTE
TICK_PAISE = 5
"""Of index options."""


class Difference(msgspec.Struct, frozen=True):
    """A part of the difference: why, what happened, and how much the second side earned more."""

    cause: str
    what: str
    paise: int

    def __str__(self) -> str:
        return f"{self.cause}: {self.what}: {rs(self.paise, signed=True)}"


@dataclass(frozen=True, slots=True)
class Fills:
    """What a side's orders did.

    Attributes:
        side: Whose.
        orders: By tag.
        signals: Each with the moment it was stated.
        commands: When the operator said something that was done.
    """

    side: Side
    orders: Mapping[str, OrderRow] = field(init=False)
    signals: Sequence[tuple[int, SignalGenerated]] = field(init=False)
    commands: Sequence[int] = field(init=False)

    def __post_init__(self) -> None:
        events, set_ = self.side.events, object.__setattr__
        set_(self, "orders", {row.tag: row for row in order_rows(events)})
        set_(self, "signals", [(e.ts, s) for e, s in stated(events, SignalGenerated)])
        told = [e.ts for e, c in stated(events, CommandReceived) if c.accepted]
        set_(self, "commands", told)

    def wanted(self, trade: PositionClosed) -> int | None:
        """The units its signal asked for."""
        asked = ((ist_date(at), s.signal_id, s.units) for at, s in self.signals)
        key = ist_date(trade.entry_ns), trade.signal_id
        return next((units for date, id_, units in asked if (date, id_) == key), None)


def differences(first: Side, second: Side) -> list[Difference]:
    """What makes up the difference of two sides' nets."""
    sides = Fills(first), Fills(second)
    is_changed = bool(changed_settings(first, second))
    found = pairs(first.trades, second.trades)
    return [
        one for pair in found for one in _of_pair(pair, sides, is_changed=is_changed) if one.paise
    ]


def _of_pair(pair: Pair, sides: tuple[Fills, Fills], *, is_changed: bool) -> Iterator[Difference]:
    first, second, name = pair.first, pair.second, pair.either.signal_id
    otherwise = "configuration" if is_changed else "data"
    if first is None or second is None:
        lacking = sides[0] if first is None else sides[1]
        what = f"{name} traded only in {(sides[1] if first is None else sides[0]).side.name}"
        yield Difference(_lacks(lacking, pair.either, otherwise), what, pair.net_paise)
    elif first.symbol != second.symbol or not first.units:
        what = f"{name} in {first.symbol} against {second.symbol}"
        yield Difference(otherwise, what, pair.net_paise)
    else:
        parts = split(first, second)
        what = f"{name} of {first.units} against {second.units} units"
        wanted = {side.wanted(trade) for side, trade in zip(sides, (first, second), strict=True)}
        partly = "fill" if len(wanted) == 1 and None not in wanted else otherwise
        yield Difference(partly, what, parts.size_paise)
        yield from _entry(first, second, sides, parts.entry_paise)
        yield from _exit(first, second, sides, parts.exit_paise, is_changed=is_changed)
        yield Difference("cost", f"charges of {name}", parts.charges_paise)


def _lacks(lacking: Fills, trade: PositionClosed, otherwise: str) -> str:
    """Why a side did not make a trade that the other one made."""
    day = ist_date(trade.entry_ns)
    today = [(at, s) for at, s in lacking.signals if ist_date(at) == day]
    near = [
        abs(at - trade.entry_ns) <= NEAR_NS
        for at, s in today
        if (s.underlying, s.direction) == (trade.underlying, trade.right)
    ]
    if any(at < trade.entry_ns and ist_date(at) == day for at in lacking.commands):
        return "operator"
    if any(s.signal_id == trade.signal_id for _, s in today):
        return "fill"
    return "timing" if any(near) and otherwise == "data" else otherwise


def _entry(
    first: PositionClosed, second: PositionClosed, sides: tuple[Fills, Fills], paise: int
) -> Iterator[Difference]:
    bought = first.buy_orders, second.buy_orders
    away = _paid_away(sides, bought, (first.units, second.units))
    what, moments = f"entry of {first.signal_id}", _sent(sides, bought)
    yield Difference("fill", f"{what}, against the price of the decision", away)
    cause = _price_cause(moments, paise - away, second.units)
    yield Difference(cause, f"{what}, decided {_against(moments)}", paise - away)


def _exit(
    first: PositionClosed,
    second: PositionClosed,
    sides: tuple[Fills, Fills],
    paise: int,
    *,
    is_changed: bool,
) -> Iterator[Difference]:
    sold = first.sell_orders, second.sell_orders
    away = _paid_away(sides, sold, (first.units, second.units))
    what, moments = f"exit of {first.signal_id}", _sent(sides, sold)
    yield Difference("fill", f"{what}, against the price of the decision", away)
    cause = _price_cause(moments, paise - away, second.units)
    if first.reason != second.reason:
        what = f"{what} by {first.reason} against {second.reason}"
        if BY_HAND & {first.reason, second.reason}:
            cause = "operator"
        elif is_changed:
            cause = "configuration"
    yield Difference(cause, f"{what}, decided {_against(moments)}", paise - away)


def _price_cause(moments: tuple[int, int], paise: int, units: int) -> str:
    if moments[0] // MINUTE != moments[1] // MINUTE:
        return "timing"
    return "rounding" if abs(paise) < TICK_PAISE * units else "data"


def _paid_away(
    sides: tuple[Fills, Fills], tags: tuple[Sequence[str], Sequence[str]], units: tuple[int, int]
) -> int:
    """How much less the second side paid away from the prices of its decisions."""
    lost = [_lost(side, these) for side, these in zip(sides, tags, strict=True)]
    return round_half_up(lost[0] * units[1], units[0]) - lost[1]


def _lost(side: Fills, tags: Sequence[str]) -> int:
    rows = [side.orders[tag] for tag in tags if tag in side.orders]
    worse = [(row.value_paise - row.filled * row.ltp_paise, row.side) for row in rows]
    return sum(paise if bought == "BUY" else -paise for paise, bought in worse)


def _sent(sides: tuple[Fills, Fills], tags: tuple[Sequence[str], Sequence[str]]) -> tuple[int, int]:
    """When the intent was born: its first order's sending, on each side."""
    first, second = (_born(side, these) for side, these in zip(sides, tags, strict=True))
    return first, second


def _born(side: Fills, tags: Sequence[str]) -> int:
    intents = {side.orders[tag].intent_id for tag in tags if tag in side.orders}
    return min((r.sent_ns for r in side.orders.values() if r.intent_id in intents), default=0)


def _against(moments: tuple[int, int]) -> str:
    return " against ".join(show_clock(at) if at else "unknown" for at in moments)
