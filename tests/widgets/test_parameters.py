"""Changing a parameter: checked as it is typed, tried on today's data, applied, taken back."""

from typing import Any

import pytest

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.asked import Course, Preview, Setting
from rustro_kernel.engine.events.system import ParameterChanged
from rustro_kernel.engine.turn import Event
from rustro_widgets import Cockpit
from rustro_widgets.panels import parameter_values as values
from rustro_widgets.panels.parameters import ParametersPanel
from tests.session.waiting import until_blocking
from tests.widgets import views
from tests.widgets.make import OPEN
from tests.widgets.spying import press

RSI = Setting("strategy.rsi_low", 40.0, "number", "", 0.0, 100.0, default=40.0, meaning="an <RSI>")
TAB = 2
SETTINGS = (
    RSI,
    Setting("risk.max_losses", 3, "whole", low=1.0),
    Setting("strategy.volume_filter", "hours20", "choice", choices=("hours20", "off")),
    Setting("exits.low_volume_exit", True, "switch"),
    Setting("exits.target_pct", None, "number", "%", 0.0, can_be_none=True),
)
BY_KEY = {setting.key: setting for setting in SETTINGS}


@pytest.mark.parametrize(
    ("key", "text", "problem"),
    [
        ("strategy.rsi_low", "35.5", ""),
        ("strategy.rsi_low", "", "type a value"),
        ("strategy.rsi_low", "low", "low is no number"),
        ("strategy.rsi_low", "nan", "nan is no number"),
        ("strategy.rsi_low", "-1", "-1 is below 0"),
        ("strategy.rsi_low", "101", "101 is above 100"),
        ("strategy.rsi_low", "none", "strategy.rsi_low cannot be none"),
        ("risk.max_losses", "2.5", "2.5 is no whole number"),
        ("strategy.volume_filter", "on", "on is none of hours20, off"),
        ("exits.low_volume_exit", "yes", "yes is neither true nor false"),
        ("exits.target_pct", "none", ""),
    ],
)
def test_a_value_is_judged_as_it_is_typed(key: str, text: str, problem: str):
    assert values.problem(BY_KEY[key], text) == problem


@pytest.mark.parametrize(
    ("value", "text"), [(None, "none"), (True, "true"), (40.0, "40"), (0.25, "0.25"), (3, "3")]
)
def test_a_value_is_shown_as_set_takes_it(value: object, text: str):
    assert values.shown(value) == text


def test_a_setting_says_where_it_stands_and_what_it_may_be():
    html = values.about_html(Setting(**{**_facts(RSI), "pending": "35"}))
    assert "now 40, 35 from the next bar on" in html
    assert "from 0 to 100" in html
    assert "an &lt;RSI&gt;" in html


def _facts(setting: Setting) -> dict[str, Any]:
    return {name: getattr(setting, name) for name in Setting.__struct_fields__}


PREVIEW = Preview(
    "strategy.rsi_low",
    "35",
    "one signal less <today>",
    until_ns=OPEN + 60 * MINUTE,
    without=Course(signals=(OPEN, OPEN + MINUTE), day_pnl_paise=50_000),
    with_it=Course(signals=(OPEN,), day_pnl_paise=-20_000),
)


def test_a_preview_shows_the_day_with_and_without():
    html = values.preview_html(PREVIEW)
    assert "one signal less &lt;today&gt;" in html
    assert "<td>as it is</td><td>2</td><td>0</td>" in html
    assert '<span class="rustro-down">-200.00</span></td><td>09:15</td>' in html


class Opened:
    """A cockpit with its tab of parameters open and the settings there."""

    def __init__(self) -> None:
        self.session = views.FakeSession()
        self.session.settings = SETTINGS
        self.cockpit = Cockpit(self.session)
        self.cockpit._tabs.widget.selected_index = TAB
        until_blocking(lambda: self.panel._edited == "strategy.rsi_low")

    @property
    def panel(self) -> ParametersPanel:
        return self.cockpit._parameters


