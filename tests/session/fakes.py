"""Small stand-ins for the ports, and an engine that decides by counting."""

import pickle
from collections.abc import Iterable, Iterator, Sequence

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.orders import OrderRequest, OrderStatus, OrderUpdate, Side
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.effects import (
    CancelOrder,
    Finish,
    LoadMaster,
    PlaceOrder,
    SetWake,
    Subscribe,
)
from rustro_kernel.engine.events.startup import LogInitialized
from rustro_kernel.engine.events.system import Alerted, CommandReceived, ShutdownCompleted
from rustro_kernel.engine.inputs import Command, Input, MasterLoaded, StepDone, Wake
from rustro_kernel.engine.turn import Event, Turn
from rustro_kernel.engine.view import View

NIFTY = InstrumentKey("NSE:1")
OPEN = 1_000 * SECOND
START = 900 * SECOND


def tick(second: int, price: int = 100, instrument: InstrumentKey = NIFTY) -> Tick:
    return Tick(instrument, OPEN + second * SECOND, price)


class FakeMarket:
    """Sends `per_second` ticks of each watched instrument for so many seconds."""

    synthetic = ("everything",)
    identity = "fake"

    def __init__(self, seconds: int = 60, per_second: int = 1) -> None:
        self.watched: list[InstrumentKey] = []
        self._n, self._per = seconds, per_second

    def instruments(self):
        return ()

    def history(self):
        return ()

    def watch(self, keys: Iterable[InstrumentKey], *, depth: bool) -> None:
        self.watched += [k for k in keys if k not in self.watched]

    def unwatch(self, keys: Iterable[InstrumentKey]) -> None:
        gone = set(keys)
        self.watched = [k for k in self.watched if k not in gone]

    def seconds(self) -> Iterator[tuple[int, list[Tick]]]:
        for s in range(self._n):
            ticks = [tick(s, 100 + s, key) for key in self.watched for _ in range(self._per)]
            yield OPEN + s * SECOND, ticks

    def notices(self):
        return []


class FakeBroker:
    """Fills every order in full after `latency_ns`; remembers what was asked and when."""

    def __init__(self, latency_ns: int = SECOND // 8) -> None:
        self.asked: list[tuple[str, int]] = []
        self.doors: list[bool] = []
        self.seen = 0
        self._latency_ns = latency_ns
        self._due: list[tuple[int, OrderUpdate]] = []

    def set_instruments(self, instruments) -> None:
        pass

    def seed(self, units, cash_paise: int) -> None:
        pass

    @property
    def units(self) -> dict[InstrumentKey, int]:
        """It keeps no account."""
        return {}

    def set_market(self, is_open: bool) -> None:
        self.doors.append(is_open)

    def place(self, order: OrderRequest, ts_ns: int) -> None:
        self.asked.append((order.tag, ts_ns))
        update = OrderUpdate(order.tag, OrderStatus.COMPLETE, filled=order.quantity)
        self._due.append((ts_ns + self._latency_ns, update))

    def modify(self, order: OrderRequest, ts_ns: int) -> None:
        self.asked.append((f"modify {order.tag}", ts_ns))

    def cancel(self, tag: str, ts_ns: int) -> None:
        self.asked.append((f"cancel {tag}", ts_ns))

    def on_tick(self, tick: Tick, ts_ns: int) -> None:
        self.seen += 1

    def next_due_ns(self) -> int | None:
        return self._due[0][0] if self._due else None

    def due(self, ts_ns: int) -> list[OrderUpdate]:
        ready = [u for t, u in self._due if t <= ts_ns]
        self._due = [(t, u) for t, u in self._due if t > ts_ns]
        return ready


class TinyEngine:
    """States something of every fifth tick, orders on every tenth, finishes at `end_ns`."""

    def __init__(self, end_ns: int = OPEN + 100 * SECOND, keys: Sequence[InstrumentKey] = (NIFTY,)):
        self.end_ns, self.keys = end_ns, tuple(keys)
        self.seq = self.ticks = self.n = self.ts = 0

    def apply(self, item: Input) -> Turn:
        assert item.n == self.n + 1
        assert item.ts >= self.ts
        self.n, self.ts = item.n, item.ts
        turn = Turn(item.n, item.ts, self.seq)
        self._take(item.body, turn)
        self.seq = turn.seq
        return turn

    def _take(self, body: object, turn: Turn) -> None:
        match body:
            case StepDone(step="log"):
                turn.emit(LogInitialized("tiny"))
                turn.ask(LoadMaster(("NIFTY",)))
            case MasterLoaded():
                turn.ask(Subscribe(self.keys))
                turn.ask(SetWake(self.end_ns))
            case Tick():
                self._tick(body, turn)
            case OrderUpdate():
                turn.emit(Alerted("info", f"order {body.tag} {body.status.value}"))
            case Command():
                turn.emit(CommandReceived(body.id, body.name, body.args, body.actor, True, "done"))
                if body.name == "stop":
                    self._finish(turn, "stopped")
            case Wake():
                self._finish(turn, "the day is over")
            case _:
                pass

    def _tick(self, tick: Tick, turn: Turn) -> None:
        self.ticks += 1
        if self.ticks % 5 == 0:
            turn.emit(Alerted("info", f"{tick.instrument} {tick.ltp} {tick.exch_ts}"))
        if self.ticks % 10 == 0:
            order = OrderRequest(f"t{turn.n}", tick.instrument, "X", Side.BUY, 50, tick.ltp)
            turn.ask(PlaceOrder(order))
        if self.ticks % 30 == 0:
            turn.ask(CancelOrder(f"t{turn.n}"))

    def _finish(self, turn: Turn, reason: str) -> None:
        turn.emit(ShutdownCompleted(0, reason))
        turn.ask(Finish(reason, 0))

    def view(self) -> View:
        return View(now_ns=self.ts, input=self.n, seq=self.seq)

    def snapshot(self) -> bytes:
        return pickle.dumps(self)

    @staticmethod
    def restore(data: bytes) -> "TinyEngine":
        engine: TinyEngine = pickle.loads(data)
        return engine


class FakeRecorder:
    """Keeps everything, in the order it came, and what of it would survive a crash."""

    def __init__(self) -> None:
        self.inputs: list[Input] = []
        self.events: list[Event] = []
        self.calls: list[str] = []
        self.durable_state = 0
        self._stated = 0
        self.synced_events = 0

    def take(self, item: Input) -> None:
        self.inputs.append(item)
        self.calls.append(f"take {item.n}")

    def take_all(self, items: Sequence[Input]) -> None:
        for item in items:
            self.take(item)

    def state(self, n: int, events: Sequence[Event]) -> None:
        self._stated = n
        self.events.extend(events)
        self.calls.append(f"state {n}")

    def snapshot(self, n: int, state: bytes) -> None:
        self.calls.append(f"snapshot {n}")

    def flush(self) -> None:
        self.calls.append("flush")

    def sync(self) -> None:
        self.durable_state = self._stated
        self.synced_events = len(self.events)
        self.calls.append("sync")

    commit = sync
