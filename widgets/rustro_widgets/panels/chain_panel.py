"""The option chain, loaded when somebody wants to see it."""

from collections.abc import Callable
from time import monotonic

import ipywidgets

from rustro_kernel.engine.asked import Chain
from rustro_widgets.panels.background import Asked
from rustro_widgets.panels.buttons import button
from rustro_widgets.panels.chain_table import chain_html
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.words import escape

EVERY_S = 2.0
NOT_LOADED = '<div class="rustro-heading">The chain is worked out when you load it</div>'


class ChainPanel:
    """Load, or keep it fresh; while nobody looks at it nothing is asked for.

    Args:
        ask: The chain; may wait.
        changed: Called when there is one, on any thread.
        clock: Seconds, monotonic.
    """

    title = "Option chain"

    def __init__(
        self,
        ask: Callable[[], Chain],
        changed: Callable[[object], object],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._asked, self._clock, self._at_s = Asked(ask, changed), clock, 0.0
        self._drawn: Chain | None = None
        self.load = button("load", "Load", "info", "refresh", "the chain as it is quoted now")
        self.load.on_click(lambda _: self._asked.ask())
        self.keep = ipywidgets.ToggleButton(
            description="keep fresh", tooltip=f"every {EVERY_S:g} s while this tab is open"
        )
        self.keep.add_class("rustro-fresh")
        self.keep.layout.width = "auto"
        self.table = ipywidgets.HTML(NOT_LOADED)
        buttons = ipywidgets.HBox([self.load, self.keep])
        self.widget = ipywidgets.VBox([buttons, self.table])

    def show(self, reading: Reading) -> None:
        """Assign what differs; asks again if it is to be kept fresh."""
        if self.keep.value and self._clock() - self._at_s >= EVERY_S:
            self._at_s = self._clock()
            self._asked.ask()
        self.load.description = "Loading …" if self._asked.is_waiting else "Load"
        chain = self._asked.answer
        if self._asked.problem:
            self.table.value = f'<span class="rustro-chip bad">{escape(self._asked.problem)}</span>'
        elif chain is not None and chain is not self._drawn:
            self.table.value = chain_html(chain)
        self._drawn = None if self._asked.problem else chain
