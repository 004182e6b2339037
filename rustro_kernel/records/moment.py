"""What the events so far come to, in one line: where the day stands, and why nothing is bought."""

from collections.abc import Callable
from typing import Any

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import MINUTE, show_clock
from rustro_kernel.engine.turn import Event

NO_TRADE = "NO_TRADE"


class Moment:
    """The picture. Money in paise; an open position at the last price that was stated, gross."""

    def __init__(self) -> None:
        self.is_over = False
        self._phase, self._open_ns = "", 0
        self._halts: dict[str, None] = {}
        self._names: set[str] = set()
        self._prices: dict[str, int] = {}
        self._directions: dict[str, str] = {}
        self._first_no: dict[str, str | None] = {}
        self._vix: int | None = None
        self._open: dict[str, int] = {}
        self._closed = self._realised = 0
        self._is_window = False

    def see(self, event: Event) -> None:
        """Take the next event in."""
        take = _TAKES.get(event.type)
        if take is not None:
            take(self, event.data)

    def picture(self, now_ns: int) -> str:
        """The line of a moment."""
        clock = show_clock(now_ns)
        if self._phase in ("", "PREOPEN"):
            return f"{clock} {self._waiting(now_ns)}"
        counts = f"{len(self._open)} open, {self._closed} closed"
        money = f"P&L {(self._realised + sum(self._open.values())) / 100:+.2f}"
        parts = (self._market(), f"{counts}, {money}", self._why_not())
        return f"{clock} {self._stage()}: {'; '.join(part for part in parts if part)}"

    def _waiting(self, now_ns: int) -> str:
        held = f" ({', '.join(self._halts)})" if self._halts else ""
        if not self._open_ns:
            return f"STARTING{held}"
        left = -((now_ns - self._open_ns) // MINUTE)
        return f"WAITING{held}: the market opens at {show_clock(self._open_ns)}, in {left} min"

    def _stage(self) -> str:
        name = "TRADING" if self._phase == "OPEN" else self._phase
        return f"{name} ({', '.join(self._halts)})" if self._halts else name

    def _market(self) -> str:
        prices = [
            f"{name} {price / 100:.2f} {self._directions.get(name, 'UNDETERMINED')}"
            for name, price in self._prices.items()
        ]
        vix = [f"VIX {self._vix / 100:.2f}"] if self._vix is not None else []
        return "; ".join([*([", ".join(prices)] if prices else []), *vix])

    def _why_not(self) -> str:
        """The first of: a halt, no direction, the window, the gate that said no last."""
        if self._halts:
            return f"no entry: {', '.join(self._halts)}"
        if not self._is_window:
            return "no entry: outside the entry window"
        names = {n: no for n, no in self._first_no.items() if no is not None}
        if not names:
            return ""
        alone = len(self._prices) == 1
        return "no entry: " + ", ".join(no if alone else f"{n} {no}" for n, no in names.items())

    def _bar(self, d: Any) -> None:  # noqa: ANN401 - one payload class a function
        if d.timeframe == Timeframe.M1.value:
            if d.symbol in self._names:
                self._prices[d.symbol] = d.close_paise
            elif "VIX" in d.symbol.upper():
                self._vix = d.close_paise

    def _evaluated(self, d: Any) -> None:  # noqa: ANN401
        self._prices[d.underlying] = d.close_paise
        self._first_no[d.underlying] = d.first_no

    def _close(self, d: Any) -> None:  # noqa: ANN401
        self._open.pop(d.position_id, None)
        self._closed += 1
        self._realised += d.net_paise

    def _validated(self, d: Any) -> None:  # noqa: ANN401
        self._open_ns = d.open_ns

    def _enter(self, d: Any) -> None:  # noqa: ANN401
        self._phase = d.phase

    def _window(self, is_open: bool) -> None:
        self._is_window = is_open

    def _end(self) -> None:
        self.is_over = True


_TAKES: dict[str, Callable[[Moment, Any], object]] = {
    "CalendarValidated": Moment._validated,
    "MarketPhaseDetermined": Moment._enter,
    "HistorySyncCompleted": lambda m, d: m._names.add(d.underlying),
    "EntryWindowOpened": lambda m, _: m._window(True),
    "EntryWindowClosed": lambda m, _: m._window(False),
    "TradingHalted": lambda m, d: m._halts.setdefault(d.reason),
    "TradingResumed": lambda m, d: m._halts.pop(d.reason, None),
    "BarReady": Moment._bar,
    "EntryEvaluated": Moment._evaluated,
    "DailyDirectionDetermined": lambda m, d: m._directions.__setitem__(d.underlying, d.direction),
    "PositionOpened": lambda m, d: m._open.setdefault(d.position_id, 0),
    "PositionUpdated": lambda m, d: m._open.__setitem__(d.position_id, d.pnl_paise),
    "PositionClosed": Moment._close,
    "ShutdownCompleted": lambda m, _: m._end(),
}
