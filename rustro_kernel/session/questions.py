"""What people ask a session for now and then, answered also before and after the day."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Protocol

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.errors import NoAnswer
from rustro_kernel.engine.asked import AtHand, Chain, Setting
from rustro_kernel.session.earlier_bars import earlier_bars
from rustro_kernel.session.option_chain import chain
from rustro_kernel.session.settings_list import settings_list


class HasAtHand(Protocol):
    """A driver, as questions need it."""

    def at_hand(self, name: str = "") -> AtHand:
        """What the engine has of an underlying. From any thread."""


class Questions:
    """Asks the driver while there is one. From any thread.

    Args:
        settings: Those the session begins with.
    """

    def __init__(self, settings: Mapping[str, dict[str, object]]) -> None:
        self._driver: HasAtHand | None = None
        self._last: dict[str, AtHand] = {}
        self._before = AtHand(settings=dict(settings))

    def open(self, driver: HasAtHand) -> None:
        """The day has a driver."""
        self._driver = driver

    def close(self, names: Iterable[str]) -> None:
        """The day is over: keep what there is of these underlyings, not the driver."""
        for name in ("", *names):
            self._at_hand(name)
        self._driver = None

    def chain(self, name: str) -> Chain:
        """The option chain of an underlying."""
        return chain(self._at_hand(name))

    def earlier_bars(self, name: str, timeframe: str) -> tuple[Bar, ...]:
        """The bars before today."""
        return earlier_bars(self._at_hand(name), timeframe)

    def settings(self) -> tuple[Setting, ...]:
        """What may be changed now."""
        return settings_list(self._at_hand(""))

    def in_force(self) -> Mapping[str, dict[str, object]]:
        """The settings as they are now."""
        return self._at_hand("").settings

    def _at_hand(self, name: str) -> AtHand:
        """As it is; in the middle of a long turn, as it was."""
        driver = self._driver
        if driver is not None:
            with suppress(NoAnswer):  # the strategy takes its time: what was known must do
                self._last[name] = driver.at_hand(name)
        return self._last.get(name, self._before)
