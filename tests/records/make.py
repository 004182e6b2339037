"""Small runs for the tests of records: an echo engine, inputs, ticks, folders."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.events.market import BarReady
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.events.startup import LogInitialized
from rustro_kernel.engine.events.system import CommandReceived, ShutdownCompleted
from rustro_kernel.engine.inputs import Body, Command, Input
from rustro_kernel.engine.turn import Event, Turn
from rustro_kernel.records.manifest import seal
from rustro_kernel.records.projections import rebuild
from rustro_kernel.records.recorder import Recorder
from rustro_kernel.records.report import write_report

START = 1_638_243_900 * SECOND  # 2021-11-30 09:15:00 IST
NIFTY = InstrumentKey("NSE:26000")


def tick(price: int = 1_700_000, **fields: Any) -> Tick:
    return Tick(**{"instrument": NIFTY, "exch_ts": START, "ltp": price, **fields})


def command(name: str = "pause") -> Command:
    return Command(f"id-{name}", name)


def given(n: int, body: Body | None = None, at: int | None = None) -> Input:
    return Input(n, START + n * SECOND if at is None else at, body or tick(1_700_000 + n))


def inputs(count: int) -> list[Input]:
    """Ticks, every fifth input a command, the last one `stop`."""
    bodies = [command("pause") if n % 5 == 0 else None for n in range(1, count)]
    return [given(n, body) for n, body in enumerate([*bodies, command("stop")], 1)]


class Echo:
    """An engine that states what it is told: commands, and every third tick as a bar."""

    def __init__(self) -> None:
        self.seq = self.ticks = 0

    def apply(self, given: Input, /) -> Turn:
        turn = Turn(given.n, given.ts, self.seq)
        if given.n == 1:
            turn.emit(LogInitialized("test-sim-1"))
        if isinstance(given.body, Command):
            self._echo(turn, given.body)
        elif isinstance(given.body, Tick):
            self.ticks += 1
            if self.ticks % 3 == 0:
                turn.emit(bar(close_paise=given.body.ltp), key=f"k{given.n}")
        self.seq = turn.seq
        return turn

    def _echo(self, turn: Turn, asked: Command) -> None:
        reply = CommandReceived(asked.id, asked.name, {}, "operator", True, "ok")
        cause = turn.emit(reply)
        if asked.name == "stop":
            turn.emit(ShutdownCompleted(0, "the day is over"), cause=cause)


def bar(**fields: Any) -> BarReady:
    plain: dict[str, Any] = dict.fromkeys(
        ("open_paise", "high_paise", "low_paise", "close_paise"), 100
    )
    flags = dict.fromkeys(("auction", "corrected", "synthetic"), False)
    names = {"instrument": NIFTY, "symbol": "NIFTY 50", "timeframe": "1m"}
    return BarReady(**{**names, "start_ns": START, "volume": 0, **plain, **flags, **fields})


def record(folder: Path, fed: Iterable[Input]) -> Recorder:
    """Write inputs and what the echo engine makes of them; still open."""
    recorder, engine = Recorder(folder), Echo()
    for one in fed:
        recorder.take(one)
        recorder.state(one.n, engine.apply(one).events)
    return recorder


def crashed_run(folder: Path, count: int = 23) -> Path:
    """A folder as it stands before the session could finish it."""
    record(folder, inputs(count)[:-1]).close()
    return folder


def finished_run(folder: Path, count: int = 23) -> Path:
    """A sealed run folder."""
    record(folder, inputs(count)).close()
    return finish(folder)


def finish(folder: Path) -> Path:
    rebuild(folder)
    write_report(folder)
    seal(folder, exit_code=0, reason="the day is over", started_ns=1, ended_ns=2)
    return folder


def story(*payloads: Payload) -> list[Event]:
    """Events that say this, one a minute, each the cause of the next."""
    return [
        Event(i, i, START + i * MINUTE, type(data).__name__, i - 1 or None, None, data)
        for i, data in enumerate(payloads, 1)
    ]
