"""What comes of a recorded day under other settings, as a preview shows it."""

from collections.abc import Mapping

from rustro_kernel.counterfactual import Counterfactual
from rustro_kernel.domain.settings import Paper
from rustro_kernel.engine import asked
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.events.strategy import EntryEvaluated, SignalGenerated
from rustro_kernel.engine.inputs import Body, SessionStarted
from rustro_kernel.engine.turn import Event
from rustro_kernel.strategies import STRATEGIES, Strategy


class Course:
    """A day under the settings that `started` holds, seen so far.

    Args:
        started: The day's first input.
        paper: How orders fill.
        strategies: Those the session can name.
    """

    def __init__(
        self,
        started: SessionStarted,
        paper: Paper,
        strategies: Mapping[str, type[Strategy]] = STRATEGIES,
    ) -> None:
        self._day = Counterfactual(started, paper, strategies, self._note)
        self._signals: list[int] = []
        self._trades: list[asked.TradeSeen] = []
        self._first_no: dict[str, int] = {}

    def feed(self, ts_ns: int, body: Body) -> None:
        """What was recorded next."""
        self._day.feed(ts_ns, body)

    def seen(self) -> asked.Course:
        """What came of it so far."""
        view = self._day.view()
        open_now = tuple(
            asked.TradeSeen(p.symbol, p.units, p.opened_ns, p.entry_paise, net_paise=p.pnl_paise)
            for p in view.positions
        )
        trades = (*self._trades, *open_now)
        return asked.Course(tuple(self._signals), trades, self._first_no, view.day_pnl_paise)

    def _note(self, event: Event) -> None:
        match event.data:
            case EntryEvaluated(first_no=gate):
                self._first_no[gate or ""] = self._first_no.get(gate or "", 0) + 1
            case SignalGenerated(at_ns=at_ns):
                self._signals.append(at_ns)
            case PositionClosed() as trade:
                self._trades.append(_trade(trade))
            case _:
                pass


def _trade(trade: PositionClosed) -> asked.TradeSeen:
    return asked.TradeSeen(
        trade.symbol,
        trade.units,
        trade.entry_ns,
        trade.buy_value_paise / trade.units,
        trade.exit_ns,
        trade.sell_value_paise / trade.units,
        trade.reason,
        trade.net_paise,
    )
