"""What a session needs of whatever drives its engine."""

from typing import Protocol

from rustro_kernel.engine.asked import AtHand
from rustro_kernel.engine.effects import Finish
from rustro_kernel.engine.inputs import Command
from rustro_kernel.session.load import Load


class Driver(Protocol):
    """Drives the engine through the day: `Sliced` at full speed, `Threaded` at the market's."""

    async def drive(self) -> Finish:
        """Drive to the end of the day; afterwards nothing touches the records any more.

        Raises:
            SessionFailed: If the engine cannot go on.
        """

    def command(self, command: Command) -> None:
        """Take in a command. From any thread."""

    def abandon(self) -> None:
        """This is a forked child: never turn again, and let go of what the fork copied."""

    def discarded(self) -> dict[str, int]:
        """Packets of the broker's stream that never became ticks, by quality rule."""

    def health(self) -> dict[str, int]:
        """Figures that belong to no record."""

    def load(self) -> Load:
        """How it gets on with its work. From any thread; never waits."""

    def at_hand(self, name: str = "") -> AtHand:
        """What people ask for now and then of an underlying. From any thread.

        Raises:
            NoAnswer: If the engine is in the middle of a long turn.
        """
