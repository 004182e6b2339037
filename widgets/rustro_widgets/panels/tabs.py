"""The tabs: only the one that is open is drawn, the others cost nothing."""

from collections.abc import Callable
from typing import Any, Protocol

import ipywidgets

from rustro_kernel.engine.events.positions import PositionClosed
from rustro_widgets.panels.day_table import orders_html, seen_orders, trades_html
from rustro_widgets.panels.event_lines import alerts_html, commands_html, events_html
from rustro_widgets.panels.health_table import health_html
from rustro_widgets.panels.html_panel import HtmlPanel
from rustro_widgets.panels.reading import Panel, Reading


class Titled(Protocol):
    """A panel with a name for its tab."""

    title: str

    @property
    def widget(self) -> Any:  # noqa: ANN401 - ipywidgets is untyped
        """What is put on the page."""

    def show(self, reading: Reading) -> None:
        """Assign what differs."""


class Tabs:
    """Panels of which one is seen at a time.

    Args:
        panels: In order.
        changed: Called when another one was opened; may come on any thread.
    """

    def __init__(self, panels: tuple[Titled, ...], changed: Callable[[object], object]) -> None:
        self._panels = panels
        boxes = [ipywidgets.VBox([panel.widget]) for panel in panels]
        titles = [panel.title for panel in panels]
        self.widget = ipywidgets.Tab(boxes, titles=titles, selected_index=0)
        self.widget.add_class("rustro-tabs")
        for box in boxes:
            box.add_class("rustro-tab")
        self.widget.observe(changed, "selected_index")

    def show(self, reading: Reading) -> None:
        """Assign what differs, in the open tab."""
        opened = self.widget.selected_index
        if opened is not None:
            self._panels[opened].show(reading)


class Stack:
    """Panels below one another."""

    def __init__(self, title: str, *panels: Panel) -> None:
        self.title, self._panels = title, panels
        self.widget = ipywidgets.VBox([panel.widget for panel in panels])

    def show(self, reading: Reading) -> None:
        """Assign what differs."""
        for panel in self._panels:
            panel.show(reading)


def trades_and_orders() -> Stack:
    """What was traded today, and by which orders."""

    def seen(reading: Reading) -> object:
        return seen_orders(reading.day)

    trades = HtmlPanel(lambda r: trades_html(r.day.listed[PositionClosed]), seen, "rustro-trades")
    orders = HtmlPanel(lambda r: orders_html(r.day), seen, "rustro-orders")
    return Stack("Trades and orders", trades, orders)


def events() -> Stack:
    """Alerts, commands, and what else has happened."""
    alerts = HtmlPanel(lambda r: alerts_html(r.day), _seq, "rustro-alerts")
    commands = HtmlPanel(lambda r: commands_html(r.day), _seq)
    others = HtmlPanel(lambda r: events_html(r.day.recent), _seq, "rustro-events")
    return Stack("Events and alerts", alerts, commands, others)


def health() -> Stack:
    """Lags, ages and counts."""
    return Stack("Health", HtmlPanel(lambda r: health_html(r.health), lambda r: r.health))


def _seq(reading: Reading) -> object:
    return reading.day, reading.seq
