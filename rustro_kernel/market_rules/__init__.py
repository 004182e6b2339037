"""The market's dated facts: days, hours, contracts, lots, charges.

Start at `MarketRules`. The facts are CSV tables in `data/`, read when the first `MarketRules` is
made; importing this package reads nothing.
"""

from rustro_kernel.market_rules.market import MarketRules
from rustro_kernel.market_rules.override import Override

__all__ = ["MarketRules", "Override"]
