"""A real engine fed with the ticks of a stored feed, day by day.

The files have one stamp a tick, taken where they were captured. It stands for the exchange's; the
receipt time is the latest stamp so far, as a clock that never goes back would have shown it.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rustro_kernel.domain.instruments import Instrument, InstrumentKey, Kind
from rustro_kernel.domain.market_time import at
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine import effects, inputs
from rustro_kernel.engine.events.market import BarReady
from rustro_kernel.engine.inputs import Body, Input
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.records.quarantine import Judge
from tests.make import FUTURE, NIFTY, VIX, option, settings

RULES = MarketRules()
LISTED = (
    Instrument(NIFTY, "NIFTY", Kind.INDEX, "NIFTY"),
    Instrument(VIX, "India VIX", Kind.VIX, "INDIAVIX", tick=1),
    Instrument(FUTURE, "NIFTYFUT", Kind.FUTURE, "NIFTY", 5, 50, 1800, "2021-12-30"),
    option(),
)
Row = tuple[int, int, int]
"""Stamp in ns, price in paise, the day's volume."""


@dataclass
class Feed:
    """A session that only watches: no history, so no trade."""

    date: dt.date
    key: InstrumentKey = NIFTY
    ticks: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    bars: list[BarReady] = field(default_factory=list)
    stamps: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self):
        self._judge, self._n, self._wake = Judge(), 0, None
        self._now = at(self.date, "08:30")
        tree = settings(strategy__name="adx").model_dump(mode="json")
        day = RULES.day(self.date)
        self._give(
            inputs.SessionStarted("s", "sim", "a", day, tree, "h", "adx", "h", 10**8, "stored")
        )
        for step in ("log", "storage", "broker"):
            self._give(inputs.StepDone(step))

    def play(self, rows: Iterable[Row]) -> "Feed":
        """All of a day's ticks, then the rest of the day."""
        for stamp, price, volume in rows:
            self._wait(stamp)
            rule = self._give(Tick(self.key, stamp, price, ltt=stamp, volume=volume))
            self.ticks += 1
            self.rules.update([rule] if rule else [])
            if not rule:
                self.stamps[stamp - stamp % 60_000_000_000].append(stamp)
        self._wait(at(self.date, "15:45"))
        return self

    @property
    def used_ticks(self) -> int:
        return sum(map(len, self.stamps.values()))

    def _wait(self, until: int) -> None:
        while self._wake is not None and self._wake <= until:
            due, self._wake = self._wake, None
            self._now = max(self._now, due)
            self._give(inputs.Wake(due))
        self._now = max(self._now, until)

    def _give(self, body):
        self._n += 1
        turn, rule = self._judge.verdict(Input(self._n, self._now, body))
        for event in turn.events:
            if isinstance(event.data, BarReady) and event.data.timeframe == "1m":
                self.bars.append(event.data)
        for effect in turn.effects:
            if isinstance(effect.action, effects.SetWake):
                self._wake = effect.action.due_ns
            elif (answer := _answer(effect.action)) is not None:
                self._give(answer)
        return rule


def _answer(action: effects.Action) -> Body | None:
    match action:
        case effects.LoadMaster():
            return inputs.MasterLoaded(LISTED)
        case effects.SyncHistory():
            return inputs.HistoryLoaded((), "a feed has none")
        case effects.ConnectStream():
            return inputs.StreamChanged(connected=True)
        case effects.Subscribe():
            return inputs.Subscribed(action.instruments)
        case _:
            return None
