"""What is listed on each day of a history, made once and shared between days.

It is `simulator.chain.master` with the options of one expiry only: the one that the engine chooses,
the nearest with days enough. It never looks at the others.
"""

import datetime as dt

from rustro_kernel.domain.instruments import Instrument, Kind
from rustro_kernel.domain.rules import ContractRules, Expiry
from rustro_kernel.research.history_day import HistoryDay
from rustro_kernel.simulator.chain import (
    LISTED_EXPIRIES,
    VIX_KEY,
    index,
    near_future,
    pair,
    strikes,
)

VIX = Instrument(VIX_KEY, "India VIX", Kind.VIX, "INDIAVIX", tick=1)
Pair = tuple[Instrument, Instrument]


class Listed:
    """Instruments by day."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[Expiry, int, int], dict[int, Pair]] = {}

    def on(self, day: HistoryDay, min_dte: int) -> tuple[Instrument, ...]:
        """Index, VIX, future, then the options by strike, CE before PE."""
        contract = day.rules.contracts[0]
        first = (index(contract), VIX, near_future(contract))
        for expiry in contract.expiries[:LISTED_EXPIRIES]:
            if (dt.date.fromisoformat(expiry.date) - day.date).days >= min_dte:
                return (*first, *self._options(contract, expiry, day.previous_close))
        return first

    def _options(self, contract: ContractRules, expiry: Expiry, close: int) -> list[Instrument]:
        known = self._pairs.setdefault((expiry, contract.freeze_quantity, contract.option_tick), {})
        found: list[Instrument] = []
        for strike in strikes(contract.strike_step, close):
            if strike not in known:
                known[strike] = pair(contract, expiry, strike)
            found += known[strike]
        return found
