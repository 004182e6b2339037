"""Drives a simulated day as fast as it can, on one thread, over simulated time.

Take what happens next, record it, apply it, record the events, do what the engine asked for. The
outcome does not depend on how the run is cut into slices. Records are handed to the operating
system in groups; only an order waits for the disk (a simulated day can be made again).
"""

from collections.abc import Callable, Sequence
from time import perf_counter_ns

from rustro_kernel.engine.effects import REACHES_BROKER, Effect, Finish
from rustro_kernel.engine.inputs import Body
from rustro_kernel.engine.turn import Event
from rustro_kernel.session.inbox import Inbox
from rustro_kernel.session.interrupts import held_back
from rustro_kernel.session.parts import Recording
from rustro_kernel.session.safe_engine import SafeEngine
from rustro_kernel.session.simulated import RAN_DRY, SimulatedWorld

SLICE_NS = 20_000_000
FLUSH_NS = 50_000_000
FLUSH_INPUTS = 2_000
LOOK_AT_CLOCK = 50
"""Inputs between two looks at the clock."""


class Synchronous:
    """The driver of sim at full speed.

    Args:
        world: What happens, in order.
        engine: Decides.
        recorder: Keeps inputs and events.
        tell: Sees every turn's events at once; must not raise.
        clock: Monotonic ns, for slices and flushes only.
    """

    def __init__(
        self,
        world: SimulatedWorld,
        engine: SafeEngine,
        recorder: Recording,
        tell: Callable[[Sequence[Event]], None] | None = None,
        clock: Callable[[], int] = perf_counter_ns,
    ) -> None:
        self.finish: Finish | None = None
        self.inbox = Inbox()
        self.world = world
        self.engine = engine
        self._recorder, self._clock, self._tell = recorder, clock, tell
        self._flush_at_ns = 0
        self._flushed = 0

    def start(self, ts_ns: int, bodies: Sequence[Body]) -> None:
        """Begin the day at `ts_ns` with these inputs, SessionStarted first."""
        self.world.begin(ts_ns, bodies)

    def run(self) -> Finish:
        """Drive to the end.

        Raises:
            SessionFailed: If an input cannot be applied.
            KeyboardInterrupt: If it came while the engine worked; the run can be continued.
        """
        while self.finish is None:
            self.slice(1 << 62)
        return self.finish

    def slice(self, budget_ns: int = SLICE_NS) -> bool:
        """Drive for about so long; whether there is more to do.

        Raises:
            KeyboardInterrupt: If it came meanwhile; every input taken in is done with.
        """
        until_ns = self._clock() + budget_ns
        while self.finish is None:
            with held_back():  # between the engine and the records it would tear them apart
                now_ns = self._steps()
            self._pass_on_interrupt()
            if now_ns >= until_ns:
                break
        return self.finish is None

    def _steps(self) -> int:
        """As many inputs as fit between two looks at the clock; returns its time."""
        for _ in range(LOOK_AT_CLOCK):
            if not self._step():
                break
        now_ns = self._clock()
        self._flush_if_due(now_ns)
        return now_ns

    def _step(self) -> bool:
        """One input from intake to effects; false at the end of the day."""
        happening = self.world.next()
        if happening is None:
            self.finish = RAN_DRY
            return False
        item = self.inbox.number(happening[1], happening[0])
        self._recorder.take(item)
        turn = self.engine.apply(item)
        self._recorder.state(item.n, turn.events)
        if turn.events and self._tell is not None:
            self._tell(turn.events)
        for effect in turn.effects:
            self._carry_out(effect)
        return self.finish is None

    def _carry_out(self, effect: Effect) -> None:
        action = effect.action
        if isinstance(action, REACHES_BROKER):
            self._recorder.sync()
        if isinstance(action, Finish):
            self.finish = action
        else:
            self.world.carry_out(action)

    def _flush_if_due(self, now_ns: int) -> None:
        if now_ns >= self._flush_at_ns or self.inbox.n >= self._flushed + FLUSH_INPUTS:
            self._recorder.flush()
            self._flush_at_ns, self._flushed = now_ns + FLUSH_NS, self.inbox.n

    def _pass_on_interrupt(self) -> None:
        """An interrupt that hit the engine was held back until the turn was whole."""
        if self.engine.interrupted:
            self.engine.interrupted = False
            raise KeyboardInterrupt
