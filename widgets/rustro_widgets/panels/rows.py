"""Rows with buttons: one for each of a few things, kept as long as the thing is there."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

import ipywidgets

from rustro_widgets.panels.leaving import reached

T = TypeVar("T", contravariant=True)
Item = TypeVar("Item")


class Row(Protocol[T]):
    """What stands for one thing."""

    @property
    def widget(self) -> Any:  # noqa: ANN401 - ipywidgets is untyped
        """What is put on the page."""

    def show(self, item: T) -> None:
        """Assign what differs."""


class Rows(Generic[Item]):
    """Rows in the order of their things; a thing's row is made once.

    Args:
        make: A row for the thing of this key.
    """

    def __init__(self, make: Callable[[str], Row[Item]]) -> None:
        self._make = make
        self._rows: dict[str, Row[Item]] = {}
        self.widget = ipywidgets.VBox([])

    def show(self, items: Mapping[str, Item]) -> None:
        """Show these, and no others."""
        if list(items) != list(self._rows):
            self._arrange(items)
        for key, item in items.items():
            self._rows[key].show(item)

    def row(self, key: str) -> Row[Item]:
        """The row of a thing that is shown."""
        return self._rows[key]

    def _arrange(self, items: Mapping[str, Item]) -> None:
        gone = [row for key, row in self._rows.items() if key not in items]
        self._rows = {key: self._rows.get(key) or self._make(key) for key in items}
        self.widget.children = [row.widget for row in self._rows.values()]
        for row in gone:
            for part in tuple(reached(row.widget)):
                part.close()
