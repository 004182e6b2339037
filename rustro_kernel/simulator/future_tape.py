"""Ticks of the near future: the index plus carry, with invented volume and open interest."""

import numpy as np

from rustro_kernel.domain.instruments import Instrument
from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.pricing.formula import forward
from rustro_kernel.simulator.book import sizes, two_sided
from rustro_kernel.simulator.day_hours import minute_starts
from rustro_kernel.simulator.minute_bars import Floats, Ints
from rustro_kernel.simulator.scene import Scene
from rustro_kernel.simulator.seeding import Purpose, generator
from rustro_kernel.simulator.tape import Columns, Tape
from rustro_kernel.simulator.volume import UNIT, minute_volumes

SKIPPED = 0.04
"""Part of the seconds without a tick; the first and last of a minute always have one."""
WIDTH_BPS = 1.0
NOISE_BPS = 0.3
OPEN_INTEREST = 11_500_000
RESTING_LOTS = 12.0


def future_tape(scene: Scene, future: Instrument) -> Tape:
    """About one tick a second; the minute's last tick carries all of the minute's volume."""
    rng = generator(scene.seed, scene.date, Purpose.FUTURE)
    seconds = scene.hours.seconds[scene.hours.trading]
    spot = scene.spot[scene.hours.trading]
    volume = _running_volume(scene, rng)
    second = seconds % MINUTE // SECOND
    sent = (rng.random(len(seconds)) >= SKIPPED) | (second == 0) | (second == 59)
    columns = _columns(scene, future, (seconds[sent], spot[sent], volume[sent]), rng)
    return Tape(future.key, columns, future.lot, future.tick)


def _running_volume(scene: Scene, rng: np.random.Generator) -> Ints:
    """Cumulative day volume at the end of each second of trading."""
    minutes = minute_starts(scene.hours.derivative)
    volume = minute_volumes(scene.seed, scene.date, minutes, scene.bars)
    part = np.cumsum(rng.exponential(1.0, (len(minutes), 60)), axis=1)
    inside = (volume[:, None] / UNIT * (part / part[:, -1:])).astype(np.int64) * UNIT
    inside[:, -1] = volume
    before = np.cumsum(volume) - volume
    return (before[:, None] + inside).ravel()


def _columns(
    scene: Scene, future: Instrument, rows: tuple[Ints, Floats, Ints], rng: np.random.Generator
) -> Columns:
    seconds, spot, volume = rows
    n, tick = len(seconds), future.tick
    years = scene.term(future.expiry).years(seconds)
    fair = forward(spot, years) * (1 + rng.standard_normal(n) * NOISE_BPS / 1e4)
    bid, ask = two_sided(fair, fair * (WIDTH_BPS / 1e4) * rng.uniform(0.3, 1.7, n), tick)
    ts_ns = seconds + rng.integers(0, 1000, n) * (SECOND // 1000)
    return Columns(
        exch_ts=ts_ns,
        ltp=np.where(rng.random(n) < 0.5, bid, ask),
        ltt=ts_ns,
        volume=volume,
        oi=OPEN_INTEREST // future.lot * future.lot
        + np.cumsum(rng.integers(-1, 2, n)) * future.lot,
        bid=bid,
        ask=ask,
        bid_qty=sizes(n, RESTING_LOTS, future.lot, rng),
        ask_qty=sizes(n, RESTING_LOTS, future.lot, rng),
    )
