"""Strategies: the plug-in interface and the ADX strategy, the first one."""

from rustro_kernel.strategies.adx import AdxStrategy
from rustro_kernel.strategies.base import Finding, Moment, Strategy, Trigger
from rustro_kernel.strategies.window import Window

STRATEGIES: dict[str, type[Strategy]] = {AdxStrategy.name: AdxStrategy}
"""The built-in strategies by name."""

__all__ = ["STRATEGIES", "AdxStrategy", "Finding", "Moment", "Strategy", "Trigger", "Window"]
