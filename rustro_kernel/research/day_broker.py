"""The paper broker of one day of minutes, and the moments it has been shown."""

from bisect import bisect_right
from collections.abc import Iterable

from rustro_kernel.brokers.paper import PaperBroker
from rustro_kernel.brokers.paper.doors import Door, doors
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.settings import Paper
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.inputs import MOMENTS_NS
from rustro_kernel.research.day_options import DayOptions
from rustro_kernel.research.history_day import HistoryDay


class DayBroker:
    """Not there before it is needed: most days have no order.

    Args:
        day: The day.
        options: Its quotes.
        paper: How orders fill.
        balance_paise: Before the day.
    """

    def __init__(
        self, day: HistoryDay, options: DayOptions, paper: Paper, balance_paise: int
    ) -> None:
        self._day, self._course, self._options = day, day.course, options
        self._paper, self._balance_paise = paper, balance_paise
        self._broker: PaperBroker | None = None
        self._doors: list[Door] = []
        self._shown: dict[str, tuple[int, int]] = {}  # minute and moment

    @property
    def due_ns(self) -> int | None:
        """When the next report comes."""
        return self._broker.next_due_ns() if self._broker is not None else None

    def opened(self, now_ns: int) -> PaperBroker:
        """The broker, as it would be had it been there from the start."""
        if self._broker is None:
            band = self._day.rules.price_band
            self._broker = PaperBroker(self._paper, self._balance_paise, band)
            self._broker.set_instruments(self._options.master)
            self._doors = doors(self._day.rules)
            self.pass_doors(now_ns)
        return self._broker

    def pass_doors(self, ts_ns: int) -> None:
        """Let the market open and close as it does up to a moment."""
        while self._doors and self._doors[0][0] <= ts_ns:
            self.opened(ts_ns).set_market(self._doors.pop(0)[1])

    def show(
        self, keys: Iterable[str], at: int, moment: int, ts_ns: int, now_ns: int
    ) -> tuple[Tick, ...]:
        """Show it one moment's quotes, which are returned."""
        quotes = tuple(self._options.quote(key, at, moment) for key in keys)
        for tick in quotes:
            self._shown[tick.instrument] = at, moment
            self.opened(now_ns).on_tick(tick, ts_ns)
        return quotes

    def show_last(self, keys: Iterable[str], now_ns: int) -> None:
        """It sees the quotes of the last moment, if it has not seen them yet."""
        at, into_ns = divmod(now_ns - self._course.first_ns, MINUTE)
        moment = bisect_right(MOMENTS_NS, into_ns) - 1
        if not into_ns:  # the boundary: the moment that begins here comes after it
            at, moment = at - 1, len(MOMENTS_NS) - 1
        while at >= 0 and not self._course.closes[at]:
            at, moment = at - 1, len(MOMENTS_NS) - 1
        unseen = [key for key in keys if at >= 0 and self._shown.get(key, (-1, 0)) < (at, moment)]
        self.show(unseen, at, moment, now_ns, now_ns)
