"""Open positions and orders at work, each with its button."""

from collections.abc import Callable
from typing import Any

import ipywidgets

from rustro_kernel.engine.view import OrderView, PositionView
from rustro_widgets.panels.buttons import button
from rustro_widgets.panels.clicks import Clicks
from rustro_widgets.panels.controls import Fire
from rustro_widgets.panels.live_text import LiveText
from rustro_widgets.panels.position_cells import (
    BUY,
    EXIT,
    FIXED,
    LIVE,
    ORDER,
    fixed,
    fixed_html,
    head_html,
    live_html,
    order_html,
)
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.rows import Rows
from rustro_widgets.panels.told import Told

NO_POSITION = '<div class="rustro-heading">No open position</div>'


class PositionsPanel:
    """A row for each position, and for each order while there are any.

    Args:
        clicks: What waits for an answer.
        fire: Sends a command for a button.
        live: What changes with every tick is sent with it.
    """

    def __init__(self, clicks: Clicks, fire: Fire, live: LiveText) -> None:
        self._fire, self._live = fire, live
        self.positions = Rows[PositionView](lambda key: PositionRow(key, clicks, self.close))
        self.orders = Rows[OrderView](lambda key: OrderRow(key, clicks, fire))
        self.head, self.orders_head = ipywidgets.HTML(), ipywidgets.HTML()
        held = ipywidgets.Box([self.positions.widget, live.place("held")])
        held.add_class("rustro-held")
        self.widget = ipywidgets.VBox([self.head, held, self.orders_head, self.orders.widget])
        self.widget.add_class("rustro-positions")

    def show(self, reading: Reading) -> None:
        """Assign what differs."""
        view = reading.view
        self.head.value = _head() if view.positions else NO_POSITION
        self.orders_head.value = head_html(ORDER, "order") if view.orders else ""
        self._live.put("held", "".join(map(live_html, view.positions)))
        self.positions.show({p.position_id: p for p in view.positions})
        self.orders.show({o.tag: o for o in view.orders})

    def close(self, position_id: str) -> bool:
        """Close a position; false if the click was ignored. From any thread."""
        return self._fire("close", button=f"close {position_id}", position=position_id)


class PositionRow:
    """What of a position changes rarely, and its Close button.

    What a tick changes stands between them; it is one text for all positions.
    """

    def __init__(self, position_id: str, clicks: Clicks, close: Callable[[str], object]) -> None:
        self._clicks, self._name = clicks, f"close {position_id}"
        self.button = button("close", "Close", "danger", "times", "sell this position now")
        self.button.on_click(lambda _: close(position_id))
        self._fixed, self._told = ipywidgets.HTML(), Told()
        self.widget = _row(self._fixed, self.button)

    def show(self, item: PositionView) -> None:
        """Assign what differs."""
        if self._told.is_new("fixed", fixed(item)):
            self._fixed.value = fixed_html(item)
        is_closing = self._clicks.is_pending(self._name) or bool(item.closing)
        if self._told.is_new("closing", is_closing):
            self.button.disabled = is_closing
            self.button.description = "Closing …" if is_closing else "Close"


class OrderRow:
    """An order and its Cancel button, which only an entry has use for."""

    def __init__(self, tag: str, clicks: Clicks, fire: Fire) -> None:
        self._clicks, self._name = clicks, f"cancel {tag}"
        self.button = button("cancel", "Cancel", "warning", "ban", "cancel this order")
        self.button.on_click(lambda _: fire("cancel", button=self._name, order=tag))
        self._cells = ipywidgets.HTML()
        self.widget = _row(self._cells, self.button)

    def show(self, item: OrderView) -> None:
        """Assign what differs."""
        self._cells.value = order_html(item)
        is_pending, is_exit = self._clicks.is_pending(self._name), item.side != BUY
        self.button.disabled = is_pending or is_exit
        self.button.tooltip = EXIT if is_exit else "cancel this order"
        self.button.description = "Cancelling …" if is_pending else "Cancel"


def _head() -> str:
    columns = head_html(FIXED, "fixed") + head_html(LIVE, "live")
    return f'<div class="rustro-heads">{columns}</div>'


def _row(*parts: Any) -> Any:  # noqa: ANN401 - ipywidgets is untyped
    made = ipywidgets.HBox(parts)
    made.add_class("rustro-row")
    return made
