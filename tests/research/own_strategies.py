"""Strategies as a user would write them, for sweeps."""

from rustro_kernel.domain.settings import Section
from rustro_kernel.domain.verdicts import Direction, TriggerKind
from rustro_kernel.strategies import Finding, Strategy, Trigger


class Every(Strategy):
    """Buys calls every so many minutes."""

    name = "every"

    class Params(Section):
        minutes: int = 30

    def direction(self, daily):
        return Finding(Direction.CE)

    def trigger(self, moment):
        if self.params.minutes == 13:
            raise ZeroDivisionError("thirteen is unlucky")
        is_due = moment.minutes_into_hour % self.params.minutes == 0
        return Finding(Trigger(TriggerKind.CUSTOM) if is_due else None)
