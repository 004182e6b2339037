"""Assigning only what has changed: a widget's trait is a message to the browser."""

from collections.abc import Sequence
from typing import Any


class Told:
    """Remembers what was last said to a page, by name."""

    def __init__(self) -> None:
        self._said: dict[str, object] = {}

    def is_new(self, name: str, value: object) -> bool:
        """Whether a value differs from the one said last; remembers it."""
        if name in self._said and self._said[name] == value:
            return False
        self._said[name] = value
        return True


def assign(widget: Any, **traits: object) -> None:  # noqa: ANN401 - ipywidgets is untyped
    """Several traits of a widget in one message."""
    with widget.hold_sync():
        for name, value in traits.items():
            setattr(widget, name, value)


def assign_ticks(axis: Any, values: Sequence[float], **words: object) -> None:  # noqa: ANN401 - bqplot is untyped
    """An axis' ticks, and before them what is written at them: `tick_labels` or `tick_format`.

    In one message their order would be any (ipywidgets keeps what was held back in a set), and
    bqplot animates ticks: values that come first bring back the old words a frame later.
    """
    for name, value in words.items():
        setattr(axis, name, value)
    axis.tick_values = list(values)
