"""The cockpit: what the engine sees, why it does not trade, and the buttons to act.

A view of `session.view`, drawn on a timer (at most 10 times a second, the latest picture wins).
Any number of cockpits can watch one session; none of them can affect the engine other than by
commands.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from typing import Any, NamedTuple, Protocol

import ipywidgets

from rustro_kernel.engine.view import View
from rustro_widgets.panels.candle_chart import CandleChart
from rustro_widgets.panels.candle_values import ChartValues, chart_values
from rustro_widgets.panels.clicks import Clicks
from rustro_widgets.panels.confirm import Confirm
from rustro_widgets.panels.controls import Controls, ControlValues, control_values
from rustro_widgets.panels.data_quality import rules, rules_html, summary_html
from rustro_widgets.panels.redraw import Redraw
from rustro_widgets.panels.state_strip import head_html, state_html
from rustro_widgets.panels.style import CSS
from rustro_widgets.panels.tables import gates_html, positions_html

TEXTS = ("head", "state", "gates", "positions", "quality", "rules")
SPANS = {"1 h": 60, "2 h": 120, "day": 0}


class Watched(Protocol):
    """What a cockpit needs of a session."""

    @property
    def view(self) -> View:
        """The frozen picture."""

    @property
    def to_confirm(self) -> str:
        """What must be typed before live trading may start; empty where nothing must."""

    @property
    def discarded(self) -> Mapping[str, int]:
        """Packets of the broker's stream that never became ticks, by quality rule."""

    def confirm_live(self, words: str) -> None:
        """Take what was typed."""

    def start(self) -> Awaitable[None]:
        """Begin to trade in the background."""

    def send(self, name: str, **args: str) -> "Future[Any]":
        """Ask the engine for something. From any thread."""


class Picture(NamedTuple):
    """Everything one drawing shows."""

    head: str
    state: str
    gates: str
    positions: str
    quality: str
    rules: str
    chart: ChartValues
    controls: ControlValues


def render(
    view: View,
    clicks: Clicks,
    discarded: Mapping[str, int],
    *,
    is_armed: bool = False,
    shown: int = 0,
) -> Picture:
    """The picture of a view and of what the stream discarded; pure."""
    judged = rules(view, discarded)
    return Picture(
        head_html(view),
        state_html(view),
        gates_html(view),
        positions_html(view),
        summary_html(judged, view.bars_corrected),
        rules_html(judged),
        chart_values(view, shown),
        control_values(view, clicks, is_armed=is_armed),
    )


class Cockpit(ipywidgets.VBox):
    """Shows a session and commands it. `close()` ends its timer, never the session.

    Args:
        session: A `rustro_kernel.Session`, started or not.
    """

    def __init__(self, session: Watched) -> None:
        self._session = session
        self._seen: tuple[object, ...] = ()
        self._texts = {name: ipywidgets.HTML() for name in TEXTS}
        self._chart = CandleChart()
        self._redraw = Redraw(self.draw)
        self._clicks = Clicks(self._redraw.soon)
        self._controls = Controls(self.press)
        self._confirm = Confirm(session.confirm_live, self._redraw.soon)
        self._span = ipywidgets.ToggleButtons(
            options=list(SPANS), value="2 h", style={"button_width": "46px"}
        )
        self._controls.arm.observe(self._again, "value")
        self._span.observe(self._again, "value")
        super().__init__(self._parts())
        self.add_class("rustro-cockpit")
        self.add_class(f"rustro-{session.view.mode}")
        self.draw()
        self._redraw.start()

    def draw(self) -> None:
        """Show the latest picture, if it is a new one. On the notebook's loop only."""
        self._confirm.show(self._session.to_confirm)
        view, is_armed, span = self._session.view, self._controls.arm.value, self._span.value
        state = (view, is_armed, span, self._clicks.last)
        if all(a is b for a, b in zip(state, self._seen, strict=False)) and self._seen:
            return
        self._seen = state
        discarded = self._session.discarded
        picture = render(view, self._clicks, discarded, is_armed=is_armed, shown=SPANS[span])
        with ExitStack() as held:
            for widget in self._texts.values():
                held.enter_context(widget.hold_sync())
            for name, widget in self._texts.items():
                widget.value = getattr(picture, name)
        self._chart.show(picture.chart)
        self._controls.show(picture.controls)

    def press(self, button: str) -> bool:
        """What a click on a button does; false if it was ignored. From any thread."""
        commands: dict[str, Callable[[], bool]] = {
            "start": lambda: self._clicks.fire("start", "start", self._start),
            "pause": self._pause_or_resume,
            "flatten": lambda: self._fire("flatten", "flatten"),
            "kill": self._kill,
        }
        return commands[button]()

    def close(self) -> None:
        """End the timer and take the panel away; the session goes on."""
        self._redraw.stop()
        super().close()

    def _fire(self, button: str, command: str, **args: str) -> bool:
        return self._clicks.fire(button, command, lambda: self._session.send(command, **args))

    def _pause_or_resume(self) -> bool:
        if self._session.view.can_resume:
            return self._fire("pause", "resume", reason=self._controls.reason.value)
        return self._fire("pause", "pause")

    def _kill(self) -> bool:
        """Nothing happens unless it was armed; afterwards it is not armed any more."""
        if not self._controls.arm.value:
            return False
        self._controls.arm.value = False
        return self._fire("kill", "kill")

    def _start(self) -> "Future[Any]":
        """Sessions start on the notebook's loop, whichever thread was clicked on."""
        if self._redraw.loop is None:
            raise RuntimeError("a session starts in a notebook")
        return asyncio.run_coroutine_threadsafe(_finished(self._session), self._redraw.loop)

    def _again(self, _: object) -> None:
        self._redraw.soon()

    def _parts(self) -> list[Any]:
        wide = ipywidgets.Layout(flex="1 1 auto", min_width="0")
        side = ipywidgets.Layout(flex="0 0 340px", overflow="auto", max_height="420px")
        chart = ipywidgets.VBox([self._span, self._chart.widget], layout=wide)
        gates = ipywidgets.VBox([self._texts["gates"]], layout=side)
        return [
            ipywidgets.HTML(CSS, layout=ipywidgets.Layout(display="none")),
            self._texts["head"],
            self._texts["state"],
            ipywidgets.HBox([chart, gates]),
            self._texts["positions"],
            self._texts["quality"],
            ipywidgets.Accordion([self._texts["rules"]], titles=["quality rules"]),
            self._confirm.widget,
            self._controls.widget,
        ]


async def _finished(session: Watched) -> None:
    await session.start()
