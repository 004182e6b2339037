"""Turns the engine: whichever thread gets hold of the crank, in the order of the inbox.

A turn is at most 5 ms of inputs. The lock is only ever tried: who does not get it walks away,
because its holder looks into the inbox once more after letting go. So no input is forgotten, and
no thread waits for another. Only who looks at the engine between two turns waits, for one turn.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable
from threading import Lock
from time import monotonic_ns
from typing import Protocol, TypeVar

from rustro_kernel.domain.errors import NoAnswer, SessionFailed
from rustro_kernel.engine.inputs import Input
from rustro_kernel.engine.turn import Turn
from rustro_kernel.engine.view import View
from rustro_kernel.session.interrupts import held_back
from rustro_kernel.session.lags import Lags

log = logging.getLogger(__name__)

T = TypeVar("T")
TURN_NS = 5_000_000
LOOK_S = 0.25
STRATEGY_NS = 1_000_000_000
"""A call of the strategy that takes longer has stalled."""
OF_STRATEGY = frozenset(
    {"EntryEvaluated", "DailyDirectionDetermined", "HourlyAlignmentDetermined", "StrategyFailed"}
)
"""Events of a turn that asked the strategy: nothing else in a turn can take so long."""


class TryLock(Protocol):
    """A lock as the crank uses it."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Whether it was got."""

    def release(self) -> None:
        """Give it back."""


class Applies(Protocol):
    """The engine as the crank uses it."""

    def apply(self, item: Input, /) -> Turn:
        """Take one input."""

    def view(self) -> View:
        """The frozen picture."""


class Crank:
    """Applies what waits in the inbox.

    Args:
        engine: Decides; never used outside the lock.
        waiting: The inbox: inputs with the ns at which they were put. An input leaves it when it
            has been dealt, so that an empty inbox means that nothing is in anybody's hands.
        deal: Given every turn, inside the lock, in order; must not block or raise.
        publish: Given the view after each turn of the crank.
        request: Asks for another turn; also used when a turn leaves something behind.
        lock: Held while the engine is turned; only tried.
        clock: Monotonic ns.
        slow_strategy: Told how many ms a call of the strategy took when that was too long.
    """

    def __init__(
        self,
        engine: Applies,
        waiting: deque[tuple[Input, int]],
        deal: Callable[[Turn], None],
        publish: Callable[[View], None],
        request: Callable[[], None],
        lock: TryLock | None = None,
        clock: Callable[[], int] = monotonic_ns,
        slow_strategy: Callable[[int], None] = lambda took_ms: None,
    ) -> None:
        self._slow_strategy = slow_strategy
        self.failure: SessionFailed | None = None
        self.lags = Lags()
        self.turns: Counter[str] = Counter()
        self._engine, self._waiting, self._clock = engine, waiting, clock
        self._deal, self._publish, self._request = deal, publish, request
        self._lock: TryLock = lock or Lock()

    def turn(self, who: str) -> bool:
        """Apply what waits, for 5 ms at most; false if another thread is at it or it is broken."""
        with held_back():
            return self._turn(who)

    def look(self, read: Callable[[], T]) -> T:
        """What `read` finds between two turns; it may take microseconds only.

        Raises:
            NoAnswer: If a turn takes longer than `LOOK_S`, as when the strategy stalls.
        """
        with held_back():
            if not self._lock.acquire(timeout=LOOK_S):
                raise NoAnswer("the engine", "it is in the middle of a turn")
            try:
                found = read()
            finally:
                self._lock.release()
        if self._waiting:  # who came for a turn meanwhile has walked away
            self._request()
        return found

    def _turn(self, who: str) -> bool:
        if self.failure is not None or not self._lock.acquire(blocking=False):
            return False
        try:
            self._grind(who)
        finally:
            self._lock.release()
        if self._waiting:
            self._request()
        return True

    def _grind(self, who: str) -> None:
        if not self._waiting:
            return
        now_ns = self._clock()
        until_ns = now_ns + TURN_NS
        while self._waiting and now_ns < until_ns:
            item, put_ns = self._waiting[0]
            began_ns = now_ns
            try:
                turn = self._apply(item)
            finally:
                self._waiting.popleft()  # not before: its effects are asked for by now
            if turn is None:
                return
            now_ns = self._clock()
            if now_ns - began_ns > STRATEGY_NS:
                self._say_slow(turn, now_ns - began_ns)
            self.lags.add(now_ns - put_ns)
        self.turns[who] += 1
        self._publish(self._engine.view())

    def _apply(self, item: Input) -> Turn | None:
        """One input; None if the engine cannot go on."""
        try:
            turn = self._engine.apply(item)
        except SessionFailed as exc:
            self.failure = exc
            return None
        self._deal(turn)
        return turn

    def _say_slow(self, turn: Turn, took_ns: int) -> None:
        if any(event.type in OF_STRATEGY for event in turn.events):
            self._slow_strategy(took_ns // 1_000_000)
