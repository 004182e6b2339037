"""What the cells of the cockpit's benchmark import: frames, messages and what they cost."""

import asyncio
import json
import statistics
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import comm
import ipywidgets
import msgspec

import rustro_kernel as rk
from rustro_widgets import Cockpit
from tests.widgets import views

BARS = 300
FRAMES, ROUNDS = 200, 9
HZ = 10


class Spy(comm.base_comm.BaseComm):
    """Counts the bytes that would go to the browser, as they stand in a message's content."""

    sent_bytes = 0

    def publish_msg(
        self,
        msg_type: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        buffers: list[bytes] | None = None,
        **keys: Any,
    ) -> None:
        content = {"comm_id": self.comm_id, "data": data}
        Spy.sent_bytes += len(json.dumps(content)) + sum(
            memoryview(buffer).nbytes for buffer in buffers or ()
        )


class Market:
    """A session in position, one tick further at each look."""

    def __init__(self) -> None:
        self.session = views.FakeSession()
        self._n = 0
        self._base = views.view(BARS, positions=(views.position(),))
        self.tick()

    def tick(self) -> None:
        """Index and premium move, and with them bar, result and clock."""
        self._n += 1
        last, moved = views.bar(BARS - 1), self._n % 7 * 5
        bar = msgspec.structs.replace(last, close=last.close + moved)
        underlying = views.underlying(BARS, partial=bar, price_paise=bar.close)
        held = views.position(price_paise=12_100 + moved, pnl_paise=6_500 + 65 * moved)
        self.session.view = msgspec.structs.replace(
            self._base,
            underlyings=(underlying,),
            positions=(held,),
            now_ns=self._base.now_ns + self._n * 1_000_000_000,
        )


def frame_bytes() -> int:
    """What one tick sends, the median of many."""
    market, sizes = Market(), []
    cockpit = Cockpit(market.session)
    for _ in range(50):
        Spy.sent_bytes = 0
        market.tick()
        cockpit.draw()
        sizes.append(Spy.sent_bytes)
    return int(statistics.median(sizes))


async def cpu_of_a_frame() -> dict[str, float]:
    """CPU of a frame and of a minimal message, us, interleaved; medians, and of their ratios."""
    market, number = Market(), iter(range(10**9))
    cockpit, label = Cockpit(market.session), ipywidgets.HTML()

    def frame() -> None:
        market.tick()
        cockpit.draw()

    def message() -> None:
        label.value = str(next(number))

    nothing = [await _cpu_us(market.tick) for _ in range(3)]
    pairs = [(await _cpu_us(frame), await _cpu_us(message)) for _ in range(ROUNDS)]
    cockpit.close()
    tick_us = statistics.median(nothing)
    return {
        "frame_us": statistics.median(frame for frame, _ in pairs) - tick_us,
        "message_us": statistics.median(message for _, message in pairs),
        "ratio": statistics.median((frame - tick_us) / message for frame, message in pairs),
    }


async def _cpu_us(act: Callable[[], None]) -> float:
    """CPU of one of many, sending included."""
    begun = process_time()
    for n in range(FRAMES):
        act()
        if n % 20 == 0:
            await asyncio.sleep(0)
    await asyncio.sleep(0.05)  # the thread that sends is done with them
    return (process_time() - begun) / FRAMES * 1e6


async def share_of_a_core(cockpits: int, seconds: float) -> float:
    """CPU while a market ticks ten times a second and so many cockpits show it, percent."""
    market = Market()
    shown = [Cockpit(market.session) for _ in range(cockpits)]
    begun, cpu = perf_counter(), process_time()
    while perf_counter() - begun < seconds:
        market.tick()
        await asyncio.sleep(1 / HZ)
    share = 100 * (process_time() - cpu) / (perf_counter() - begun)
    for cockpit in shown:
        cockpit.close()
    return share


async def shares(cockpits: int, seconds: float = 4.0, rounds: int = 5) -> dict[str, float]:
    """The same with none and with so many in turn; medians."""
    pairs = [
        (await share_of_a_core(0, seconds), await share_of_a_core(cockpits, seconds))
        for _ in range(rounds)
    ]
    idle, busy = map(statistics.median, zip(*pairs, strict=True))
    return {"idle": idle, "busy": busy, "more": statistics.median(b - a for a, b in pairs)}


async def opening_s(place: str) -> float:
    """A cockpit made on a session that has a full day behind it, until all is sent."""
    keys: dict[str, Any] = {"run.out": f"{place}/run", "state.dir": f"{place}/state"}
    session = rk.Session(rk.Config.load(profile="demo", **keys), out=lambda line: None)
    assert (await session.run()).exit_code == 0
    Cockpit(session).close()  # what is imported on first use is not the day's
    took = []
    for _ in range(5):
        begun = perf_counter()
        cockpit = Cockpit(session)
        await asyncio.sleep(0)
        took.append(perf_counter() - begun)
        cockpit.close()
    return statistics.median(took)


def keep(path: str, figures: object) -> None:
    """For the test that asked."""
    Path(path).write_text(json.dumps(figures))
