"""What reaches the broker waits here until the disk holds everything that led to it.

While the disk refuses, only exits and cancellations go out, past the entries that wait; an entry,
or a change of one, is given up, since nobody could say later why it was sent. So is a stop that is
to rest: a process after this one would not know of it, and place a second one.
"""

from collections.abc import Callable
from typing import Protocol

from rustro_kernel.domain.orders import OrderStatus, OrderUpdate, Side
from rustro_kernel.engine.effects import Action, Effect, ModifyOrder, PlaceOrder

REFUSED = {PlaceOrder: OrderStatus.REJECTED, ModifyOrder: OrderStatus.MODIFY_REJECTED}


class Durable(Protocol):
    """How far the disk is, and why it does not get on."""

    durable: int
    problem: str


class Held:
    """Orders and cancellations, oldest first."""

    def __init__(self, disk: Durable) -> None:
        self._disk = disk
        self._effects: list[Effect] = []

    def __bool__(self) -> bool:
        return bool(self._effects)

    def add(self, effect: Effect) -> None:
        """Let one wait."""
        self._effects.append(effect)

    def due(self) -> list[Action]:
        """Take out what may go to the broker now."""
        disk = self._disk
        return self._taken(lambda e: e.input <= disk.durable or bool(disk.problem and _ends(e)))

    def given_up(self) -> list[OrderUpdate]:
        """Take out the entries that the disk holds up for longer than a moment, as refused."""
        if not self._disk.problem:
            return []
        message = f"never sent: the records cannot be written: {self._disk.problem}"
        entries = self._taken(lambda effect: not _ends(effect))
        return [
            OrderUpdate(action.order.tag, REFUSED[type(action)], message=message)
            for action in entries
            if isinstance(action, PlaceOrder | ModifyOrder)
        ]

    def _taken(self, may_go: Callable[[Effect], bool]) -> list[Action]:
        going = [effect for effect in self._effects if may_go(effect)]
        self._effects = [effect for effect in self._effects if effect not in going]
        return [effect.action for effect in going]


def _ends(effect: Effect) -> bool:
    """Whether it can only make the position smaller, now."""
    action = effect.action
    if not isinstance(action, PlaceOrder | ModifyOrder):
        return True
    is_new_stop = isinstance(action, PlaceOrder) and action.order.is_stop
    return action.order.side is Side.SELL and not is_new_stop
