"""The 1m bars before today: what a broker's history knows of index and future."""

from msgspec.structs import replace

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import DAY, midnight_ns
from rustro_kernel.simulator.chain import master, near_future
from rustro_kernel.simulator.history import future_minutes, index_minutes
from rustro_kernel.simulator.scene import Scene


def past_minutes(scene: Scene, key: InstrumentKey, from_ns: int, to_ns: int) -> list[Bar]:
    """Bars with from <= start <= to, oldest first; none of what has no past."""
    makers = {
        master(scene.contract, scene.previous_close)[0].key: index_minutes,
        near_future(scene.contract).key: future_minutes,
    }
    found: list[Bar] = []
    for day in scene.past if key in makers else ():
        start_ns = midnight_ns(day.date)
        if start_ns + DAY > from_ns and start_ns <= to_ns:
            minutes, volume = makers[key](scene, day)
            bars = zip(minutes.bars(), volume.tolist(), strict=True)
            found += (replace(bar, volume=units) for bar, units in bars)
    return [bar for bar in found if from_ns <= bar.start_ns <= to_ns]
