"""A bare live session in a process of its own, ready to be killed: `test_crash` starts it.

The composition is the real one. What a test needs is put around it here: a strategy that trades
every minute, shorter waits, and kill points before and after each call to the broker and each
write of the records. `POINTS` lists them.
"""

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any, ClassVar

from rustro_kernel.brokers.angelone import orders_api
from rustro_kernel.config import Config
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.verdicts import Direction, TriggerKind
from rustro_kernel.engine import analysis, entries
from rustro_kernel.records import files, snapshots
from rustro_kernel.session.live import (
    broker_desk,
    orders_positions,
    orders_reading,
    orders_values,
)
from rustro_kernel.session.live.desk_timings import DeskTimings
from rustro_kernel.session.recorded import replay
from rustro_kernel.session.session import Session
from rustro_kernel.strategies import STRATEGIES, Finding, Moment, Strategy, Trigger, Window

SHORT = DeskTimings(absent_s=0.3, read_s=2.0, value_s=1.0, relogin_s=0.05)
CALLS = ("place", "place_stop", "modify", "cancel", "order_book", "positions", "trade_book")
WRITES = ("inputs.write", "inputs.sync", "events.write", "events.sync", "ticks.sync", "snapshot")
POINTS = tuple(f"{when} {what}" for what in (*CALLS, *WRITES) for when in ("before", "after"))


class Churn(Strategy):
    """Buys whenever it may."""

    name: ClassVar[str] = "churn"

    def direction(self, daily: Window) -> Finding[Direction]:
        return Finding(Direction.CE)

    def trigger(self, moment: Moment) -> Finding[Trigger | None]:
        return Finding(Trigger(TriggerKind.BREAKOUT))


class Killer:
    """Kills this process when a point has been passed so many times; points after an order."""

    def __init__(self, point: str, count: int) -> None:
        self._point, self._left = point, count

    def passed(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def main(keys: dict[str, Any], point: str = "", count: int = 1, log: str = "") -> None:
    """Run the day, or as much of it as is left to us."""
    sys.stdout = sys.stderr = Path(log).open("a", buffering=1)  # noqa: SIM115 - to our end
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    make_lively()
    put(broker_desk, "DeskTimings", lambda: SHORT)
    plant(Killer(point, count))
    session = Session(Config.load(**keys))
    if session.to_confirm:
        session.confirm_live(session.to_confirm)
    result = asyncio.run(session.run())
    print(result.exit_code, result.reason)  # noqa: T201 - into the log
    sys.exit(result.exit_code)


def put(where: Any, name: str, value: Any) -> None:
    """Put something of ours in place of what is there."""
    setattr(where, name, value)


def make_lively() -> None:
    """A signal a minute, from the first minute on."""
    STRATEGIES[Churn.name] = Churn
    entries._hour = lambda world, start: start - start % MINUTE
    plain = analysis.align

    def align(world: Any, desk: Any) -> None:  # without waiting for an hour of the day
        desk.today_hour_ns = desk.today_hour_ns or world.now
        plain(world, desk)

    analysis.align = align


def replayed(folder: str) -> None:
    """Exit with 1 if the records do not give the same events again."""
    make_lively()
    sys.exit(not replay(folder).is_identical)


def plant(killer: Killer) -> None:
    """Put the kill points around calls and writes."""

    def around(where: Any, name: str) -> None:
        plain = getattr(where, name)

        async def watched(*args: Any, **options: Any) -> Any:
            is_stop = name == "place" and args[1].is_stop
            what = "place_stop" if is_stop else name
            killer.passed(f"before {what}")
            answer = await plain(*args, **options)
            killer.passed(f"after {what}")
            return answer

        setattr(where, name, watched)

    for call in ("place", "modify", "cancel"):
        around(orders_api, call)
    around(orders_reading, "order_book")
    around(orders_positions, "positions")
    around(orders_values, "trade_book")
    _plant_disk(killer)


def _plant_disk(killer: Killer) -> None:
    names = {
        "inputs.jsonl": "inputs", "events.jsonl": "events", "ticks.bin": "ticks",
    }  # fmt: skip
    plain_init, plain_write, plain_sync = (
        files.DiskFile.__init__, files.DiskFile.write, files.DiskFile.sync,
    )  # fmt: skip

    def init(self: Any, path: Any) -> None:
        self.what = names.get(path.name, "")
        plain_init(self, path)

    def write(self: Any, data: bytes) -> int:
        killer.passed(f"before {self.what}.write")
        taken = plain_write(self, data)
        killer.passed(f"after {self.what}.write")
        return taken

    def sync(self: Any) -> None:
        killer.passed(f"before {self.what}.sync")
        plain_sync(self)
        killer.passed(f"after {self.what}.sync")

    for name, watched in (("__init__", init), ("write", write), ("sync", sync)):
        put(files.DiskFile, name, watched)
    plain_whole = files.write_whole

    def whole(path: Any, data: bytes) -> None:
        killer.passed("before snapshot")
        plain_whole(path, data)
        killer.passed("after snapshot")

    put(snapshots, "write_whole", whole)
