"""The bars before the recorded day and its rules, as the engine that is fed has them."""

from rustro_kernel.domain.bars import Bar
from rustro_kernel.engine.asked import AtHand, Setting
from rustro_kernel.engine.view import View
from rustro_kernel.records.stepper import Stepper
from rustro_kernel.session.earlier_bars import earlier_bars
from rustro_kernel.session.settings_list import settings_list


class RecordedPast:
    """Answers from what was copied when the board was drawn: the engine belongs to its loop."""

    def __init__(self) -> None:
        self._known: dict[str, AtHand] = {}
        self._copied: object = None

    def copy(self, stepper: Stepper, view: View, changes: int) -> None:
        """Copy what may be asked for, where it may be other than the last time."""
        wanted = (view.session_id, view.state, changes)
        if wanted != self._copied:
            self._copied = wanted
            names = ("", *(underlying.name for underlying in view.underlyings))
            self._known = {name: stepper.at_hand(name) for name in names}

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Those in force."""
        return settings_list(self._known.get("", AtHand()))

    def earlier_bars(self, name: str, timeframe: str) -> tuple[Bar, ...]:
        """The bars of an underlying before the day."""
        return earlier_bars(self._known.get(name, AtHand()), timeframe)
