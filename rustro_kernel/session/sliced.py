"""The synchronous driver on a notebook's loop: in slices, so that the notebook stays alive."""

import asyncio
from collections.abc import Callable
from threading import RLock

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.engine.asked import AtHand
from rustro_kernel.engine.effects import Finish
from rustro_kernel.engine.inputs import Command
from rustro_kernel.engine.view import View
from rustro_kernel.session.emergency import EmergencyStop
from rustro_kernel.session.forks import FORKED
from rustro_kernel.session.load import Load
from rustro_kernel.session.synchronous import Synchronous


class Sliced:
    """A driver as `Session` uses it.

    Args:
        driver: Started, not yet driven.
        publish: Given the view once per slice.
        emergency: The file that kills, looked for once per slice; None: nobody does.
    """

    def __init__(
        self,
        driver: Synchronous,
        publish: Callable[[View], None],
        emergency: EmergencyStop | None = None,
    ) -> None:
        self._emergency = emergency
        self._driver, self._engine, self._publish = driver, driver.engine, publish
        self._interrupts = 0
        self._whole = RLock()  # held while the engine is turned
        self._is_elsewhere = False

    async def drive(self) -> Finish:
        """Drive to the end of the day.

        Raises:
            SessionFailed: If an input cannot be applied, or this process was forked meanwhile.
        """
        while self._slice():
            self._look_for_emergency()
            self._publish(self._engine.view())
            await asyncio.sleep(0)
            if self._is_elsewhere:
                raise SessionFailed(FORKED)
        self._publish(self._engine.view())
        assert self._driver.finish is not None
        return self._driver.finish

    def command(self, command: Command) -> None:
        """Have a command taken in at the simulated time that is then. From any thread."""
        self._driver.world.commands.append(command)

    def abandon(self) -> None:
        """This is a forked child: the day goes on elsewhere."""
        self._is_elsewhere = True

    def discarded(self) -> dict[str, int]:
        """The simulated market sends ticks, no packets."""
        return {}

    def health(self) -> dict[str, int]:
        """Figures that belong to no record."""
        return {"inputs": self._driver.inbox.n, "rebuilt": self._engine.rebuilt}

    def load(self) -> Load:
        """Nothing waits here: an input is taken when the one before it is done."""
        inbox = self._driver.inbox
        return Load(
            ticks=inbox.ticks, data_age_ms=inbox.data_age_ms(), rebuilt=self._engine.rebuilt
        )

    def at_hand(self, name: str = "") -> AtHand:
        """What people ask for now and then, between two slices. From any thread."""
        with self._whole:
            return self._engine.at_hand(name)

    def _look_for_emergency(self) -> None:
        """A simulated day can be made again, so the file is put away without waiting for disk."""
        if self._emergency is not None:
            self._emergency.look(self._take, durable=0)
            self._emergency.put_away()

    def _take(self, command: Command) -> int:
        self.command(command)
        return 0

    def _slice(self) -> bool:
        try:
            with self._whole:
                return self._driver.slice()
        except KeyboardInterrupt:  # every turn is whole; the first one is a stop, then it is a kill
            self._interrupts += 1
            name = "stop" if self._interrupts == 1 else "kill"
            self.command(Command(f"interrupt-{self._interrupts}", name, actor="interrupt"))
            return True
