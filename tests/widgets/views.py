"""Views and a session that only remembers what it was sent."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from rustro_kernel.control.messages import Reply
from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.asked import Chain, Preview, Setting
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import MarkerView, PositionView, UnderlyingView, View
from rustro_kernel.session.confirmation import Confirmation
from tests.widgets.make import OPEN, bar as stated_bar, price

GATES = (
    Gate("direction", "CE", "CE or PE", True),
    Gate("trigger", None, "BREAKOUT or PULLBACK", False),
    Gate("breakout.close_paise", 2_500_000, 2_510_050, False),
    Gate("spread", None, None, None),
)


def bar(minute: int, close: int | None = None) -> Bar:
    """A completed minute."""
    at = price(minute) if close is None else close
    return Bar(OPEN + minute * MINUTE, at - 500, at + 700, at - 900, at)


def underlying(count: int = 20, **fields: Any) -> UnderlyingView:
    """NIFTY with so many bars, the last one being built."""
    bars = tuple(bar(n) for n in range(count))
    plain: dict[str, Any] = {
        "name": "NIFTY",
        "key": "NSE:1",
        "price_paise": price(max(count - 1, 0)),
        "direction": "CE",
        "aligned": True,
        "first_no": "trigger",
        "gates": GATES,
        "anchor_ns": OPEN,
        "bars": bars[:-1],
        "partial": bars[-1] if bars else None,
    }
    return UnderlyingView(**{**plain, **fields})


def position(**fields: Any) -> PositionView:
    """One lot."""
    plain: dict[str, Any] = {
        "position_id": "P1",
        "symbol": "NIFTY21JUL2625000CE",
        "right": "CE",
        "units": 65,
        "entry_paise": 12_000.0,
        "price_paise": 12_100,
        "bid_paise": 12_090,
        "stop_paise": 9_600,
        "trail_paise": None,
        "target_paise": None,
        "pnl_paise": 6_500,
        "opened_ns": OPEN,
        "closing": "",
    }
    return PositionView(**{**plain, **fields})


def view(count: int = 20, **fields: Any) -> View:
    """A trading session after so many minutes."""
    plain: dict[str, Any] = {
        "session_id": "2026-07-15-sim-main-1",
        "date": "2026-07-15",
        "now_ns": OPEN + count * MINUTE,
        "state": "TRADING",
        "phase": "OPEN",
        "connected": True,
        "underlyings": (underlying(count),),
        "markers": (MarkerView(OPEN + 3 * MINUTE + 5, "entry", price(3), "x"),),
    }
    return View(**{**plain, **fields})


class FakeSession:
    """Remembers commands; answers when the test says so."""

    def __init__(self, first: View | None = None) -> None:
        self.view = view() if first is None else first
        self.sent: list[tuple[str, dict[str, str]]] = []
        self.promised: list[Future[Reply]] = []
        self.is_started = False
        self.packets: dict[str, int] = {}
        self.confirmation = Confirmation(self.view.mode, "main", {})
        self.events: deque[Event] = deque()
        self.health: dict[str, int | float] = {}
        self.stale_s = 0.0
        self.subscribers: list[Callable[[Event], object]] = []
        self.settings: tuple[Setting, ...] = ()
        self.previewed: list[tuple[str, object]] = []
        self.previews: list[Future[Preview]] = []
        self.ids: list[str] = []
        self.earlier: dict[str, tuple[Bar, ...]] = {}

    @property
    def to_confirm(self) -> str:
        return self.confirmation.words if self.confirmation.is_needed else ""

    @property
    def discarded(self) -> dict[str, int]:
        return self.packets

    def earlier_bars(self, name: str, timeframe: str) -> tuple[Bar, ...]:
        return self.earlier.get(timeframe, ())

    def confirm_live(self, words: str) -> None:
        self.confirmation.give(words)

    def subscribe(self, subscriber: Callable[[Event], object]) -> Callable[[], None]:
        self.subscribers.append(subscriber)

        def unsubscribe() -> None:
            if subscriber in self.subscribers:
                self.subscribers.remove(subscriber)

        return unsubscribe

    def happen(self, *events: Event) -> None:
        """The engine states events and its subscribers are told."""
        self.events.extend(events)
        for event in events:
            for subscriber in tuple(self.subscribers):
                subscriber(event)

    async def start(self) -> None:
        self.is_started = True

    def chain(self, name: str = "") -> Chain:
        return Chain(name or "NIFTY")

    def preview(self, key: str, value: object) -> "Future[Preview]":
        self.previewed.append((key, value))
        self.previews.append(Future())
        return self.previews[-1]

    def send(self, name: str, *, id: str = "", **args: str) -> "Future[Reply]":
        self.sent.append((name, args))
        self.ids.append(id)
        self.promised.append(Future())
        return self.promised[-1]

    def answer(self, *, accepted: bool = True, text: str = "accepted") -> None:
        self.promised[-1].set_result(Reply("c1", accepted, text))


def minutes_of(symbol: str, bars: list[Bar]) -> list[Event]:
    """The minutes of an instrument, as the engine states them."""
    events = []
    for seq, b in enumerate(bars, 1):
        prices = {"open_paise": b.open, "high_paise": b.high, "low_paise": b.low}
        minute = (b.start_ns - OPEN) // MINUTE
        data = stated_bar(minute, b.close, symbol=symbol, instrument=f"NFO:{symbol}", **prices)
        events.append(Event(seq, seq, b.start_ns + MINUTE, "BarReady", None, None, data))
    return events


def clock_of(times: list[float]) -> Callable[[], float]:
    """A clock that shows the last of these times."""
    return lambda: times[-1]
