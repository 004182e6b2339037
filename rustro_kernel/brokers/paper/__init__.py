"""The paper broker: fills against the displayed market, refuses what an exchange would refuse."""

from rustro_kernel.brokers.paper.broker import MILLISECOND, PaperBroker

__all__ = ["MILLISECOND", "PaperBroker"]
