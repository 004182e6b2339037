"""The buttons that move through the day, its slider, and where to go by name."""

from collections.abc import Callable
from typing import Any

import ipywidgets

from rustro_kernel.domain.market_time import MINUTE, show_clock
from rustro_widgets.panels import buttons
from rustro_widgets.replaying.buttons import BUTTONS
from rustro_widgets.replaying.course import AS_FAST_AS_IT_GOES, Course
from rustro_widgets.replaying.places import HINT, place

SPEEDS = {
    **{f"x{speed}": speed for speed in (1, 5, 20, 60, 120, 300, 600)},
    "max": AS_FAST_AS_IT_GOES,
}

Ask = Callable[[Callable[[], None]], None]
"""Has something done on the notebook's loop, whichever thread asks."""


class Transport:
    """Steps, play and pause, speed, slider, and a field to type a place into.

    Args:
        course: What is moved.
        ask: See `Ask`.
    """

    def __init__(self, course: Course, ask: Ask) -> None:
        self._course, self._ask = course, ask
        self._minute = 0
        self.buttons = {name: self._button(name) for name in BUTTONS}
        self.speed = ipywidgets.Dropdown(
            options=list(SPEEDS),
            value=next(name for name, speed in SPEEDS.items() if speed == course.speed),
            layout=ipywidgets.Layout(width="72px"),
            tooltip="seconds of the day in one second",
        )
        self.typed = ipywidgets.Text(
            placeholder=f"go to {HINT}",
            continuous_update=False,
            layout=ipywidgets.Layout(flex="1 1 200px", max_width="320px"),
        )
        self.slider = ipywidgets.IntSlider(
            max=1, readout=False, layout=ipywidgets.Layout(flex="1 1 auto")
        )
        self._ends = ipywidgets.Label(), ipywidgets.Label()
        self.speed.observe(self._on_speed, "value")
        self.typed.observe(self._on_typed, "value")
        self.slider.observe(self._on_slider, "value")
        self.widget = ipywidgets.VBox([self._row(), self._scrubber()])

    def show(self) -> None:
        """Assign what differs."""
        course, stepper = self._course, self._course.stepper
        play = self.buttons["play"]
        with play.hold_sync():
            play.icon = "pause" if course.is_playing else "play"
            play.description = "Pause" if course.is_playing else "Play"
        if stepper.last:
            first_ns = self._first_ns()
            self._show_place(stepper.now_ns or first_ns, first_ns, stepper.survey.ends_ns)

    def _show_place(self, now_ns: int, first_ns: int, last_ns: int) -> None:
        self._minute = (now_ns - first_ns) // MINUTE
        with self.slider.hold_sync():
            self.slider.max = max(1, (last_ns - first_ns) // MINUTE + 1, self._minute)
            self.slider.value = self._minute
        for label, ts_ns in zip(self._ends, (first_ns, last_ns), strict=True):
            label.value = show_clock(ts_ns)[:5]

    def _press(self, name: str) -> None:
        self._ask(lambda: BUTTONS[name].act(self._course))

    def _on_speed(self, change: Any) -> None:  # noqa: ANN401 - ipywidgets is untyped
        self._ask(lambda: self._course.set_speed(SPEEDS[change["new"]]))

    def _on_typed(self, change: Any) -> None:  # noqa: ANN401
        text = str(change["new"]).strip()
        if text:
            self._ask(lambda: self._go_to(text))

    def _go_to(self, text: str) -> None:
        self.typed.value = ""
        self._course.go_by(lambda: place(text, self._course.stepper))

    def _on_slider(self, change: Any) -> None:  # noqa: ANN401
        minute = int(change["new"])
        if minute != self._minute:  # a person has moved it, not the day
            self._minute = minute
            self._ask(lambda: self._seek(minute))

    def _seek(self, minute: int) -> None:
        ts_ns = self._first_ns() + minute * MINUTE
        self._course.go(lambda: self._course.stepper.at_minute(ts_ns))

    def _first_ns(self) -> int:
        """The minute in which the day's first input came."""
        first_ns = self._course.stepper.survey.tape.first_ts
        return first_ns - first_ns % MINUTE

    def _button(self, name: str) -> Any:  # noqa: ANN401
        made = BUTTONS[name]
        button = buttons.button(name.replace("_", "-"), made.text, "", made.icon, made.tooltip)
        button.layout.min_width = "34px"
        button.on_click(lambda _: self._press(name))
        return button

    def _row(self) -> Any:  # noqa: ANN401
        layout = ipywidgets.Layout(align_items="center", flex_flow="row wrap")
        row = ipywidgets.HBox([*self.buttons.values(), self.speed, self.typed], layout=layout)
        row.add_class("rustro-steps")
        return row

    def _scrubber(self) -> Any:  # noqa: ANN401
        first, last = self._ends
        return ipywidgets.HBox([first, self.slider, last])
