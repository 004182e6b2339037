"""Money and units of the account, and what must never happen to them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rustro_kernel.domain.instruments import InstrumentKey, Kind
from rustro_kernel.domain.orders import Side
from rustro_kernel.simulator.exchange.listing import Listed
from rustro_kernel.simulator.exchange.order import Fill, Order

MARGIN_PCT = 12
"""Of the notional value, for a future or a short option."""


@dataclass(slots=True)
class Position:
    """What was bought and sold of one instrument under one product today."""

    listed: Listed
    product: str
    bought: int = 0
    sold: int = 0
    bought_value: int = 0
    sold_value: int = 0

    @property
    def net(self) -> int:
        """Units held; negative is short."""
        return self.bought - self.sold


def margin(listed: Listed, units: int, price: int) -> int:
    """Paise that so many units of a future, or of an option sold short, tie up."""
    strike = listed.instrument.strike or price
    return units * strike * MARGIN_PCT // 100


def _cost(buy: Order) -> int:
    """Paise a purchase may still need."""
    if buy.listed.instrument.kind is Kind.OPTION:
        return buy.remaining * buy.form.price
    return margin(buy.listed, buy.remaining, buy.form.price)


class Portfolio:
    """Cash and positions; violations are counted, not prevented: the exchange takes a short."""

    def __init__(self, funds_paise: int) -> None:
        self.funds = funds_paise
        self.positions: dict[tuple[InstrumentKey, str], Position] = {}
        self.violations: Counter[str] = Counter()

    @property
    def premium(self) -> int:
        """Net premium paid for options so far, in paise."""
        options = (p for p in self.positions.values() if p.listed.instrument.kind is Kind.OPTION)
        return sum(p.bought_value - p.sold_value for p in options)

    def available(self, open_orders: Iterable[Order]) -> int:
        """Cash less what shorts, futures and open orders tie up."""
        held = sum(self._tied(p) for p in self.positions.values())
        orders = list(open_orders)
        buys = sum(_cost(order) for order in orders if order.form.side is Side.BUY)
        return self.funds - self.premium - held - buys - self._shorts(orders)

    def _shorts(self, orders: Iterable[Order]) -> int:
        """Paise that the open sales need together: units held cover each unit of them once."""
        sales: dict[InstrumentKey, list[Order]] = {}
        for order in orders:
            if order.form.side is Side.SELL:
                sales.setdefault(order.listed.instrument.key, []).append(order)
        return sum(self._short(row) for row in sales.values())

    def _short(self, sales: list[Order]) -> int:
        """What the sales of one instrument need beyond what is held."""
        listed = sales[0].listed
        opening = max(0, sum(order.remaining for order in sales) - max(0, self.net(listed)))
        return margin(listed, opening, max(order.form.price for order in sales))

    def net(self, listed: Listed) -> int:
        """Units held of an instrument over all products."""
        key = listed.instrument.key
        return sum(p.net for p in self.positions.values() if p.listed.instrument.key == key)

    def settle(self, order: Order, fills: Iterable[Fill]) -> None:
        """Exchange units for money."""
        key = order.listed.instrument.key, order.form.product
        position = self.positions.setdefault(key, Position(order.listed, order.form.product))
        for fill in fills:
            if order.form.side is Side.BUY:
                position.bought += fill.units
                position.bought_value += fill.units * fill.price
            else:
                position.sold += fill.units
                position.sold_value += fill.units * fill.price
        if self.net(order.listed) < 0 and order.form.side is Side.SELL:
            self.violations["net_short"] += 1

    def _tied(self, position: Position) -> int:
        listed, net = position.listed, position.net
        if listed.instrument.kind is Kind.OPTION:
            return margin(listed, max(0, -net), 0)
        price = (position.bought_value + position.sold_value) // max(
            1, position.bought + position.sold
        )
        return margin(listed, abs(net), price)
