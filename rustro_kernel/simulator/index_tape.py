"""Ticks of the index and of the India VIX: a value, no trades, no book."""

import numpy as np

from rustro_kernel.domain.instruments import Instrument
from rustro_kernel.simulator.minute_bars import Ints, inside
from rustro_kernel.simulator.scene import Scene
from rustro_kernel.simulator.seeding import Purpose, generator
from rustro_kernel.simulator.tape import Tape, quiet

LONGEST_VIX_GAP_S = 5


def index_tape(scene: Scene, index: Instrument) -> Tape:
    """One tick a second where the index is published."""
    path = scene.index
    return Tape(index.key, quiet(path.ns[path.published], path.paise[path.published]))


def vix_tape(scene: Scene, vix: Instrument) -> Tape:
    """A tick every 1 to 5 seconds while options trade; none while the index feed is stuck."""
    hours = scene.hours
    rng = generator(scene.seed, scene.date, Purpose.VIX, 1)
    at = sparse(len(hours.seconds), LONGEST_VIX_GAP_S, rng)
    stuck = inside(hours.seconds, hours.stuck)
    at = at[hours.trading[at] & ~stuck[at]]
    jitter = rng.standard_normal(len(at)) * 0.01
    value = np.rint((scene.vix[at] + jitter) * 100).astype(np.int64)
    return Tape(vix.key, quiet(hours.seconds[at], value), tick=vix.tick)


def sparse(n: int, longest_gap: int, rng: np.random.Generator) -> Ints:
    """Some of the numbers 0..n-1, ascending, beginning with 0, never further apart than the gap."""
    at = np.cumsum(rng.integers(1, longest_gap + 1, size=n)) - 1
    at -= at[0]
    picked: Ints = at[at < n]
    return picked
