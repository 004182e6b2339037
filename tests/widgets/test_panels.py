"""What the panels say, without any widget."""

import pytest

from rustro_kernel.engine.view import Refusal, View
from rustro_widgets.panels import state_strip, tables, words
from rustro_widgets.panels.clicks import Clicks
from rustro_widgets.panels.control_values import ControlValues, control_values
from rustro_widgets.panels.minute import last_minute
from rustro_widgets.panels.position_cells import fixed_html
from rustro_widgets.panels.resuming import Resuming
from tests.widgets import views


@pytest.mark.parametrize(
    ("paise", "shown"),
    [(0, "0.00"), (5, "0.05"), (12_345_678_90, "1,23,45,678.90"), (-100_050, "-1,000.50")],
)
def test_rupees_are_grouped_as_in_india(paise: int, shown: str):
    assert words.price(paise) == shown


def test_the_mode_stands_first():
    for mode in ("sim", "paper", "live"):
        head = state_strip.head_html(View(mode=mode))
        assert f'<span class="rustro-mode {mode}">{mode.upper()}</span>' in head


def test_every_reason_for_no_entries_is_shown():
    html = state_strip.state_html(views.view(refusals=("one", "two"), overlays=("PAUSED",)))
    assert all(f">{text}</span>" in html for text in ("one", "two", "PAUSED", "no entries"))
    assert "accepting" not in html


def test_an_open_session_accepts_entries():
    html = state_strip.state_html(views.view(accepting_entries=True))
    assert ">accepting entries</span>" in html
    assert "no entries" not in html


def test_words_from_outside_are_escaped():
    evil = "<script>alert(1)</script>"
    shown = views.view(
        refusals=(evil,),
        positions=(views.position(symbol=evil),),
        underlyings=(views.underlying(name=evil, first_no=evil),),
    )
    held, desk = shown.positions[0], shown.underlyings[0]
    parts = (
        *(state_strip.head_html(shown), state_strip.state_html(shown)),
        *(fixed_html(held), tables.minute_html(last_minute([], desk))),
    )
    for html in parts:
        assert "<script" not in html
        assert "&lt;script" in html


def test_gates_show_the_deciding_one_and_prices_in_rupees():
    html = tables.minute_html(last_minute([], views.underlying()))
    assert '<tr class="first"><td><span>trigger</span></td>' in html
    assert "<td>25,000.00</td><td>25,100.50</td>" in html
    assert '<tr class="off"><td><span>spread</span></td>' in html


def states(shown: View, *, armed_s: int = 0) -> list[bool]:
    values = control_values(shown, Clicks(lambda: None), armed_s=armed_s)
    return [s.is_enabled for s in (values.start, values.pause, values.flatten, values.kill)]


def test_only_start_makes_sense_before_the_start():
    assert states(View()) == [True, False, False, False]


def test_kill_needs_arming():
    assert states(views.view()) == [False, True, True, False]
    assert states(views.view(), armed_s=5) == [False, True, True, True]


def test_nothing_makes_sense_after_the_close():
    assert states(views.view(state="CLOSED"), armed_s=5) == [False] * 4


def resumed(reason: str = "", **fields) -> ControlValues:
    return control_values(views.view(**fields), Clicks(lambda: None), reason=reason)


def test_resume_is_there_while_there_is_something_of_the_operators_to_take_away():
    assert resumed(overlays=("RECOVERING_DATA",), can_resume=True).resume.is_enabled
    assert resumed(overlays=("RECOVERING_DATA",)).resuming is None


def test_resume_names_what_it_would_take_away():
    why = (
        Refusal("LOSS_HALT", "daily loss limit", "the limit was hit", 1, "the operator resumes"),
        Refusal("PAUSED", "operator", "paused", 1, "the operator resumes"),
        Refusal("VIX_HALT", "VIX breaker", "VIX 31", 1, "VIX below 28"),
    )
    case = resumed(reasons=why, can_resume=True).resuming
    assert case == Resuming(("LOSS_HALT", "PAUSED"), "reason to resume", False)


@pytest.mark.parametrize(
    ("typed", "is_enough"), [("", False), ("a b c d", False), ("all is flat", True)]
)
def test_resuming_after_a_kill_wants_a_reason_of_eight_letters(typed: str, is_enough: bool):
    values = resumed(typed, overlays=("KILLED",), can_resume=True)
    assert values.resume.is_enabled is is_enough


def test_what_is_paused_cannot_be_paused_again():
    assert not resumed(overlays=("PAUSED",), can_resume=True).pause.is_enabled
    assert resumed().pause.is_enabled
