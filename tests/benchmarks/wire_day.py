"""A session under way, and the frames that the broker would send it from there on."""

import random
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rustro_kernel.config import Config
from rustro_kernel.domain.instruments import InstrumentKey, Kind
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.state import State
from rustro_kernel.records.recorder import Recorder
from rustro_kernel.session import composition
from rustro_kernel.session.plans import SimPlan
from rustro_kernel.session.safe_engine import SafeEngine
from rustro_kernel.session.synchronous import Synchronous
from tests.brokers.angelone.frames import index_frame, ltp_frame, quote_frame, snap_frame

EACH_PER_SECOND = 10
BINARY = 0x82
LENGTH_FOLLOWS = 126


class Primed(NamedTuple):
    """A generated day, stopped: its records, and the engine as it then was."""

    folder: Path
    snapshot: bytes
    state: State


def is_open(state: State) -> bool:
    return state.boundary > 0 and 40 < len(state.watched) == len(state.quotes)


def is_holding(state: State) -> bool:
    return is_open(state) and any(position.bought for position in state.positions.values())


def primed(folder: Path, is_enough: Callable[[State], bool]) -> Primed:
    """Play the demo day, some forty instruments watched, until it is so far."""
    wide: dict[str, Any] = {"strategy.strikes_each_side": 9}
    planned = composition.plan(Config.load(profile="demo", **wide))
    assert isinstance(planned, SimPlan)
    engine, recorder = Engine(), Recorder(folder)
    safe = SafeEngine(lambda: engine, Engine.restore)
    driver = Synchronous(composition.world(planned), safe, recorder)
    driver.start(planned.start_ns, planned.first_inputs)
    while engine._world is None or not is_enough(engine._world.state):
        assert driver.slice(0)
    recorder.close()
    return Primed(folder, engine.snapshot(), engine._world.state)


class Frames:
    """Every watched instrument, ten times a second, each message other than the one before."""

    def __init__(self, state: State, *, is_mixed: bool) -> None:
        self.keys = [InstrumentKey(key) for key in state.watched]
        self._modes = (1, 2, 3) if is_mixed else (3,)
        self._state, self._random = state, random.Random(7)
        self._first_ms = (state.now_ns // SECOND + 1) * 1000
        self._prices = {key: state.quotes[key].ltp for key in self.keys}
        self._volumes = {key: state.quotes[key].volume for key in self.keys}

    def frames(self, count: int) -> Iterator[bytes]:
        """The first `count` messages."""
        per_second = len(self.keys) * EACH_PER_SECOND
        for n in range(count):
            yield self._frame(n, self.keys[n % len(self.keys)], n // per_second)

    def _frame(self, n: int, key: InstrumentKey, second: int):
        token, ts = key.partition(":")[2], self._first_ms + second * 1000
        start = self._state.quotes[key].ltp
        step = self._random.choice((-5, 5)) if self._prices[key] == start else 0
        self._prices[key] = price = start + step  # never far: the position stays open
        if self._state.instruments[key].kind in (Kind.INDEX, Kind.VIX):
            return index_frame(token, ltp=price, sequence=n, ts=ts)
        self._volumes[key] += 65 * self._random.randint(1, 9)
        common = {"token": token, "sequence": n, "ts": ts, "ltp": price}
        mode = 3 if n < len(self.keys) else self._random.choice(self._modes)
        if mode == 1:
            return ltp_frame(2, **common)
        if mode == 2:
            return quote_frame(volume=self._volumes[key], **common)
        return snap_frame(
            volume=self._volumes[key], book=_book(price), limits=(2 * price, 5, 2 * price, 5),
            **common,
        )  # fmt: skip


def _book(price: int) -> list[tuple[int, int, int, int]]:
    buys = [(1, 65 * (i + 1), price - 5 * i, i + 1) for i in range(5)]
    return buys + [(0, 130 * (i + 1), price + 5 + 5 * i, i + 2) for i in range(5)]


def on_the_wire(frame: bytes) -> bytes:
    """A message as one unmasked websocket frame."""
    if len(frame) < LENGTH_FOLLOWS:
        return bytes((BINARY, len(frame))) + frame
    return struct.pack(">BBH", BINARY, LENGTH_FOLLOWS, len(frame)) + frame
