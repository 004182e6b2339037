"""The market's side of the exchange: instruments, books, orders, and the order of what happens."""

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.simulator.exchange.agenda import Agenda
from rustro_kernel.simulator.exchange.desk import Desk
from rustro_kernel.simulator.exchange.feed import Feed
from rustro_kernel.simulator.exchange.hours import TradingHours
from rustro_kernel.simulator.exchange.listing import Listed, Listing
from rustro_kernel.simulator.exchange.order import Order
from rustro_kernel.simulator.exchange.order_rows import update
from rustro_kernel.simulator.exchange.order_rules import OrderRules
from rustro_kernel.simulator.exchange.pit import Pit
from rustro_kernel.simulator.exchange.portfolio import Portfolio
from rustro_kernel.simulator.exchange.quote import Quote
from rustro_kernel.simulator.exchange.settings import Account, Habits
from rustro_kernel.simulator.market import SimMarket

Published = Quote | str
"""A packet's content for the market stream, or a message for the order stream."""


class TradingDay:
    """Plays the day and moves the orders; the times it is given must never decrease."""

    def __init__(self, market: SimMarket, account: Account, habits: Habits) -> None:
        rules = market.rules
        self.market, self.listing, self.agenda = market, Listing(market.instruments()), Agenda()
        self._client, hours = account.client, TradingHours(rules)
        self.feed = Feed(market, hours.close_ns, round(habits.repeat_s * SECOND))
        order_rules = OrderRules(rules.price_band, habits)
        portfolio, ticker = Portfolio(account.funds_paise), self.feed.ticker
        self.pit = Pit(portfolio, hours, ticker, order_rules.band_problem, self._tell)
        self.desk = Desk(self.listing, self.agenda, self.pit, order_rules)
        self._outbox: list[Published] = []

    def due_ns(self) -> int:
        """When something happens next by itself."""
        return min(self.agenda.due_ns(), self.feed.due_ns())

    def advance(self, now_ns: int) -> None:
        """Let everything happen up to a moment: at one moment orders move before the market."""
        while (due_ns := self.due_ns()) <= now_ns:
            if self.agenda.due_ns() == due_ns:
                self.agenda.do_next()
            else:
                self._play(due_ns)

    def publish(self) -> list[Published]:
        """What has to go out since the last call, in order."""
        published, self._outbox = self._outbox, []
        return published

    def snapshot(self, listed: Listed, now_ns: int) -> Quote:
        """The content of an instrument's last packet."""
        return self.feed.ticker(listed, now_ns).quote

    def _play(self, due_ns: int) -> None:
        quote = self.feed.step(lambda ticker: self.pit.on_tick(ticker, due_ns))
        if quote is not None:
            self._outbox.append(quote)

    def _tell(self, order: Order) -> None:
        message = update(order, self._client, self.feed.skew_ns)
        if message is not None:
            self._outbox.append(message)