@pytest.fixture
def opened(messages: list[Any]) -> Opened:
    return Opened()


def test_a_change_is_applied_only_after_its_effect_was_seen(opened: Opened):
    panel, session = opened.panel, opened.session
    panel.typed.value = "35"
    assert (panel.effect.disabled, panel.apply.disabled) == (False, True)
    assert not panel.press_apply()
    press(panel.effect)
    assert "playing the day so far again" in panel.found.value
    assert session.previewed == [("strategy.rsi_low", "35")]
    assert panel.apply.disabled
    session.previews[-1].set_result(PREVIEW)
    assert "one signal less" in panel.found.value
    press(panel.apply)
    assert session.sent == [("set", {"key": "strategy.rsi_low", "value": "35"})]


def test_the_effect_of_one_value_lets_no_other_through(opened: Opened):
    panel, session = opened.panel, opened.session
    panel.typed.value = "35"
    press(panel.effect)
    session.previews[-1].set_result(PREVIEW)
    panel.typed.value = "34"
    assert panel.apply.disabled
    assert not panel.press_apply()
    panel.key.value = "exits.low_volume_exit"
    assert panel.apply.disabled
    assert session.sent == []


def test_a_wrong_value_can_neither_be_tried_nor_applied(opened: Opened):
    panel = opened.panel
    panel.typed.value = "400"
    assert "400 is above 100" in panel.found.value
    assert (panel.effect.disabled, panel.apply.disabled) == (True, True)


def test_an_effect_that_cannot_be_worked_out_is_said_and_not_applied(opened: Opened):
    panel = opened.panel
    panel.typed.value = "35"
    press(panel.effect)
    opened.session.previews[-1].set_exception(RuntimeError("no minute yet"))
    assert "no minute yet" in panel.found.value
    assert panel.apply.disabled


def test_a_switch_is_picked_and_not_typed(opened: Opened):
    panel = opened.panel
    panel.key.value = "exits.low_volume_exit"
    assert panel.typed.layout.display == "none"
    assert panel.picked.value == "true"
    panel.picked.value = "false"
    assert panel.change == values.Change("exits.low_volume_exit", "false")


def changed(seq: int, old: str, new: str) -> Event:
    data = ParameterChanged("exits.target_pct", old, new, "operator")
    return Event(seq, seq, OPEN + seq * MINUTE, "ParameterChanged", None, None, data)


def test_a_change_is_taken_back_with_one_click(opened: Opened):
    session = opened.session
    session.happen(changed(1, "None", "5"), changed(2, "5", "8"))
    opened.cockpit.draw()
    rows = opened.panel.changes.rows
    first: Any = rows.row("1")
    assert "09:16:00  exits.target_pct: None → 5  by operator" in first._text.value
    press(first.button)
    press(first.button)
    assert session.sent == [("set", {"key": "exits.target_pct", "value": "none"})]


def test_a_double_click_on_revert_does_not_revert_the_revert_that_moved_under_it(opened: Opened):
    session, rows = opened.session, opened.panel.changes.rows
    session.happen(changed(1, "5", "8"))
    opened.cockpit.draw()
    newest: Any = rows.row("1")
    press(newest.button)
    session.answer()
    session.happen(changed(2, "8", "5"))
    opened.cockpit.draw()
    newest = rows.row("2")
    press(newest.button)
    assert session.sent == [("set", {"key": "exits.target_pct", "value": "5"})]


def test_what_went_wrong_with_the_settings_is_no_markup(opened: Opened):
    opened.panel._settings.answer, opened.panel._settings.problem = None, "<img src=x>"
    opened.cockpit._again()
    assert opened.panel.about.value == "&lt;img src=x&gt;"


def test_only_the_last_changes_are_shown_the_newest_first():
    events = [changed(n, str(n - 1), str(n)) for n in range(1, 12)]
    assert [event.seq for event in values.last_changes(events)] == [11, 10, 9, 8, 7, 6, 5, 4]
