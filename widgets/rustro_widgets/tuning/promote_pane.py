"""Promotion: what the gate says, and the typed reason that goes over its head."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import ipywidgets

from rustro_kernel.research.candidate import Candidate, candidate
from rustro_kernel.research.gate import Verdict
from rustro_kernel.research.promotion import LEAST_REASON, promote
from rustro_widgets.panels.clicks import Answer, Clicks
from rustro_widgets.panels.words import escape

MARKS = {True: ("✓", "yes"), False: ("✗", "no"), None: ("?", "no")}
SLIDERS, WALK = "the set of the sliders", "the best of the walk-forward"


class Reply(NamedTuple):
    """What came of it: the file, or nothing."""

    text: str


class PromotePane:
    """A button that asks the gate; where it says no, a reason may be typed.

    Args:
        sources: What could be promoted now, by its name; each is made when it is wanted, off the
            loop: a walk-forward, or a backtest.
        changed: Asks for a drawing. From any thread.
    """

    def __init__(
        self, sources: Callable[[], dict[str, Callable[[], object]]], changed: Callable[[], None]
    ) -> None:
        self.candidate: Candidate | None = None
        self.path: Path | None = None
        self._judged_name = ""
        self._sources, self._changed = sources, changed
        self._clicks = Clicks(changed)
        self._thread = ThreadPoolExecutor(1, "rustro promote")
        self._which = ipywidgets.Dropdown(layout={"width": "260px"})
        self.button = ipywidgets.Button(
            description="Promote", icon="check", button_style="primary", layout={"width": "auto"}
        )
        self.reason = ipywidgets.Text(
            placeholder=f"why it is promoted all the same (at least {LEAST_REASON} letters)",
            layout={"width": "420px"},
        )
        self.override = ipywidgets.Button(
            description="Promote against the gate", button_style="danger", layout={"width": "auto"}
        )
        self._verdicts, self._answer = ipywidgets.HTML(), ipywidgets.HTML()
        self.button.on_click(lambda _: self.press())
        self.override.on_click(lambda _: self.press(self.reason.value))
        self.reason.observe(lambda _: changed(), "value")
        row = {"align_items": "center", "flex_flow": "row wrap"}
        self._against = ipywidgets.HBox([self.reason, self.override], layout=row)
        first = ipywidgets.HBox([self._which, self.button, self._answer], layout=row)
        self.widget = ipywidgets.VBox([first, self._verdicts, self._against])

    def press(self, override: str = "") -> bool:
        """Ask for promotion; false if the last click is still at work. From any thread."""
        name, made = self._which.value, self._sources().get(self._which.value)
        if made is None:
            return False

        def send() -> "Future[Reply]":
            return self._thread.submit(self._promoted, name, made, override)

        return self._clicks.fire("promote", "promote", send)

    def show(self) -> None:
        """Assign what differs. On the loop only."""
        names = list(self._sources())
        if list(self._which.options) != names:
            chosen = WALK if WALK in names else names[0]
            self._which.options = names
            self._which.value = chosen
        found, is_busy = self.candidate, self._clicks.is_pending("promote")
        is_refused = found is not None and not found.passes and not is_busy
        self.button.disabled = is_busy
        self._against.layout.display = None if is_refused else "none"
        self.override.disabled = len(self.reason.value.strip()) < LEAST_REASON
        self._verdicts.value = verdicts_html(self._judged_name, found.verdicts) if found else ""
        self._answer.value = answer_html(self._clicks.last)

    def forget(self) -> None:
        """What the gate said was of another set."""
        self.candidate = None

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _promoted(self, name: str, made: Callable[[], object], override: str) -> Reply:
        found = candidate(made())
        self.candidate, self._judged_name = found, name
        self.path = promote(found, override=override)
        return Reply(str(self.path))


def verdicts_html(name: str, verdicts: list[Verdict]) -> str:
    """The gate's sentences."""
    rows = "".join(_verdict(each) for each in verdicts)
    return f'<div class="rustro-heading">The gate on {escape(name)}:</div>{rows}'


def answer_html(last: Answer | None) -> str:
    """What became of the last click."""
    if last is None:
        return '<span class="rustro-heading">the gate is asked first</span>'
    if last.state == "accepted":
        return f'<span class="rustro-chip good">promoted: {escape(last.text)}</span>'
    if last.state == "pending":
        return '<span class="rustro-chip">asking the gate …</span>'
    return f'<span class="rustro-chip bad">refused: {escape(last.text.split(":")[0])}</span>'


def _verdict(verdict: Verdict) -> str:
    mark, kind = MARKS[verdict.ok]
    return f'<div class="rustro-verdict"><b class="{kind}">{mark}</b>{escape(verdict.says)}</div>'
