"""Running to an event or a gate, and breakpoints on them."""

from collections.abc import Callable
from typing import Any

import ipywidgets

from rustro_kernel.records.stops import Stop, StopKind
from rustro_widgets.panels.buttons import button
from rustro_widgets.panels.tables import PAISE
from rustro_widgets.panels.words import escape, grouped
from rustro_widgets.replaying.course import Course
from rustro_widgets.replaying.transport import Ask

KINDS = {
    "event": StopKind.EVENT,
    "first no is": StopKind.FIRST_NO,
    "gate says yes": StopKind.PASSES,
}
PREFERRED = ("SignalGenerated", "EntryEvaluated")


class RunningTo:
    """A kind of place, its name, the next and the previous one, and what play stops at.

    Args:
        course: What is moved.
        ask: Has something done on the notebook's loop.
    """

    def __init__(self, course: Course, ask: Ask) -> None:
        self._course, self._ask = course, ask
        self._shown: tuple[Stop, ...] = ()
        self._offered: tuple[tuple[str, str], ...] = ()
        self._proposed: str | None = None
        self.kind = ipywidgets.Dropdown(
            options=list(KINDS), layout=ipywidgets.Layout(width="118px")
        )
        self.name = ipywidgets.Dropdown(layout=ipywidgets.Layout(width="230px"))
        self.back = button(
            "previous", "previous", "", "step-backward", "run back to the one before"
        )
        self.on = button("next", "next", "", "step-forward", "run to the next one")
        self.add = button("breakpoint", "breakpoint", "", "plus", "play stops wherever this is so")
        self._chips = ipywidgets.HBox(layout=ipywidgets.Layout(flex_flow="row wrap"))
        self._note = ipywidgets.HTML()
        self.kind.observe(lambda _: self._ask(self._offer), "value")
        self.back.on_click(lambda _: self._with(lambda stop: course.run_to(stop, back=True)))
        self.on.on_click(lambda _: self._with(course.run_to))
        self.add.on_click(lambda _: self._with(course.add))
        layout = ipywidgets.Layout(align_items="center", flex_flow="row wrap")
        parts = [self.kind, self.name, self.back, self.on, self.add, self._chips, self._note]
        self.widget = ipywidgets.HBox(parts, layout=layout)
        self.widget.add_class("rustro-steps")

    def show(self) -> None:
        """Assign what differs."""
        self._offer()
        self._note.value = note_html(self._course)
        if self._course.stops != self._shown:
            self._shown = self._course.stops
            self._chips.children = [self._chip(stop) for stop in self._shown]

    def _offer(self) -> None:
        """The names of the chosen kind that the day has, as far as it is known."""
        names = self._names()
        known = {value for _, value in names}
        if tuple(names) == self._offered:
            return
        is_chosen = self.name.value != self._proposed and self.name.value in known
        kept = self.name.value if is_chosen else names[0][1] if names else None
        self._offered = tuple(names)
        self.name.options = names
        if not is_chosen:
            self._proposed = kept
        self.name.value = kept

    def _names(self) -> list[tuple[str, str]]:
        """Labels and names; counts only once they are final."""
        survey = self._course.stepper.survey
        if KINDS[self.kind.value] is not StopKind.EVENT:
            return [(name.removesuffix(PAISE), name) for name in survey.events.gates()]
        counts = {name: len(found) for name, found in survey.events.by_type.items()}
        return event_names(counts, are_final=survey.is_over)

    def _with(self, act: Callable[[Stop], None]) -> None:
        """Do something with the place that is chosen, if one is."""
        kind, name = KINDS[self.kind.value], self.name.value
        if name is not None:
            self._ask(lambda: act(Stop(kind, str(name))))

    def _chip(self, stop: Stop) -> Any:  # noqa: ANN401 - ipywidgets is untyped
        chip = ipywidgets.Button(description=f"{stop} ✕", tooltip="take this breakpoint away")
        chip.add_class("rustro-stop")
        chip.on_click(lambda _: self._ask(lambda: self._course.remove(stop)))
        return chip


def event_names(counts: dict[str, int], *, are_final: bool = True) -> list[tuple[str, str]]:
    """Types with how often they came: what is asked for most first, then by name."""
    label = "{} ({})" if are_final else "{}"
    first = [name for name in PREFERRED if name in counts]
    names = [*first, *sorted(set(counts) - set(first))]
    return [(label.format(name, grouped(counts[name])), name) for name in names]


def note_html(course: Course) -> str:
    """Why it stands where it stands, or that it is on its way."""
    is_on_its_way = course.is_waiting and not course.is_playing
    words = "on the way …" if is_on_its_way else course.note
    return f'<div class="rustro-note">{escape(words)}</div>' if words else ""
