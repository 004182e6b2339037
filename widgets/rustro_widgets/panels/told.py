"""Assigning only what has changed: a widget's trait is a message to the browser."""

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
