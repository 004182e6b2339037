"""All panels of a replay desk, and the timer that moves and draws them."""

from threading import get_ident
from time import monotonic
from typing import Any

import ipywidgets

from rustro_kernel.engine.events.system import ParameterChanged
from rustro_kernel.records.stepper import Stepper
from rustro_widgets.panels.candle_chart import ChartPanel
from rustro_widgets.panels.clicks import Clicks
from rustro_widgets.panels.day import Day
from rustro_widgets.panels.gates import GatesPanel
from rustro_widgets.panels.html_panel import HtmlPanel
from rustro_widgets.panels.live_text import LiveText
from rustro_widgets.panels.positions import PositionsPanel
from rustro_widgets.panels.reading import Panel, Reading
from rustro_widgets.panels.redraw import PERIOD_S, Redraw
from rustro_widgets.panels.state_strip import state_html
from rustro_widgets.panels.strip import StripPanel
from rustro_widgets.replaying.course import Course
from rustro_widgets.replaying.event_list import events_html
from rustro_widgets.replaying.head import head_html
from rustro_widgets.replaying.recorded_past import RecordedPast
from rustro_widgets.replaying.running_to import RunningTo
from rustro_widgets.replaying.slices import Slices
from rustro_widgets.replaying.transport import Transport

PORTION = 64
"""Inputs fed between two looks at the clock."""


class Board:
    """Shows where a course stands, with the panels of the cockpit, and moves it.

    Args:
        stepper: A recorded day of which nothing was fed yet; the survey begins at once.
    """

    def __init__(self, stepper: Stepper) -> None:
        self.course = Course(stepper)
        self._day, self._seen = Day(), (-1, False)
        self._ticked_s = self._drawn_s = 0.0
        self._thread = get_ident()
        self._redraw = Redraw(self._tick)
        self.slices = Slices(self._redraw.loop, lambda: self.course.work(PORTION), self._worked)
        self._head = ipywidgets.HTML()
        self.transport = Transport(self.course, self.slices.call)
        self.running_to = RunningTo(self.course, self.slices.call)
        self.everything = ipywidgets.Checkbox(
            description="every bar and subscription too",
            indent=False,
            layout=ipywidgets.Layout(width="auto"),
        )
        self.everything.observe(lambda _: self.slices.call(self._again), "value")
        self._past = RecordedPast()
        self._live, self._strip = LiveText(), StripPanel(self._again)
        self._chart = ChartPanel(self._again, self._live, self._past)
        self._gates = GatesPanel(self._strip.minute)
        self._positions = PositionsPanel(Clicks(self._again), _nothing, self._live)
        self._state = HtmlPanel(lambda reading: state_html(reading.view))
        self._events = ipywidgets.HTML()
        self._panels: tuple[Panel, ...] = (
            *(self._state, self._chart, self._strip, self._gates, self._positions),
        )
        self.slices.soon()
        self._redraw.start()

    def draw(self) -> None:
        """Show where it stands. On the notebook's loop only."""
        self._drawn_s = monotonic()
        stepper = self.course.stepper
        view = stepper.view()
        self._head.value = head_html(view, stepper.survey)
        self.transport.show()
        self.running_to.show()
        seen = (stepper.n, bool(self.everything.value))
        if seen == self._seen:
            return
        self._seen = seen
        reading = self._reading()
        for panel in self._panels:
            panel.show(reading)
        self._live.send()
        self._events.value = events_html(stepper.events(), everything=seen[1], at=stepper.n)

    def close(self) -> None:
        """End the timer and the work."""
        self._redraw.stop()
        self.slices.stop()

    def parts(self) -> list[Any]:
        """What is put on the page, from top to bottom."""
        wide = ipywidgets.Layout(flex="1 1 auto", min_width="0")
        side = ipywidgets.Layout(flex="0 0 350px", overflow="hidden auto")
        chart = ipywidgets.VBox([self._chart.widget], layout=wide)
        gates = ipywidgets.VBox([self._gates.widget], layout=side)
        gates.add_class("rustro-side")
        middle = ipywidgets.HBox([chart, gates])
        middle.add_class("rustro-middle")
        return [
            self._head,
            self._state.widget,
            self.transport.widget,
            self.running_to.widget,
            self._positions.widget,
            self._strip.widget,
            middle,
            self._events,
            self.everything,
        ]

    def _reading(self) -> Reading:
        """What the panels of the cockpit show of it; a recorded day has no lags and ages."""
        stepper = self.course.stepper
        events = stepper.events()
        if len(events) < self._day.seq:
            self._day = Day(events)
        for event in events[self._day.seq :]:
            self._day.take(event)
        view = stepper.view()
        self._past.copy(stepper, view, len(self._day.listed[ParameterChanged]))
        return Reading(view, self._day, self._day.seq, {}, {}, 0.0)

    def _tick(self) -> None:
        now_s = monotonic()
        self.course.pass_time(now_s - self._ticked_s)
        self._ticked_s = now_s
        self.slices.soon()
        self.draw()

    def _worked(self) -> None:
        """All that was asked for is done: show it now, but not more often than a timer would."""
        if self._redraw.loop is None or monotonic() - self._drawn_s >= PERIOD_S:
            self.draw()

    def _again(self, _: object = None) -> None:
        """A choice has changed, or an answer has come: draw also where it stands the same."""
        self._seen = (-1, False)
        if self._redraw.loop is not None or get_ident() == self._thread:
            self._redraw.soon()  # without a loop only who made the board draws it


def _nothing(command: str, button: str = "", **args: str) -> bool:
    """A recorded day cannot be commanded; the buttons of its rows are not shown."""
    return False
