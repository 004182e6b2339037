"""The plug-in interface: a strategy answers three questions and decides nothing else.

Which way today? Does this hour still agree? Does this minute ask for an entry? Strategies are
pure: everything they may know is handed to them, what they answer is all they do. Filters, sizes,
orders, stops and exits belong to the engine and are the same for every strategy.
"""

from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.settings import Section, Strategy as StrategySettings
from rustro_kernel.domain.verdicts import Direction, Gate, TriggerKind
from rustro_kernel.strategies.window import Window

A = TypeVar("A")


class Finding(msgspec.Struct, Generic[A], frozen=True):
    """An answer and the gates it rests on, for the record.

    Attributes:
        answer: What the question asks for: a Direction, a bool, a Trigger or None.
        gates: In the order they were looked at; `rustro why` shows them.
    """

    answer: A
    gates: tuple[Gate, ...] = ()


class Trigger(msgspec.Struct, frozen=True):
    """What asked for an entry.

    Attributes:
        kind: What came first; a strategy of your own has CUSTOM.
        secondary: What held at the same time, for the record.
    """

    kind: TriggerKind
    secondary: TriggerKind | None = None


class Moment(msgspec.Struct, frozen=True):
    """One completed minute, as a strategy sees it. Prices in paise, volumes in units."""

    at_ns: int  # the boundary: the minute's end
    direction: Direction
    minute: Bar
    fives: Window
    is_five: bool  # a 5m bar completed at this boundary
    hours: Window
    last_hour: Bar | None  # the last completed full hour of the underlying
    last_hour_volume: int  # the future's in that hour
    running_volume: int  # the future's in the running hour so far
    minutes_into_hour: int


class Strategy:
    """Base of every strategy. Subclasses set `name` and override what they want to decide.

    Attributes:
        Params: The strategy's own parameters: a `Section` with defaults, ranges, descriptions.
        params: The validated parameters in force; they can change between two bars.
        triggers: What `trigger` may answer, as the gate of that name shows it.
    """

    name: ClassVar[str] = "none"
    triggers: ClassVar[str] = "any trigger"
    Params: ClassVar[type[Section]] = Section
    params: Any

    def __init__(self) -> None:
        self.configure(StrategySettings())

    def configure(self, settings: StrategySettings) -> None:
        """Take the parameters in force from `strategy.params`.

        Args:
            settings: The `strategy` section of the configuration.

        Raises:
            ValidationError: If they are not this strategy's.
        """
        self.params = self.Params.model_validate(settings.params)

    def direction(self, daily: Window) -> Finding[Direction]:
        """Which way today; asked once, after `hours.daily_analysis`. Default: no trade.

        Args:
            daily: The daily bars before today, prices in paise.
        """
        return Finding(Direction.NO_TRADE)

    def alignment(self, hours: Window, direction: Direction) -> Finding[bool]:
        """Whether the hour just completed agrees with the day. Default: yes.

        Args:
            hours: The full hours so far, those before today included.
            direction: Of the day.
        """
        return Finding(True)

    def calm(self, direction: Direction, last_hour: Bar | None) -> tuple[int, int] | None:
        """Lowest and highest close for which `trigger` says no at a minute without a new 5m bar.

        Spares a backtest most of its questions. Default: none, every minute is asked for.

        Args:
            direction: Of the day.
            last_hour: The last completed full hour; None: there is none yet.
        """
        return None

    def trigger(self, moment: Moment) -> Finding[Trigger | None]:
        """Whether this minute asks for an entry; asked only while aligned. Default: no.

        Args:
            moment: The minute that has just ended, and all that is known at its end.
        """
        return Finding(None)
