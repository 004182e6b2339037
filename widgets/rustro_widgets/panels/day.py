"""The day so far: what panels show of events beyond the frozen view.

The view is the moment; this is how it came about. A fold of events, so that any cockpit, opened
late, reloaded, or on another process, shows the same.
"""

from collections import defaultdict, deque
from collections.abc import Iterable

from rustro_kernel.domain.bars import Bar
from rustro_kernel.engine.events.market import BarCorrected, BarReady
from rustro_kernel.engine.events.orders import (
    OrderAbsent,
    OrderCancelled,
    OrderExecuted,
    OrderPartiallyFilled,
    OrderRejected,
    OrderSubmissionRequired,
)
from rustro_kernel.engine.events.positions import (
    PositionClosed,
    PositionOpened,
    TrailingStopActivated,
    TrailingStopUpdated,
)
from rustro_kernel.engine.events.strategy import EntryEvaluated, SignalGenerated
from rustro_kernel.engine.events.system import Alerted, CommandReceived, ParameterChanged
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.bars.stated import bar_of

RECENT = 500
MINUTES = "1m"

LISTED = (
    *(SignalGenerated, OrderExecuted, OrderPartiallyFilled, PositionOpened, PositionClosed),
    *(OrderSubmissionRequired, OrderCancelled, OrderRejected, OrderAbsent),
    *(Alerted, CommandReceived, ParameterChanged),
)


class Day:
    """Takes events in order; never looks at a clock.

    Attributes:
        seq: The last event's number.
        evaluations: By underlying, every judged minute of the day in order.
        listed: By payload class, the events of `LISTED` in order.
        trails: By position id, how its trailing stop moved: (ts in ns, price in paise), in order.
        minutes: By symbol, the minute bars stated, by their start in ns; recovered ones come late.
        recent: The last `RECENT` events.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.seq = 0
        self.evaluations: defaultdict[str, list[EntryEvaluated]] = defaultdict(list)
        self.listed: dict[type, list[Event]] = {kind: [] for kind in LISTED}
        self.trails: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self.minutes: defaultdict[str, dict[int, Bar]] = defaultdict(dict)
        self.recent: deque[Event] = deque(maxlen=RECENT)
        for event in events:
            self.take(event)

    def take(self, event: Event) -> None:
        """One more event."""
        self.seq = event.seq
        self.recent.append(event)
        data = event.data
        if isinstance(data, EntryEvaluated):
            self.evaluations[data.underlying].append(data)
        elif isinstance(data, TrailingStopActivated | TrailingStopUpdated):
            self.trails[data.position_id].append((event.ts, data.stop_paise))
        elif isinstance(data, BarReady | BarCorrected):
            if data.timeframe == MINUTES:
                self.minutes[data.symbol][data.start_ns] = bar_of(data)
        elif type(data) in self.listed:
            self.listed[type(data)].append(event)

    def has(self, event: Event) -> bool:
        """Whether this very event was taken, as far back as is remembered."""
        return any(known is event or known == event for known in reversed(self.recent))
