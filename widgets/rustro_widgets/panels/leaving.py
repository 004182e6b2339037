"""Taking a panel off the page with everything that belongs to it.

ipywidgets close the box alone: its parts would stay registered, in the kernel and in every browser,
until the kernel ends.
"""

from collections.abc import Iterator
from typing import Any

from ipywidgets import Widget


def close_with_parts(box: Any, close_box: Any, *apart: Any) -> None:  # noqa: ANN401 - untyped
    """Close a box and all widgets that can be reached from it.

    Args:
        box: The outermost one.
        close_box: Its own `close` of ipywidgets.
        apart: Widgets of its that nothing on the page refers to now.
    """
    parts = [*(part for part in reached(box) if part is not box), *apart]
    close_box()
    for part in parts:
        part.close()


def reached(widget: Any) -> Iterator[Any]:  # noqa: ANN401
    """A widget and everything its traits hold: children, layouts, styles, marks, scales."""
    seen: dict[int, Any] = {id(widget): widget}
    waiting = [widget]
    while waiting:
        for value in waiting.pop().trait_values().values():
            for part in _widgets_in(value):
                if id(part) not in seen:
                    seen[id(part)] = part
                    waiting.append(part)
    yield from seen.values()


def _widgets_in(value: Any) -> Iterator[Any]:  # noqa: ANN401
    if isinstance(value, Widget):
        yield value
    elif isinstance(value, list | tuple):
        yield from (each for each in value if isinstance(each, Widget))
    elif isinstance(value, dict):
        yield from (each for each in value.values() if isinstance(each, Widget))
