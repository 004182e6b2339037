"""Changing a parameter: picked, checked as it is typed, tried on today's data, then applied."""

from collections.abc import Callable
from typing import Any

import ipywidgets

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.asked import Setting
from rustro_kernel.engine.events.system import ParameterChanged
from rustro_widgets.panels import parameter_values as values
from rustro_widgets.panels.background import Asked
from rustro_widgets.panels.buttons import button
from rustro_widgets.panels.changes import Changes
from rustro_widgets.panels.clicks import Clicks
from rustro_widgets.panels.controls import Fire
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.trying import PreviewOf, Trying
from rustro_widgets.panels.words import escape


class ParametersPanel:
    """One parameter at a time, and the day's changes with a button to take each back.

    Args:
        settings: What may be changed now; may wait.
        preview: What a change would have done.
        clicks: The answers.
        fire: Sends a command for a button.
        changed: Called when something is to be shown; may come on any thread.
    """

    title = "Parameters"

    def __init__(
        self,
        settings: Callable[[], tuple[Setting, ...]],
        preview: PreviewOf,
        clicks: Clicks,
        fire: Fire,
        changed: Callable[[object], object],
    ) -> None:
        self._settings, self.trying = Asked(settings, changed), Trying(preview, changed)
        self._clicks, self._fire = clicks, fire
        self._asked_at: object = None
        self._edited = ""
        self.key = ipywidgets.Dropdown(options=[], layout=ipywidgets.Layout(width="300px"))
        self.typed = ipywidgets.Text(layout=ipywidgets.Layout(width="130px"))
        self.picked = ipywidgets.Dropdown(options=[], layout=ipywidgets.Layout(width="130px"))
        for editor in (self.key, self.typed, self.picked):
            editor.observe(changed, "value")
        self.effect = button(
            "effect", "Effect on today", "info", "eye", "play the day so far again"
        )
        self.apply = button("apply", "Apply", "warning", "check", "in force from the next bar on")
        self.effect.on_click(lambda _: self.press_effect())
        self.apply.on_click(lambda _: self.press_apply())
        self.about, self.found = ipywidgets.HTML(), ipywidgets.HTML()
        self.changes = Changes(clicks, fire)
        self.widget = self._laid_out()

    @property
    def setting(self) -> Setting | None:
        """The one that is picked."""
        known = self._settings.answer or ()
        return next((each for each in known if each.key == self.key.value), None)

    @property
    def change(self) -> values.Change | None:
        """What would be set; None: nothing, or it cannot be."""
        setting = self.setting
        if setting is None or setting.key != self._edited:
            return None
        text = self.picked.value if values.choices(setting) else self.typed.value.strip()
        found = values.Change(setting.key, text or "")
        return None if values.problem(setting, found.text) else found

    def show(self, reading: Reading) -> None:
        """Assign what differs."""
        self._ask_again(reading)
        self._show_keys()
        setting = self.setting
        if setting is not None and setting.key != self._edited:
            self._edit(setting)
        problem = escape(self._settings.problem)
        self.about.value = values.about_html(setting) if setting else problem
        effect, change = self.trying.effect(self.change), self.change
        self.effect.disabled = change is None or effect.is_waiting
        is_pending = self._clicks.is_pending("apply")
        self.apply.disabled = change is None or is_pending or not effect.may_apply
        self.found.value = values.effect_html(setting, self._text, effect)
        self.changes.show(reading)

    def press_effect(self) -> None:
        """Try the change. From any thread."""
        if self.change is not None:
            self.trying.begin(self.change)

    def press_apply(self) -> bool:
        """Apply what was tried; false if it was not, or the click was ignored. From any thread."""
        change = self.change
        if change is None or not self.trying.effect(change).may_apply:
            return False
        is_sent = self._fire("set", button="apply", key=change.key, value=change.text)
        self.trying.forget()
        return is_sent

    @property
    def _text(self) -> str:
        setting = self.setting
        is_picked = setting is not None and values.choices(setting)
        return (self.picked.value or "") if is_picked else self.typed.value.strip()

    def _ask_again(self, reading: Reading) -> None:
        """After every change, and for as long as one waits for its bar."""
        is_waiting = any(each.pending for each in self._settings.answer or ())
        minute = reading.view.now_ns // MINUTE if is_waiting else 0
        changes = len(reading.day.listed[ParameterChanged])
        now = (reading.view.session_id, changes, minute)
        if now != self._asked_at and self._settings.ask():
            self._asked_at = now

    def _show_keys(self) -> None:
        keys = tuple(each.key for each in self._settings.answer or ())
        if keys != tuple(self.key.options):
            chosen = self.key.value
            self.key.options = keys
            self.key.value = chosen if chosen in keys else next(iter(keys), None)

    def _edit(self, setting: Setting) -> None:
        """Begin with the value as it is."""
        self._edited, now = setting.key, values.shown(setting.value)
        options = values.choices(setting)
        self.typed.layout.display = "none" if options else None
        self.picked.layout.display = None if options else "none"
        if options:
            self.picked.options = options
            self.picked.value = now if now in options else options[0]
        else:
            self.typed.value = now

    def _laid_out(self) -> Any:  # noqa: ANN401 - ipywidgets is untyped
        editors = (self.key, self.typed, self.picked)
        for editor, name in zip(editors, ("key", "value", "choice"), strict=True):
            editor.add_class(f"rustro-{name}")
        line = ipywidgets.HBox([*editors, self.effect, self.apply])
        line.add_class("rustro-controls")
        return ipywidgets.VBox([line, self.about, self.found, self.changes.widget])
