"""The simulated world as a gateway: what happens is taken in when its time has come."""

import asyncio

from rustro_kernel.engine.effects import Action
from rustro_kernel.session.paced_clock import PacedClock
from rustro_kernel.session.parts import Intake
from rustro_kernel.session.simulated import NEVER, RAN_DRY, SimulatedWorld

BATCH = 1_000
"""Inputs taken in before the loop looks at anything else."""
LOOK_AGAIN_S = 0.05
"""When the inbox is full, or the market is over."""


class PacedGateway:
    """Implements `parts.Gateway` over a simulated market and the paper broker.

    Args:
        world: Market, broker, timers; touched by the I/O loop only.
        clock: The simulated time, running.
    """

    def __init__(self, world: SimulatedWorld, clock: PacedClock) -> None:
        self._world, self._clock = world, clock
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None

    def open(self, loop: asyncio.AbstractEventLoop, intake: Intake) -> None:
        """Begin to pump at once: the first inputs come before any command."""
        self._loop, self._intake = loop, intake
        self._pump()

    def close(self) -> None:
        """Nothing is taken in any more."""
        if self._timer is not None:
            self._timer.cancel()

    def now_ns(self) -> int:
        """The simulated time, or that of the next thing due if it is due before."""
        now_ns = self._clock.now_ns()
        if self._world.now_ns < now_ns < self._world.due_ns():
            self._world.move_to(now_ns)
        return self._world.now_ns

    def carry_out(self, action: Action) -> None:
        """Do what the engine asked for; the answers come with the next pump."""
        self.now_ns()
        self._world.carry_out(action)
        self._wait(0)

    def discarded(self) -> dict[str, int]:
        """The simulated market sends ticks, no packets."""
        return {}

    def rate_budget(self) -> dict[str, int]:
        """There is no broker whose limits count."""
        return {}

    def _wait(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._pump)

    def _pump(self) -> None:
        """Take in what is due, then come back when the next thing is."""
        is_more = self._take_in(self._clock.now_ns())
        if self._intake.is_full:
            self._wait(LOOK_AGAIN_S)
        elif is_more:
            self._wait(0)
        elif (due_ns := self._world.due_ns()) < NEVER:
            self._wait(self._clock.wait_s(due_ns))
        elif self._intake.is_idle:
            self._intake.end(RAN_DRY)
        else:  # the market is over, but the engine may still have something to ask
            self._wait(LOOK_AGAIN_S)

    def _take_in(self, now_ns: int) -> bool:
        """Hand over what is due, at most a batch; whether there may be more."""
        count = 0
        while count < BATCH and not self._intake.is_full:
            happening = self._world.next(now_ns)
            if happening is None:
                break
            self._intake.take(happening[1], happening[0])
            count += 1
        if count:
            self._intake.taken()
        return count == BATCH
