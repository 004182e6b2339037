"""The live chart: price with its panes, what of it is to be seen, and the figures of one bar."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bqplot
import ipywidgets
import numpy as np

from rustro_kernel.domain.bars import Bar
from rustro_kernel.engine.view import View
from rustro_widgets.panels import candle_sources, candle_values as values
from rustro_widgets.panels.candle_figure import CandleFigure
from rustro_widgets.panels.candle_panes import StrengthPanes
from rustro_widgets.panels.candle_past import Before, BeforeToday
from rustro_widgets.panels.candle_readout import looked_at, readout_html
from rustro_widgets.panels.candle_sources import Source
from rustro_widgets.panels.candle_studies import Rules, Studies
from rustro_widgets.panels.candle_toolbar import Toolbar
from rustro_widgets.panels.candle_values import Body
from rustro_widgets.panels.candle_window import Window
from rustro_widgets.panels.live_text import LiveText
from rustro_widgets.panels.palette import Palette
from rustro_widgets.panels.price_line import price_line_html
from rustro_widgets.panels.reading import Past, Reading
from rustro_widgets.panels.told import Told, assign

if TYPE_CHECKING:
    from rustro_widgets.charts.figure import Chart

CLOSER, PAGE = 0.7, 0.5
STEPS = {"back": -1, "on": 1}
"""What the arrows do while there is a crosshair: for those who have no mouse at hand."""


class ChartPanel:
    """The chart and what of it is to be seen.

    Args:
        changed: Called when a choice has changed; may come on any thread.
        live: What the current price is sent with.
        past: Whom to ask for the bars before today and the strategy's rules; None: nobody.
    """

    def __init__(
        self, changed: Callable[[object], object], live: LiveText, past: Past | None = None
    ) -> None:
        self._changed, self._past, self._live = changed, BeforeToday(past, changed), live
        self._x = bqplot.LinearScale()
        self.price, self.panes = CandleFigure(self._x), StrengthPanes(self._x)
        self._window, self._studies, self._told = Window(), Studies(Rules()), Told()
        self._wanted: list[str] = []  # moves that were clicked and are not made yet
        self._body: Body | None = None
        self._made = 0  # so many bodies
        self._bars: tuple[int, int | None] = (0, None)  # which one, and the bar being built
        self._shown: tuple[View, Source, Body, Bar | None] | None = None
        self._lines: dict[str, values.Line] = {}
        self._is_mine = False
        self._placed: tuple[float, float] | None = None  # where the window was put last
        self.toolbar = Toolbar(changed, self._move)
        self.readout = ipywidgets.HTML()
        self._selector = bqplot.interacts.IndexSelector(
            scale=self._x, line_width=1, color="#8c959f"
        )
        self._pans = [
            bqplot.interacts.PanZoom(scales={"x": [self._x]})
            for _ in (self.price.widget, *self.panes.widgets)
        ]
        self._selector.observe(changed, "selected")
        self._x.observe(self._panned, ["min", "max"])
        priced = ipywidgets.VBox([self.price.widget, live.place("price")])
        priced.add_class("rustro-priced")
        self.widget = ipywidgets.VBox(
            [self.toolbar.widget, self.readout, priced, *self.panes.widgets]
        )

    def show(self, reading: Reading) -> None:
        """Draw what has changed."""
        view = reading.view
        self.toolbar.offer(candle_sources.names(view, reading.day))
        source = candle_sources.source(self.toolbar.source.value or "", view, reading.day)
        before = self._past.of(reading, source, self.toolbar.frame)
        body = self._complete(reading, source, before)
        partial = None if view.phase == "AUCTION" else source.partial
        live, building = values.live(body, partial)
        self._bars = self._made, None if building is None else building.start_ns
        self._look(body, building)
        self._mark(source, body, building)
        self._fit(body, building)
        self._live.put("price", price_line_html(source.price_paise, self._edges))
        self._read(source.name, body, building)
        self.price.show_live(live)
        self._shown = view, source, body, building

    @property
    def interactions(self) -> list[Any]:
        """What a mouse does over the chart, now or at another time."""
        return [self._selector, *self._pans]

    def set_palette(self, palette: Palette) -> None:
        """The two colours of up and down."""
        self.price.set_palette(palette)
        self.panes.set_palette(palette)

    def picture(self) -> "Chart":
        """What is shown, as a picture that needs no browser.

        Raises:
            RuntimeError: If nothing was shown yet.
        """
        from rustro_widgets.charts.live_chart import Picture, drawn, titled

        if self._shown is None:
            raise RuntimeError("the chart has shown nothing yet")
        view, source, body, building = self._shown
        title = titled(view, source, body.bars.frame)
        return drawn(Picture(source, body, building, self._studies.rules, self._span, title))

    def save(self, path: Path | str) -> Path:
        """Write it as .png or .svg."""
        return self.picture().save(path)

    def _complete(self, reading: Reading, source: Source, before: Before) -> Body:
        """The complete bars; made anew and drawn only where they are others."""
        frame, rules = before.frame, before.rules
        is_over = "CLOSED" in (reading.view.phase, reading.view.state)
        minutes = (len(source.minutes), source.minutes[-1:], len(source.volumes))
        about = reading.view.session_id, source.name, frame, bool(before.bars)
        may_differ = is_over, reading.view.bars_corrected, rules, len(before.bars)
        is_new = self._told.is_new("body", (about, minutes, may_differ))
        if not is_new and self._body is not None:
            return self._body
        if self._studies.rules != rules:
            self._studies = Studies(rules)
        self._body = values.body(source, before.bars, frame, self._studies, is_over=is_over)
        if self._told.is_new("what", about):
            self._window.begin(len(self._body.bars.all))
        self._made += 1
        self.price.show_body(self._body)
        self.panes.show(self._body.study, rules, rules.adx_threshold(frame))
        return self._body

    def _look(self, body: Body, building: Bar | None) -> None:
        """Move the window: as a person has dragged it, as was clicked, and on with the last bar."""
        window = self._window
        shown = self._x.min, self._x.max
        if shown != self._placed and None not in shown:
            window.moved(*shown)
        window.show(values.count_of(body, building))
        while self._wanted:
            self._make(self._wanted.pop(0), body)
        self._placed = self._span
        if shown != self._placed:
            self._is_mine = True
            assign(self._x, min=window.low, max=window.high)
            self._is_mine = False
        self.price.show_window(*self._span)

    def _mark(self, source: Source, body: Body, building: Bar | None) -> None:
        """Markers and levels, where they or the bars are others."""
        if not self._told.is_new("marks", (self._bars, source.markers, source.levels)):
            return
        bars = body.bars.all[: body.bars.done] + (() if building is None else (building,))
        self._lines = values.lines_of(source.levels[-1], bars) if source.levels else {}
        self.price.show_marks(values.placed(source.markers, bars, body.bars.today), self._lines)

    def _fit(self, body: Body, building: Bar | None) -> None:
        """The axes: the labels with the window, the prices also with the bar being built."""
        if self._told.is_new("seen", (self._bars, self._span)):
            self._seen = values.seen(body, building, *self._span)
        reach = None if building is None else (building.low, building.high)
        if self._told.is_new("fit", (self._bars, self._span, reach, self._lines)):
            levels = values.visible_lines(self._lines.values(), *self._span)
            self._edges = values.edges(self._seen, building, levels)
            self.price.show_edges(self._edges, self._seen.ticks)

    @property
    def _span(self) -> tuple[float, float]:
        return self._window.low, self._window.high

    def _make(self, move: str, body: Body) -> None:
        window = self._window
        if self.toolbar.crosshair.value and move in STEPS:
            self._step(STEPS[move], body)
            return
        moves: dict[str, Callable[[], None]] = {
            "back": lambda: window.pan(-PAGE),
            "on": lambda: window.pan(PAGE),
            "closer": lambda: window.zoom(CLOSER),
            "wider": lambda: window.zoom(1 / CLOSER),
            "day": lambda: window.whole(body.bars.today),
            "now": window.now,
        }
        moves[move]()

    def _read(self, name: str, body: Body, building: Bar | None) -> None:
        """The figures of the bar under the crosshair."""
        is_cross = self.toolbar.crosshair.value
        if self._told.is_new("mode", is_cross):
            self._interact(is_cross=is_cross)
            self._point(values.count_of(body, building) - 1 if is_cross else None)
        number = self._pointed() if is_cross else None
        is_live = number is not None and number >= body.bars.done
        if self._told.is_new("read", (self._made, number, building if is_live else None)):
            seen = looked_at(body, building, number)
            html = readout_html(name, body.bars.frame, seen, self._studies.rules)
            self.readout.value = html
            self.panes.show_cursor(None if number is None else float(number))

    def _interact(self, *, is_cross: bool) -> None:
        """Pan and zoom, or point at bars: they exclude each other."""
        own, *others = self._pans
        self.price.widget.interaction = self._selector if is_cross else own
        for figure, pan in zip(self.panes.widgets, others, strict=True):
            figure.interaction = pan

    def _point(self, number: int | None) -> None:
        self._selector.selected = None if number is None else np.array([float(number)])

    def _step(self, bars: int, body: Body) -> None:
        """The crosshair goes on, and the window with it where it leaves the picture."""
        at, window = self._pointed(), self._window
        number = min(max((body.bars.done if at is None else at) + bars, 0), body.bars.done)
        self._point(number)
        if not window.low <= number <= window.high:
            window.pan(PAGE if bars > 0 else -PAGE)

    def _pointed(self) -> int | None:
        selected: Any = self._selector.selected
        return None if selected is None or len(selected) == 0 else round(float(selected[0]))

    def _panned(self, _: object) -> None:
        """Own assignments come here too; a person's both ends at once, each with a call."""
        if not self._is_mine and self._told.is_new("panned", (self._x.min, self._x.max)):
            self._changed(None)

    def _move(self, name: str) -> None:
        self._wanted.append(name)
        self._changed(None)
