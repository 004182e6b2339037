"""The why-not strip: click on a minute, or walk with the arrow keys, to see why."""

from collections.abc import Callable
from typing import Any

import ipywidgets

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_widgets.panels import strip_cells
from rustro_widgets.panels.buttons import button
from rustro_widgets.panels.minute import Judged, last_minute, minute_at
from rustro_widgets.panels.reading import Reading

PARTS = 7
HINT = "click on a minute, or use the arrow keys, to see each of its gates"


class StripPanel:
    """Today's minutes, and which of them is looked at.

    A slider that cannot be seen lies over the coloured minutes: it gives clicks and keys, and its
    handle marks the minute.

    Args:
        changed: Called when another minute was chosen; may come on any thread.
    """

    def __init__(self, changed: Callable[[object], object]) -> None:
        self._changed = changed
        self._chosen_ns = 0  # 0: the last one
        self._name = ""
        self._over = strip_cells.stretch("", ())
        self._placed = 0
        self._seen: object = None
        self.slider = ipywidgets.IntSlider(min=0, max=374, readout=False, tooltip=HINT)
        self.slider.observe(self._slid, "value")
        self.latest = button("latest", "Last minute", "", "step-forward", "follow the last minute")
        self.latest.on_click(lambda _: self.choose(0))
        self.names = ipywidgets.ToggleButtons(options=[], layout=ipywidgets.Layout(display="none"))
        self.names.add_class("rustro-names")
        self.names.observe(self._named, "value")
        self.parts = [ipywidgets.HTML() for _ in range(PARTS)]
        self.legend, self._hours = ipywidgets.HTML(), ipywidgets.HTML()
        self.widget = self._laid_out()

    def show(self, reading: Reading) -> None:
        """Assign what differs: within a minute, nothing."""
        judged = self._judged(reading)
        seen = (reading.view.date, self._name, reading.day, len(judged), self._chosen_ns)
        if seen == self._seen:
            return
        self._seen = seen
        self._over = strip_cells.stretch(reading.view.date, judged)
        found = strip_cells.reasons(judged, self._over)
        self._draw(found)
        self._place(max(found, default=0))

    def minute(self, reading: Reading) -> Judged | None:
        """The minute that is looked at; None before there is any underlying."""
        for underlying in reading.view.underlyings:
            if underlying.name == self._name:
                judged = self._judged(reading)
                if self._chosen_ns:
                    return minute_at(judged, self._chosen_ns, self._name)
                return last_minute(judged, underlying)
        return None

    def choose(self, start_ns: int) -> None:
        """Look at the minute that began then; 0: at the last one, whichever it is. Any thread."""
        self._chosen_ns = start_ns
        self._changed(None)

    def _judged(self, reading: Reading) -> list[EntryEvaluated]:
        names = tuple(underlying.name for underlying in reading.view.underlyings)
        if names and self._name not in names:
            self._name = names[0]
        if names != self.names.options:
            self.names.options = names
            self.names.value = self._name if names else None
            self.names.layout.display = None if len(names) > 1 else "none"
        return reading.day.evaluations.get(self._name, [])

    def _draw(self, found: strip_cells.Reasons) -> None:
        drawn = strip_cells.parts(found, self._over)
        for number, part in enumerate(self.parts):
            part.value = drawn[number] if number < len(drawn) else ""
            minutes = min(max(self._over.minutes - number * strip_cells.PART, 0), strip_cells.PART)
            part.layout.flex = f"{minutes} 0 0"
        self.legend.value = strip_cells.legend_html(found)
        self._hours.value = strip_cells.hours_html(self._over)

    def _place(self, last: int) -> None:
        """Put the mark on the minute that is looked at."""
        chosen = self._over.number(self._chosen_ns) if self._chosen_ns else last
        most = self._over.minutes - 1
        self._placed = min(max(chosen, 0), most)
        with self.slider.hold_sync():
            self.slider.max = most
            self.slider.value = self._placed
        self.latest.disabled = not self._chosen_ns

    def _slid(self, change: Any) -> None:  # noqa: ANN401 - traitlets is untyped
        """Moved by a person, not by us."""
        if change["new"] != self._placed:
            self._placed = change["new"]
            self.choose(self._over.first_ns + change["new"] * MINUTE)

    def _named(self, change: Any) -> None:  # noqa: ANN401 - traitlets is untyped
        if change["new"] and change["new"] != self._name:
            self._name = change["new"]
            self.choose(0)

    def _laid_out(self) -> Any:  # noqa: ANN401 - ipywidgets is untyped
        cells = ipywidgets.HBox(self.parts)
        cells.add_class("rustro-minutes")
        strip = ipywidgets.Box([cells, self.slider])
        strip.add_class("rustro-strip")
        self.legend.layout.flex = "1 1 auto"
        below = ipywidgets.HBox([self.names, self.legend, self.latest])
        below.add_class("rustro-state")
        whole = ipywidgets.VBox([strip, self._hours, below])
        whole.add_class("rustro-whynot")
        return whole
