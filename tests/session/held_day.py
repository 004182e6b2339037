"""A session with positions open and stops resting, fed by `tick_sender` over a local socket.

The cells of `test_held_kernel` import it, and the benchmarks of the decision.
"""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic_ns
from typing import Any

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.domain.orders import OrderRequest, OrderStatus, OrderUpdate
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine import effects, entries
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import Body, BrokerPositions, Command, Wake
from rustro_kernel.engine.order_protocol import OrderState
from rustro_kernel.records.recorder import Recorder
from rustro_kernel.session.inbox import Inbox
from rustro_kernel.session.safe_engine import SafeEngine
from rustro_kernel.session.threaded import Threaded
from tests.make import NIFTY, Bench, clock, master, ns, trigger_at

SENDER = Path(__file__).with_name("tick_sender.py")
LIBERAL: dict[str, Any] = {
    "risk__max_positions": 50, "risk__max_positions_per_underlying": 50, "risk__max_losses": 100,
    "risk__daily_loss_pct": 100, "risk__base_size_pct": 2, "risk__vix_stale_s": 86_400,
    "data__gap_threshold_s": 86_400, "strategy__max_reentries": 20, "strategy__reentry_pause_s": 0,
}  # fmt: skip


def signal_a_minute() -> None:
    """The strategy may ask once a minute instead of once an hour. Replay needs it as well."""
    entries._hour = lambda world, start: start - start % MINUTE


def holding(count: int, **changed: Any) -> tuple[Bench, list[InstrumentKey]]:
    """A bench with so many positions, and what they are of."""
    signal_a_minute()
    listed = master(range(16_500, 16_501 + 50 * (count + 24), 50))
    bench = Bench(listed=listed, exits__broker_stop="on", **{**LIBERAL, **changed})
    for n in range(count):
        bench.prices[NIFTY] = 17_000 + 50 * n
        trigger_at(bench, clock(ns("10:31") + n * MINUTE)[:5], 17_060 + 50 * n)
        bench.wait(2)  # the grace of the bar
        _fill(bench)
    return bench, [p.instrument for p in bench.state.positions.values()]


def _fill(bench: Bench) -> None:
    """What was asked for is bought, and the stop of it rests."""
    for _, order in list(bench.orders):
        if bench.state.orders[order.tag].state is OrderState.SENT and not order.is_stop:
            units, value = order.quantity, order.quantity * 15_000
            bench.report(OrderStatus.COMPLETE, order.tag, filled=units, value_paise=value)
    for _, order in list(bench.orders):
        if bench.state.orders[order.tag].state is OrderState.SENT:
            bench.report(OrderStatus.OPEN, order.tag)


