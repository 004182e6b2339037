"""Our orders at the paper exchange, what they promise, and the money and units their fills move."""

from rustro_kernel.brokers.paper.exchange_rules import Refusal
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.orders import FINAL, OrderRequest, OrderStatus, OrderUpdate, Side
from rustro_kernel.domain.ticks import Level


class Working:
    """An order with what became of it so far. `is_waiting`: a stop that was not triggered yet."""

    __slots__ = ("broker_id", "filled", "is_waiting", "request", "status", "value_paise")

    def __init__(self, request: OrderRequest, broker_id: str) -> None:
        self.request, self.broker_id = request, broker_id
        self.is_waiting = request.is_stop
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

    def turn(self, status: OrderStatus, refusal: Refusal | None = None) -> OrderUpdate:
        """Move to a status and report it."""
        self.status = status
        return self.report(status, refusal)

    def report(self, status: OrderStatus, refusal: Refusal | None = None) -> OrderUpdate:
        """Say something of the order as it stands."""
        code, message = refusal or ("", "")
        return OrderUpdate(
            self.request.tag, status, self.broker_id, self.filled, self.value_paise, code, message
        )


class Living:
    """The orders that are not over, by instrument and age, and what they promise."""

    def __init__(self) -> None:
        self._rows: dict[InstrumentKey, list[Working]] = {}

    def add(self, working: Working) -> None:
        """From now on it is the youngest."""
        self._rows.setdefault(working.request.instrument, []).append(working)

    def remove(self, working: Working) -> None:
        """It promises nothing any more."""
        self._rows[working.request.instrument].remove(working)

    def of(self, key: InstrumentKey) -> tuple[Working, ...]:
        """Those of one instrument, oldest first."""
        return tuple(self._rows.get(key, ()))

    @property
    def promised_paise(self) -> int:
        """What the buys may still cost."""
        buys = (w for row in self._rows.values() for w in row if w.request.side is Side.BUY)
        return sum(w.remaining * w.request.limit_paise for w in buys)

    def promised_units(self, key: InstrumentKey) -> int:
        """What the sells of an instrument may still take, waiting stops included."""
        return sum(w.remaining for w in self._rows.get(key, ()) if w.request.side is Side.SELL)


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
