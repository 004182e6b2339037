"""The strategy of a backtest: by name, as a class from a notebook cell, or the ADX strategy."""

from rustro_kernel.config import Config
from rustro_kernel.own_strategies.chosen import Chosen as Chosen, chosen as chosen, fits
from rustro_kernel.strategies import Strategy


def check(kind: type[Strategy], cfg: Config) -> None:
    """Whether a strategy takes the parameters of a configuration.

    Raises:
        BadConfig: Names the first that it does not take.
    """
    fits(kind, cfg.strategy)
