"""Broker and exchange as one dict of orders: what really became of each, and what is said of it.

It never lies: a report is true when it is made, though it may be heard late, twice or never. Only
the units of a bought order may be understated in its last word, since that sells nothing twice.
"""

from collections import Counter, deque
from dataclasses import dataclass, field

from msgspec.structs import replace

from rustro_kernel.domain.orders import OrderRequest, OrderStatus, OrderUpdate, Side

LIVING = frozenset({"wire", "waiting", "book"})
ENDS = {
    "complete": OrderStatus.COMPLETE,
    "cancelled": OrderStatus.CANCELLED,
    "rejected": OrderStatus.REJECTED,
    "lost": OrderStatus.ABSENT,
}


@dataclass
class Real:
    """One order as it really is. On the wire nobody knows yet whether it will arrive."""

    form: OrderRequest
    stage: str = "wire"  # waiting: a stop that is not triggered; or book, or an end
    filled: int = 0
    value: int = 0
    wanted: deque[OrderRequest | None] = field(default_factory=deque)  # None: to cancel

    @property
    def is_living(self) -> bool:
        """Whether it may still trade, now or when it arrives."""
        return self.stage in LIVING

    @property
    def rest(self) -> int:
        """Units it may still trade."""
        return self.form.quantity - self.filled if self.is_living else 0

    @property
    def status(self) -> OrderStatus:
        """What is true of it."""
        if self.stage == "wire":
            return OrderStatus.UNKNOWN
        is_part = 0 < self.filled < self.form.quantity
        living = OrderStatus.PARTIAL if is_part else OrderStatus.OPEN
        return ENDS.get(self.stage, living)


class ReferenceExchange:
    """Takes a bench's orders as its broker; nothing happens unless a test makes it happen."""

    def __init__(self) -> None:
        self.orders: dict[str, Real] = {}
        self.said: list[OrderUpdate] = []  # reports under way

    # what a bench asks of its broker

    def set_instruments(self, instruments) -> None:
        """It knows them all."""

    def on_tick(self, tick, now) -> None:
        """Prices do not move it."""

    def next_due_ns(self) -> None:
        """Nothing comes by itself."""

    def place(self, form: OrderRequest, now: int) -> None:
        assert form.tag not in self.orders, "sent twice"
        self.orders[form.tag] = Real(form)

    def modify(self, form: OrderRequest, now: int) -> None:
        self.orders[form.tag].wanted.append(form)

    def cancel(self, tag: str, now: int) -> None:
        self.orders[tag].wanted.append(None)

    # what happens

    def arrive(self, real: Real) -> None:
        real.stage = "waiting" if real.form.is_stop else "book"
        self.say(real)

    def end(self, real: Real, stage: str, *, short: int = 0) -> None:
        """It is lost, refused, or cancelled; the report may name fewer units than it filled."""
        real.stage = stage
        self.say(real, short=short if real.form.side is Side.BUY else 0)

    def trade(self, real: Real, units: int) -> None:
        """Units trade at the limit; a stop is triggered by that."""
        real.stage = "book"
        units = min(units, real.rest)
        real.filled += units
        real.value += units * real.form.limit_paise
        if not real.rest:
            real.stage = "complete"
        self.say(real)

    def obey(self, real: Real) -> None:
        """Carry out what was asked for first; of an order that is over, say so."""
        wanted = real.wanted.popleft()
        if not real.is_living:
            self.say(real)
        elif wanted is None:
            self.end(real, "cancelled")
        elif wanted.quantity > real.filled:
            real.form = wanted

    def defy(self, real: Real) -> None:
        """Refuse what was asked for first."""
        is_cancel = real.wanted.popleft() is None
        refused = OrderStatus.CANCEL_REJECTED if is_cancel else OrderStatus.MODIFY_REJECTED
        self.say(real, status=refused)

    # what is said

    def told(self, real: Real) -> OrderUpdate:
        """The truth of an order, as the order book has it."""
        broker_id = "" if real.stage in ("wire", "lost") else f"B{real.form.tag}"
        return OrderUpdate(real.form.tag, real.status, broker_id, real.filled, real.value)

    def say(self, real: Real, *, status: OrderStatus | None = None, short: int = 0) -> None:
        """Put a report under way."""
        update = self.told(real)
        if short and real.filled:
            told = max(0, real.filled - short)
            update = replace(update, filled=told, value_paise=real.value * told // real.filled)
        self.said.append(update if status is None else replace(update, status=status))

    # its books

    @property
    def net(self) -> dict[str, int]:
        """Units held by instrument: the sum of all fills, without the flat ones."""
        units: Counter[str] = Counter()
        for real in self.orders.values():
            sign = 1 if real.form.side is Side.BUY else -1
            units[real.form.instrument] += sign * real.filled
        return {key: held for key, held in units.items() if held}

    @property
    def cash(self) -> int:
        """Paise that fills brought in, less what they cost."""
        reals = self.orders.values()
        return sum(r.value if r.form.side is Side.SELL else -r.value for r in reals)

    def sellable(self) -> dict[str, int]:
        """Units that living orders may still sell, by instrument."""
        units: Counter[str] = Counter()
        for real in self.orders.values():
            if real.form.side is Side.SELL:
                units[real.form.instrument] += real.rest
        return units
