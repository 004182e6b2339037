"""What sort of day the generator makes, and how such days come about."""

import datetime as dt
from dataclasses import dataclass

from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.simulator.seeding import Purpose, generator

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Regime:
    """Log returns are of the whole day, volatility is a year's (0.15 is 15 %), VIX in percent.

    `pull` is how much of a day's random net move is taken back by its close: at 1 the day ends
    where `drift` says, whatever happened in between.
    """

    drift: float = 0.0  # from open to close
    pull: float = 0.0
    volatility: float = 0.14
    gap: float = 0.0  # from yesterday's close to the open; of either sign
    trend: float = 0.0  # of each earlier day, close to close
    shock: float = 0.0  # sudden move of the index
    shock_vix: float = 0.0  # sudden rise of the VIX, points


REGIMES = {
    "trend_up": Regime(drift=0.012, pull=0.8, trend=0.003),
    "trend_down": Regime(drift=-0.012, pull=0.8, trend=-0.003, volatility=0.16),
    "range": Regime(pull=1.0, volatility=0.11),
    "vix_shock": Regime(volatility=0.22, shock=-0.022, shock_vix=14.0, trend=-0.001),
    "gap_open": Regime(gap=0.015),
}


def regime_name(wanted: str, seed: int, date: dt.date) -> str:
    """The regime of a generated day: the one asked for, or for "auto" one chosen by the seed.

    Raises:
        BadConfig: If there is no such regime.
    """
    if wanted == AUTO:
        names = list(REGIMES)
        return names[int(generator(seed, date, Purpose.REGIME).integers(len(names)))]
    if wanted not in REGIMES:
        raise BadConfig("sim.regime", f"{wanted!r} is none of auto, {', '.join(REGIMES)}")
    return wanted
