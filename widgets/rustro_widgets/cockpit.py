"""The cockpit: what the engine sees, why it does not trade, and the buttons to act.

A view of a session's read model, drawn on a timer (at most 10 times a second, the latest picture
wins). Any number of cockpits can watch one session, from the notebook it runs in or from another
process by `rk.attach`; none of them can affect the engine other than by commands.
"""

import asyncio
from concurrent.futures import Future
from typing import Any

import ipywidgets

from rustro_kernel.domain.errors import BadUsage
from rustro_widgets.panels import tabs
from rustro_widgets.panels.banner import is_stale
from rustro_widgets.panels.candle_chart import ChartPanel
from rustro_widgets.panels.chain_panel import ChainPanel
from rustro_widgets.panels.clicks import Clicks, new_id
from rustro_widgets.panels.confirm import Confirm
from rustro_widgets.panels.controls import Controls
from rustro_widgets.panels.data_quality import QualityPanel
from rustro_widgets.panels.gates import GatesPanel
from rustro_widgets.panels.html_panel import HtmlPanel
from rustro_widgets.panels.leaving import close_with_parts
from rustro_widgets.panels.live_text import LiveText
from rustro_widgets.panels.look import APART, Look
from rustro_widgets.panels.meters import measured, meters_html
from rustro_widgets.panels.parameters import ParametersPanel
from rustro_widgets.panels.positions import PositionsPanel
from rustro_widgets.panels.reading import Follower, Reading, Showing, Startable, Watched
from rustro_widgets.panels.redraw import Redraw
from rustro_widgets.panels.status import StatusPanel
from rustro_widgets.panels.strip import StripPanel
from rustro_widgets.panels.style import CSS


class Cockpit(ipywidgets.VBox):
    """Shows a session and commands it. `close()` ends its timer, never the session.

    Args:
        session: A `rustro_kernel.Session`, started or not, or what `rustro_kernel.attach` gives.

    Raises:
        BadUsage: If it is neither.
    """

    _is_made = False

    def __init__(self, session: Watched) -> None:
        if not callable(getattr(session, "subscribe", None)):
            got = type(session).__name__
            raise BadUsage(f"a cockpit shows a rk.Session, or what rk.attach gives; got a {got}")
        self._session = session
        self._drawn: Reading | None = None
        self._follower = Follower(session)
        self._redraw = Redraw(self.draw)
        self._clicks = Clicks(self._again)
        self._confirm = Confirm(session.confirm_live, self._redraw.soon)
        self._build(session)
        super().__init__(self._parts())
        self._is_made = True
        self._classes: tuple[str, ...] = ()
        self.draw()
        self._redraw.start()

    def _build(self, session: Watched) -> None:
        """The panels."""
        start = self._start if isinstance(session, Startable) else None
        self._live = LiveText()
        self._status = StatusPanel(self._live)
        self._controls = Controls(self._clicks, self.fire, start, self._again)
        self._meters = HtmlPanel(
            lambda reading: meters_html(reading.view), lambda reading: measured(reading.view)
        )
        self._chart = ChartPanel(self._again, self._live, session)
        self._strip = StripPanel(self._again)
        self._gates = GatesPanel(self._strip.minute)
        self._positions = PositionsPanel(self._clicks, self.fire, self._live)
        self._parameters = ParametersPanel(
            lambda: session.settings, session.preview, self._clicks, self.fire, self._again
        )
        self._chain = ChainPanel(session.chain, self._again)
        self._quality = QualityPanel()
        self._tabs = tabs.Tabs(
            (
                *(tabs.trades_and_orders(), self._chain, self._parameters, tabs.events()),
                *(self._quality, tabs.health()),
            ),
            self._again,
        )
        self._look = Look(self._again)
        self._panels: tuple[Showing, ...] = (
            *(self._status, self._controls, self._meters, self._strip, self._gates),
            # the chart's bars go out right before the words: the thread that sends wakes up once
            *(self._positions, self._tabs, self._chart),
        )

    def draw(self) -> None:
        """Show the latest reading, if it is a new one. On the notebook's loop only."""
        self._confirm.show(self._session.to_confirm)
        reading = self._follower.read()
        is_same = self._drawn is not None and reading.is_same(self._drawn)
        if is_same and not self._controls.is_moving:
            return
        self._drawn = reading
        self._dress(reading)
        for panel in self._panels:
            panel.show(reading)
        self._live.send()

    def fire(self, command: str, button: str = "", **args: str) -> bool:
        """Send a command for a click; false if the click was ignored. From any thread.

        Args:
            command: A key of `engine.commands.COMMANDS`.
            button: Whose clicks are one; empty: the command's.
            args: What the command needs.
        """
        id = new_id()
        return self._clicks.fire(
            button or command, command, lambda: self._session.send(command, id=id, **args), id
        )

    def close(self) -> None:
        """End the timer and take the panel away; the session goes on."""
        if not self._is_made:  # what it was given is no session
            return
        self._redraw.stop()
        self._follower.close()
        close_with_parts(self, super().close, *self._chart.interactions)

    def _again(self, _: object = None) -> None:
        """A choice or an answer has changed: draw also where the session is the same."""
        self._drawn = None
        self._redraw.soon()

    def _start(self) -> bool:
        return self._clicks.fire("start", "start", self._started)

    def _started(self) -> "Future[Any]":
        """Sessions start on the notebook's loop, whichever thread was clicked on."""
        if self._redraw.loop is None or not isinstance(self._session, Startable):
            raise RuntimeError("a session starts in a notebook")
        return asyncio.run_coroutine_threadsafe(_finished(self._session), self._redraw.loop)

    def _dress(self, reading: Reading) -> None:
        """The frame shows the mode, and greys everything that is old."""
        wanted = ("rustro-cockpit", f"rustro-{reading.view.mode}")
        wanted += ("rustro-stale",) * is_stale(reading) + (APART,) * self._look.switch.value
        if wanted != self._classes:
            self._classes = wanted
            self._dom_classes = wanted
            self._chart.set_palette(self._look.palette)

    def _parts(self) -> list[Any]:
        """From the top: what has buttons stands above what grows and shrinks."""
        message = ipywidgets.HBox([self._status.message.widget, self._controls.answer])
        message.add_class("rustro-message")
        wide = ipywidgets.Layout(flex="1 1 auto", min_width="0")
        side = ipywidgets.Layout(flex="0 0 350px", overflow="hidden auto")
        chart = ipywidgets.VBox([self._chart.widget], layout=wide)
        gates = ipywidgets.VBox([self._gates.widget], layout=side)
        gates.add_class("rustro-side")
        middle = ipywidgets.HBox([chart, gates])
        middle.add_class("rustro-middle")
        foot = ipywidgets.HBox([self._look.switch])
        foot.add_class("rustro-foot")
        return [
            ipywidgets.HTML(CSS, layout=ipywidgets.Layout(display="none")),
            *(message, self._status.head, self._confirm.widget, self._controls.widget),
            *(self._positions.widget, self._meters.widget, self._status.line),
            *(self._strip.widget, middle),
            *(self._tabs.widget, foot),
        ]


async def _finished(session: Startable) -> None:
    await session.start()
