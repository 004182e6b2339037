"""One order of ours at the paper exchange, and the money and units its fills move."""

from rustro_kernel.brokers.paper.exchange_rules import Refusal
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.orders import FINAL, OrderRequest, OrderStatus, OrderUpdate, Side
from rustro_kernel.domain.ticks import Level


class Working:
    """An order with what became of it so far."""

    __slots__ = ("broker_id", "filled", "request", "status", "value_paise")

    def __init__(self, request: OrderRequest, broker_id: str) -> None:
        self.request, self.broker_id = request, broker_id
        self.status = OrderStatus.ACCEPTED
        self.filled = self.value_paise = 0

    @property
    def remaining(self) -> int:
        """Units that may still trade."""
        return 0 if self.status in FINAL else self.request.quantity - self.filled

    def add(self, fills: list[Level]) -> None:
        """Count units that traded at a price."""
        self.filled += sum(units for _, units in fills)
        self.value_paise += sum(price * units for price, units in fills)

    def turn(self, status: OrderStatus) -> OrderUpdate:
        """Move to a status and report it."""
        self.status = status
        return self.report(status)

    def report(self, status: OrderStatus, refusal: Refusal | None = None) -> OrderUpdate:
        """Say something of the order as it stands."""
        code, message = refusal or ("", "")
        return OrderUpdate(
            self.request.tag, status, self.broker_id, self.filled, self.value_paise, code, message
        )


class Holdings:
    """Cash, before charges, and net units by instrument."""

    def __init__(self, cash_paise: int) -> None:
        self.cash_paise = cash_paise
        self.units: dict[InstrumentKey, int] = {}

    def settle(self, order: OrderRequest, fills: list[Level]) -> None:
        """Exchange units for cash."""
        sign = 1 if order.side is Side.BUY else -1
        self.cash_paise -= sign * sum(price * units for price, units in fills)
        held = self.units.get(order.instrument, 0)
        self.units[order.instrument] = held + sign * sum(units for _, units in fills)
