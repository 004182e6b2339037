"""One option bought at one minute, alone, and sold by the exits of the backtest it stands beside.

What a control group is made of: thousands of entries nobody asked for. Stop, target, trailing stop,
low volume and the day's end are the engine's, on the same moments and quotes. So is the alignment:
an hour completed after the entry that did not agree with the day closes it, whichever side it is.
An entry pays the ask of the first moment after its minute; an exit gets the bid of the moment that
asked for it, or of the first one after the minute that did; both with `paper.slippage_ticks`, and
charges are the day's. What belongs to an account is left out: halts, limits, the ladder. So a lone
trade is near the engine's and not equal to it; compare lone trades with lone trades.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rustro_kernel.domain.charges import charges
from rustro_kernel.domain.instruments import Instrument, Kind, Right
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.money import WHOLE_BPS
from rustro_kernel.domain.verdicts import ExitReason
from rustro_kernel.engine.hours import day_hours
from rustro_kernel.engine.inputs import MOMENTS_NS
from rustro_kernel.engine.limits import limits
from rustro_kernel.research.day_options import DayOptions
from rustro_kernel.research.plan import DayOutcome, Plan
from rustro_kernel.research.technical_rows import lost_rows, quiet_rows

Ints = NDArray[np.int64]
Asked = tuple[int, int, ExitReason]
"""Which moment asks for an exit, its order among those of the same moment, and why."""
MOMENTS = len(MOMENTS_NS)
TIMER = 9
"""The day's end comes before all else of its moment; where that has no bar, after all before it."""


@dataclass(frozen=True, slots=True)
class Lone:
    """What one unit-for-unit trade came to, in paise; `spread_paise` is what crossing it cost."""

    gross_paise: int
    charges_paise: int
    spread_paise: int
    reason: str

    @property
    def net_paise(self) -> int:
        """After charges."""
        return self.gross_paise - self.charges_paise


@dataclass(frozen=True, slots=True, eq=False)
class _Quotes:
    """An option at all moments of a day; 0 where there is none."""

    tick: int
    last: Ints
    bid: Ints
    ask: Ints


