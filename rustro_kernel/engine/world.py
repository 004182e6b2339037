"""What every part of the engine is handed: the state, the settings and the turn being taken."""

import heapq

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.settings import EngineSettings
from rustro_kernel.engine.clearing import clearing
from rustro_kernel.engine.effects import Action, RaiseAlert, SetWake
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.events.risk import TradingHalted, TradingResumed
from rustro_kernel.engine.events.system import Alerted
from rustro_kernel.engine.holdings import Intent, Order
from rustro_kernel.engine.inputs import BACKTEST
from rustro_kernel.engine.limits import limits
from rustro_kernel.engine.state import Quote, State
from rustro_kernel.engine.turn import Turn
from rustro_kernel.strategies.base import Strategy
from rustro_kernel.strategies.window import Window


class World:
    """State plus what is derived from it; only `state` is ever stored."""

    __slots__ = (
        *("actor", "by_minutes", "done", "limits", "listed", "settings", "state", "strategy"),
        *("touched", "turn", "windows"),
    )

    def __init__(
        self, state: State, strategy: Strategy, settings: EngineSettings | None = None
    ) -> None:
        self.state = state
        self.strategy = strategy
        self.turn = Turn(0, 0, 0)
        self.use(settings or EngineSettings.model_validate(state.settings))
        self.done: list[Intent] = []  # since the item at hand began; empty between items
        self.actor = "engine"  # whose command is being carried out, while one is
        self.touched: dict[str, int | None] = {}  # positions whose stop may not fit, with causes
        self.windows: dict[tuple[str, Timeframe], Window] = {}
        self.listed: dict[str, list[int]] = {}  # strikes of each underlying's chosen expiry
        self.by_minutes = state.mode == BACKTEST  # the market comes as whole minutes, not ticks

    def use(self, settings: EngineSettings) -> None:
        """Trade under these settings from now on."""
        self.settings = settings
        self.limits = limits(settings)
        self.strategy.configure(settings.strategy)

    @property
    def now(self) -> int:
        """The time of the input being applied."""
        return self.turn.ts

    def emit(self, data: Payload, *, cause: int | None = None, key: str | None = None) -> int:
        """State a fact; returns its seq."""
        return self.turn.emit(data, cause=cause, key=key)

    def ask(self, action: Action) -> None:
        """Ask the session for something."""
        self.turn.ask(action)

    def alert(self, level: str, text: str, *, cause: int | None = None) -> int:
        """Tell a person, and keep that on record; returns its seq."""
        self.ask(RaiseAlert(level, text))
        return self.emit(Alerted(level, text), cause=cause)

    def quote(self, key: str) -> Quote:
        """The last good message of an instrument; empty before the first."""
        return self.state.quotes.get(key) or Quote()

    def order_of(self, intent: Intent) -> Order | None:
        """The one order an intent has at the broker, if it has one."""
        return self.state.orders.get(intent.live)

    def working(self, tag: str) -> Intent | None:
        """The intent that an order is at work for."""
        order = self.state.orders.get(tag)
        intent = self.state.intents.get(order.intent_id) if order else None
        return intent if intent is not None and intent.live == tag else None

    def halt(self, reason: str, sentence: str, *, cause: int | None = None) -> None:
        """Turn entries off for a reason, once."""
        if reason not in self.state.halts:
            by, clears = clearing(reason, self.settings)
            by = by or self.actor
            self.state.halts[reason] = sentence
            self.state.halted[reason] = (self.now, by)
            self.emit(TradingHalted(reason, sentence, by, clears), cause=cause)

    def unhalt(self, reason: str, *, cause: int | None = None) -> None:
        """Take one reason away."""
        if self.state.halts.pop(reason, None) is not None:
            self.state.halted.pop(reason, None)
            self.emit(TradingResumed(reason), cause=cause)

    def schedule(self, due_ns: int, name: str, reference: str = "") -> None:
        """Have `name` fire at `due_ns`; equal times fire in the order they were scheduled."""
        state = self.state
        state.agenda_order += 1
        heapq.heappush(state.agenda, (due_ns, state.agenda_order, name, reference))

    def ask_wake(self) -> None:
        """Ask to be woken for the earliest item, if that has changed."""
        state = self.state
        if state.agenda and state.agenda[0][0] != state.wake_asked:
            state.wake_asked = state.agenda[0][0]
            self.ask(SetWake(state.wake_asked))