class LocalFeed:
    """Implements `parts.Gateway`: ticks from a socket; every order does what it was sent for.

    Attributes:
        last: Number of the last tick that was taken in.
        is_dense: None before it was missing, doubled or out of order.
        fell: When the first tick below its stop left the sender, by instrument.
        left: When the first order or cancellation of an instrument reached us, after that.
    """

    def __init__(
        self, port: int, keys: list[InstrumentKey], held: list[InstrumentKey], bench: Bench
    ) -> None:
        self.last, self.is_dense = 0, True
        self.fell: dict[str, int] = {}
        self.left: dict[str, int] = {}
        self._port, self._keys, self._held = port, keys, frozenset(held)
        self._start_ns, self._began_ns = bench.now, monotonic_ns()
        self._orders = {order.tag: order for _, order in bench.orders}
        self._wake: asyncio.TimerHandle | None = None
        self._first_wake = bench.wake

    def open(self, loop: asyncio.AbstractEventLoop, intake: Any) -> None:
        self._loop, self._intake = loop, intake
        self._reading = loop.create_task(self._read())
        if self._first_wake is not None:
            self._set_wake(self._first_wake)

    def close(self) -> None:
        self._reading.cancel()
        if self._wake is not None:
            self._wake.cancel()

    def now_ns(self) -> int:
        return self._start_ns + monotonic_ns() - self._began_ns

    def discarded(self) -> dict[str, int]:
        return {}

    def rate_budget(self) -> dict[str, int]:
        return {}

    def carry_out(self, action: effects.Action) -> None:
        match action:
            case effects.SetWake(due_ns):
                self._set_wake(due_ns)
            case effects.PlaceOrder(order):
                self._place(order)
            case effects.CancelOrder(tag):
                order = self._orders[tag]
                self._note(order)
                self._soon(OrderUpdate(tag, OrderStatus.CANCELLED, f"B-{tag}"))
            case effects.AskPositions():
                self._soon(BrokerPositions({}))
            case _:
                pass

    def _place(self, order: OrderRequest) -> None:
        self._orders[order.tag] = order
        self._note(order)
        value = order.quantity * order.limit_paise
        done = OrderUpdate(order.tag, OrderStatus.COMPLETE, f"B-{order.tag}", order.quantity, value)
        rests = OrderUpdate(order.tag, OrderStatus.OPEN, f"B-{order.tag}")
        self._soon(rests if order.is_stop else done)

    def _note(self, order: OrderRequest) -> None:
        if order.instrument in self.fell:
            self.left.setdefault(order.instrument, monotonic_ns())

    def _soon(self, body: Body) -> None:
        self._loop.call_soon(self._hand_in, body)

    def _hand_in(self, body: Body) -> None:
        self._intake.take(body, self.now_ns())
        self._intake.taken()

    def _set_wake(self, due_ns: int) -> None:
        if self._wake is not None:
            self._wake.cancel()
        delay_s = max(0, due_ns - self.now_ns()) / SECOND
        self._wake = self._loop.call_later(delay_s, self._hand_in, Wake(due_ns))

    async def _read(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        rest = b""
        try:
            while data := await reader.read(65_536):
                *lines, rest = (rest + data).split(b"\n")
                self._intake.take_all([self._tick(line) for line in lines], self.now_ns())
                self._intake.taken()
        finally:
            writer.close()

    def _tick(self, line: bytes) -> Tick:
        number, sent_ns, which, price = map(int, line.split())
        self.is_dense &= number == self.last + 1
        self.last = number
        key, ts = self._keys[which - 1] if which else NIFTY, self.now_ns()
        if price < 12_000 and key in self._held:
            self.fell.setdefault(key, sent_ns)
        sides = (price - 10, price + 10, 5000, 5000) if which else (0, 0, 0, 0)
        return Tick(key, ts, price, ts, 0, 0, *sides)


class HeldDay:
    """Recorder, threads, feed. Make it on the notebook's loop."""

    def __init__(
        self,
        folder: str,
        *,
        positions: int = 20,
        rate: float = 100.0,
        drop_every_s: float = 1.0,
        others: int = 0,
        publish: Callable[[Any], None] = lambda view: None,
        **changed: Any,
    ) -> None:
        bench, self.keys = holding(positions, **changed)
        watched = [key for key in bench.state.watched if key.startswith("NFO:2")]
        sent = self.keys + [key for key in watched if key not in self.keys][:others]
        self._position_of = {p.id: p.instrument for p in bench.state.positions.values()}
        self.decided: dict[str, int] = {}
        arguments = [str(rate), str(drop_every_s), str(len(sent))]
        self.sender = subprocess.Popen(
            [sys.executable, str(SENDER), *arguments],
            stdout=subprocess.PIPE,
            start_new_session=True,
        )  # in a session of its own no interrupt of the kernel reaches it
        assert self.sender.stdout is not None
        self.recorder = Recorder(Path(folder))
        self._record(bench)
        self.feed = LocalFeed(int(self.sender.stdout.readline()), sent, self.keys, bench)
        engine = SafeEngine(
            lambda: Engine(bench.registry),
            lambda state: Engine.restore(state, bench.registry),
            state=bench.engine.snapshot(),
        )
        self.driver = Threaded(
            self.feed, engine, self.recorder, None, takeover_ms=250, tell=self._see,
            publish=publish, inbox=Inbox(len(bench.inputs), bench.now), states_stalls=True,
        )  # fmt: skip

    def _record(self, bench: Bench) -> None:
        """What led to the positions belongs to the records."""
        for item in bench.inputs:
            self.recorder.take(item)
            self.recorder.state(item.n, [e for e in bench.events if e.input == item.n])
        self.recorder.sync()

    def _see(self, events: Any) -> None:
        for event in events:
            if event.type == "ExitSignalGenerated":
                assert event.data.reason == "STOP_LOSS"
                key = self._position_of[event.data.position_id]
                self.decided[key] = monotonic_ns()

    def decisions_ms(self) -> list[float]:
        """From the moment the tick left the sender to the decision, of every stop that was hit."""
        return sorted((self.decided[key] - sent) / 1e6 for key, sent in self.feed.fell.items())

    def orders_ms(self) -> list[float]:
        """The same up to the order, or the cancellation of what rests, behind the fsync."""
        fell = self.feed.fell
        return sorted((at - fell[key]) / 1e6 for key, at in self.feed.left.items())

    async def stop(self, drive: "asyncio.Future[Any]") -> dict[str, Any]:
        """End the day; the figures."""
        self.driver.command(Command("end", "stop", {"flatten": "false"}))
        await drive
        with self.sender:
            self.sender.kill()
        self.recorder.close()
        return {
            **self.driver.health(),
            "ticks": self.feed.last,
            "is_dense": self.feed.is_dense,
            "decisions_ms": self.decisions_ms(),
            "orders_ms": self.orders_ms(),
            "open": len(self.keys) - len(self.decided),
        }
