"""When the exchange trades today."""

from rustro_kernel.domain.rules import DayRules
from rustro_kernel.simulator.day_hours import DayHours


class TradingHours:
    """The derivative market's hours, halts cut out."""

    def __init__(self, rules: DayRules) -> None:
        self._legs = DayHours.of(rules).derivative
        self.open_ns, self.close_ns = self._legs[0].open_ns, self._legs[-1].close_ns

    def is_open(self, ts_ns: int) -> bool:
        """Whether orders trade."""
        return any(leg.open_ns <= ts_ns < leg.close_ns for leg in self._legs)

    def parked_until(self, ts_ns: int) -> int:
        """When an order sent now goes to the exchange; 0: at once."""
        if ts_ns < self.open_ns:
            return self.open_ns
        return TOMORROW if ts_ns >= self.close_ns else 0


TOMORROW = 1 << 61
"""After the day that is played."""
