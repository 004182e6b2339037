"""Who is watched, and what they send."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter

from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.instruments import Instrument, InstrumentKey
from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.simulator.scene import Scene
from rustro_kernel.simulator.tape import Tape
from rustro_kernel.simulator.tapes import book_behind, make_tape

IN_ORDER = attrgetter("exch_ts", "instrument")


class Stage:
    """Plays the tapes of what is watched; each tape is made when it is first needed."""

    def __init__(self, scene: Scene, instruments: Iterable[Instrument]) -> None:
        self._scene = scene
        self._instruments = {one.key: one for one in instruments}
        self._tapes: dict[InstrumentKey, Tape] = {}
        self._behind: dict[InstrumentKey, list[list[int]]] = {}
        self._watched: dict[InstrumentKey, bool] = {}
        self._changed = True

    def watch(self, keys: Iterable[InstrumentKey], *, depth: bool) -> None:
        """Add to what is watched, or change its depth.

        Raises:
            BadData: If a key is not in the master.
        """
        wanted = tuple(keys)
        for key in wanted:
            if key not in self._instruments:
                raise BadData(self._scene.identity, f"has no instrument {key}")
        self._watched |= dict.fromkeys(wanted, depth)
        self._changed = True

    def unwatch(self, keys: Iterable[InstrumentKey]) -> None:
        """Remove from what is watched."""
        for key in keys:
            self._watched.pop(key, None)
        self._changed = True

    def seconds(self, from_ns: int, to_ns: int) -> Iterator[tuple[int, list[Tick]]]:
        """Each second and its ticks in order."""
        ahead: Mapping[int, list[Tick]] = {}
        for second_ns in range(from_ns, to_ns, SECOND):
            if self._changed or second_ns % MINUTE == 0:
                ahead = self._rest_of_minute(second_ns)
            ticks = ahead.get(second_ns, [])
            ticks.sort(key=IN_ORDER)
            yield second_ns, ticks

    def _rest_of_minute(self, from_ns: int) -> dict[int, list[Tick]]:
        """What is sent until the minute ends, by second."""
        self._changed = False
        to_ns = from_ns - from_ns % MINUTE + MINUTE
        ahead: dict[int, list[Tick]] = defaultdict(list)
        for key, depth in self._watched.items():
            for tick in self.ticks(key, from_ns, to_ns, depth=depth):
                ahead[tick.exch_ts - tick.exch_ts % SECOND].append(tick)
        return ahead

    def ticks(self, key: InstrumentKey, from_ns: int, to_ns: int, *, depth: bool) -> Iterator[Tick]:
        """One instrument's ticks of a stretch, watched or not; the key must be in the master."""
        tape = self._tapes.get(key)
        if tape is None:
            tape = self._tapes[key] = make_tape(self._scene, self._instruments[key])
        if not depth or not tape.has_book:
            return tape.ticks(from_ns, to_ns)
        if key not in self._behind:
            self._behind[key] = book_behind(self._scene, tape)
        return tape.deep_ticks(from_ns, to_ns, self._behind[key])
