"""The simulated market that a configuration asks for."""

from pathlib import Path

from rustro_kernel.config import Config
from rustro_kernel.simulator.bar_file import BarFile
from rustro_kernel.simulator.market import SimMarket
from rustro_kernel.simulator.scene import Calendar

VIX_BESIDE = "vix_daily.parquet"


def configured(cfg: Config, calendar: Calendar) -> SimMarket:
    """The day from a file, or a generated one; the first underlying is played.

    Raises:
        BadUsage: If the date or the data cannot be used.
    """
    sim, underlying, anchor = cfg.sim, cfg.market.underlyings[0], cfg.bars.anchor
    if sim.data is None:
        return SimMarket.generated(
            sim.date, calendar, underlying, sim.seed, sim.regime, anchor=anchor
        )
    bars = BarFile.read(sim.data)
    return SimMarket.from_file(
        bars, sim.date, calendar, underlying, sim.seed, vix_file(cfg), anchor=anchor
    )


def vix_file(cfg: Config) -> Path | None:
    """The daily VIX that was asked for, or the one that lies beside the bars."""
    if cfg.sim.vix_data is not None or cfg.sim.data is None:
        return cfg.sim.vix_data
    beside = cfg.sim.data.parent / VIX_BESIDE
    return beside if beside.is_file() else None
