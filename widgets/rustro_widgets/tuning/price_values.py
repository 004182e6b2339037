"""Trades on the price: all days as daily candles, or one trade on its day's minutes. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.market_time import HOUR, IST_OFFSET, ist_date, show_clock
from rustro_kernel.research.history import History
from rustro_widgets.panels.words import escape, grouped, price
from rustro_widgets.tuning.equity import months
from rustro_widgets.tuning.played import Trade

DAILY, FIVES = 0, 2
"""Places of the index's frames in a history."""
Point = tuple[float, float]


class Prices:
    """Candles of the days that are played."""

    def __init__(self, history: History, numbers: Sequence[int]) -> None:
        daily, _ = history.longer(DAILY)
        fives, self._first = history.longer(FIVES)
        self._daily, self._fives, self._numbers = daily, fives, numbers
        self._starts = [bar.start_ns for bar in fives]
        self._place = {ist_date(daily[n].start_ns): at for at, n in enumerate(numbers)}

    @property
    def days(self) -> list[Bar]:
        """A candle a day."""
        return [self._daily[number] for number in self._numbers]

    def day(self, trade: Trade) -> list[Bar]:
        """Five-minute candles of a trade's day."""
        number = self._numbers[self.place(trade)]
        return self._fives[self._first[number] : self._first[number + 1]]

    def place(self, trade: Trade) -> int:
        """Which of the days played a trade was on."""
        return self._place[ist_date(trade.entry_ns)]

    def at(self, ts_ns: int) -> float:
        """The index then, in rupees: the close of the five minutes."""
        return self._fives[max(bisect_right(self._starts, ts_ns) - 1, 0)].close / 100


class PriceValues(NamedTuple):
    """What the chart draws; `won` and `lost` are entries, of calls and of puts."""

    bars: list[Bar]
    ticks: dict[int, str]
    won: tuple[list[Point], list[Point]]
    lost: tuple[list[Point], list[Point]]
    exits: list[Point]
    shown: tuple[list[int], ...]  # trades by the place in each of won and lost, for clicks
    text: str


def all_days(prices: Prices, trades: Sequence[Trade]) -> PriceValues:
    """Every trade at its entry, on daily candles."""
    days = prices.days
    points = [_entry(prices, trade) for trade in trades]
    groups = [
        [n for n, t in enumerate(trades) if (t.net_paise > 0) is is_won and t.right == right]
        for is_won in (True, False)
        for right in ("CE", "PE")
    ]
    calls, puts, lost_calls, lost_puts = ([points[n] for n in group] for group in groups)
    dates = [ist_date(bar.start_ns) for bar in days]
    words = f"{len(trades)} entries on {len(days)} days: ▲ calls, ▼ puts" if trades else "no trade"
    return PriceValues(
        days, months(dates), (calls, puts), (lost_calls, lost_puts), [], tuple(groups), words
    )


def one_trade(prices: Prices, trades: Sequence[Trade], number: int) -> PriceValues:
    """One trade from entry to exit, on its day's five-minute candles."""
    trade = trades[number]
    bars = prices.day(trade)
    start, end = (_inside(bars, ts) for ts in (trade.entry_ns, trade.exit_ns))
    entry, leave = (start, prices.at(trade.entry_ns)), (end, prices.at(trade.exit_ns))
    mine: tuple[list[Point], list[Point]] = ([entry], []) if trade.right == "CE" else ([], [entry])
    none: tuple[list[Point], list[Point]] = ([], [])
    is_won = trade.net_paise > 0
    ticks = {
        at: show_clock(bar.start_ns)[:5]
        for at, bar in enumerate(bars)
        if (bar.start_ns + IST_OFFSET) % HOUR == 0
    }
    return PriceValues(
        *(bars, ticks, mine if is_won else none, none if is_won else mine),
        [entry, leave],
        ([], [], [], []),
        trade_words(trade),
    )


def trade_words(trade: Trade) -> str:
    """A trade in one line."""
    bought, sold = (
        value / trade.units for value in (trade.buy_value_paise, trade.sell_value_paise)
    )
    net = round(trade.net_paise / 100)
    return escape(
        f"{ist_date(trade.entry_ns):%d %b %Y} · {trade.strike_paise // 100} {trade.right} · "
        f"{grouped(trade.units)} units · {trade.trigger} · "
        f"{show_clock(trade.entry_ns)} at {price(bought)} → {show_clock(trade.exit_ns)} at "
        f"{price(sold)} · {trade.reason} · net Rs {'+' if net > 0 else ''}{grouped(net)}"
    )


def _entry(prices: Prices, trade: Trade) -> Point:
    return float(prices.place(trade)), prices.at(trade.entry_ns)


def _inside(bars: Sequence[Bar], ts_ns: int) -> float:
    """The place of a moment among bars."""
    return float(max(bisect_right([bar.start_ns for bar in bars], ts_ns) - 1, 0))