class LoneDay:
    """The lone trades of one day."""

    def __init__(self, plan: Plan, played: DayOutcome) -> None:
        self._plan, day = plan, plan.history.day(played.number)
        self._day, self._course = day, day.course
        self._limits, self._rates = limits(plan.engine), day.rules.charges
        self._hours = day_hours(day.rules, plan.engine.hours)
        self._slip = plan.cfg.paper.slippage_ticks
        self._quotes: dict[str, _Quotes] = {}
        at = np.arange(len(self._course)) * MINUTE + self._course.first_ns
        self._ts: Ints = np.add.outer(at, np.array(MOMENTS_NS)).ravel()
        lost, quiet = lost_rows(plan, played), quiet_rows(plan, played.number)
        self._left = ((lost, ExitReason.ALIGNMENT_LOST), (quiet, ExitReason.LOW_VOLUME))
        self._known = np.repeat(np.array(self._course.closes) > 0, MOMENTS)
        self._options = {right: DayOptions(plan.history, day, plan.engine) for right in Right}
        self.expiry = self._chosen_expiry()
        for options in self._options.values():
            options.choose(self.expiry)

    def row(self, ts_ns: int) -> int:
        """The minute that ends at a moment."""
        return (ts_ns - self._course.first_ns) // MINUTE - 1

    def rows(self, first_ns: int, end_ns: int) -> list[int]:
        """The minutes with a bar that end in a stretch, the end left out, inside the window."""
        start, end = self._hours.window
        first, last = self.row(max(first_ns, start)), self.row(min(end_ns, end) - 1)
        first, last = max(first, 0), min(last, len(self._course) - 2)
        return [row for row in range(first, last + 1) if self._course.closes[row]]

    def trade(self, row: int, right: Right, units: int) -> Lone | None:
        """Bought after the minute `row`; None where nothing could be bought or seen any more."""
        if not self.expiry or not self._course.closes[row]:
            return None
        option = self._options[right].would_buy(self._course.closes[row], right)
        quotes = self._of(option, right)
        eod_ns = self._hours.eod_ns
        if self.expiry == str(self._day.date):
            eod_ns = min(eod_ns, self._hours.eod_expiry_ns)
        live = np.flatnonzero(self._known & (self._ts <= eod_ns))
        live = live[np.searchsorted(live, MOMENTS * (row + 1)) :]
        if len(live) < 2:
            return None
        price = int(quotes.ask[live[0]]) + self._slip * quotes.tick
        after = live[1:]
        order = -TIMER if self._ts[after[-1]] == eod_ns else TIMER
        end = (len(after) - 1, order, ExitReason.EOD)
        asked = [*self._technical(row, after), *self._on_quotes(quotes.last[after], price)]
        place, _, reason = min([end, *asked])
        return self._closed(quotes, (int(live[0]), int(after[place])), price, units, reason.value)

    def _technical(self, row: int, after: Ints) -> Iterator[Asked]:
        """What the ends of minutes after the entry's ask for; met by the next moment."""
        for order, (rows, reason) in enumerate(self._left, -len(self._left)):
            later = rows[np.searchsorted(rows, row + 1) :]
            place = np.searchsorted(after, MOMENTS * (later[0] + 1)) if len(later) else len(after)
            if place < len(after):
                yield int(place), order, reason

    def _on_quotes(self, last: Ints, entry: int) -> Iterator[Asked]:
        """Which moments after the entry's ask for an exit by their price."""
        limit = self._limits
        stop = entry * (WHOLE_BPS - limit.stop_bps) // WHOLE_BPS
        yield from _first(np.flatnonzero(last <= stop), 0, ExitReason.STOP_LOSS)
        if limit.target_bps:
            target = entry * (WHOLE_BPS + limit.target_bps) // WHOLE_BPS
            yield from _first(np.flatnonzero(last >= target), 1, ExitReason.TARGET)
        floors = last * (WHOLE_BPS - limit.trail_gap_bps) // WHOLE_BPS
        is_arming = last * WHOLE_BPS >= entry * (WHOLE_BPS + limit.trail_arm_bps)
        if self._plan.engine.exits.trail_floor == "breakeven":
            is_arming &= floors >= entry
        if is_arming.any():
            first = int(is_arming.argmax())
            trail = np.maximum.accumulate(floors[first:])
            hits = np.flatnonzero(last[first + 1 :] < trail[:-1]) + first + 1
            yield from _first(hits, 2, ExitReason.TRAILING_STOP)

    def _closed(
        self, quotes: _Quotes, ends: tuple[int, int], price: int, units: int, reason: str
    ) -> Lone:
        slip = self._slip * quotes.tick
        sold = max(int(quotes.bid[ends[1]]) - slip, quotes.tick)
        buy, sell = price * units, sold * units
        cost = charges(self._rates, (buy,), (sell,)).total
        wide = sum(int(quotes.ask[end] - quotes.bid[end]) for end in ends) // 2
        return Lone(sell - buy, cost, units * (wide + 2 * slip), reason)

    def _of(self, option: Instrument, right: Right) -> _Quotes:
        if option.key not in self._quotes:
            held = self._options[right].of_day(option)
            columns = (np.array(c, dtype=np.int64) for c in (held.ltp, held.bid, held.ask))
            self._quotes[option.key] = _Quotes(option.tick, *columns)
        return self._quotes[option.key]

    def _chosen_expiry(self) -> str:
        master = self._options[Right.CE].master
        return min((one.expiry for one in master if one.kind is Kind.OPTION), default="")


def _first(places: Ints, order: int, reason: ExitReason) -> Iterator[Asked]:
    if len(places):
        yield int(places[0]), order, reason
