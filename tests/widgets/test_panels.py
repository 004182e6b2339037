"""What the panels say, without any widget."""

import pytest

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.view import Refusal, View
from rustro_widgets.panels import candle_values, state_strip, tables, words
from rustro_widgets.panels.clicks import Clicks
from rustro_widgets.panels.controls import ControlValues, control_values
from rustro_widgets.panels.minute import last_minute
from rustro_widgets.panels.position_cells import fixed_html
from rustro_widgets.panels.resuming import Resuming
from tests.widgets import views
from tests.widgets.make import price


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


def test_the_last_two_bars_stand_apart():
    values = candle_values.chart_values(views.view(20))
    assert (len(values.history.x), values.live.x) == (18, [18, 19])


@pytest.mark.parametrize(("count", "history", "live"), [(0, 0, 0), (1, 0, 0), (3, 0, 3), (4, 2, 2)])
def test_a_mark_never_holds_a_single_bar(count: int, history: int, live: int):
    values = candle_values.chart_values(views.view(count))
    assert (len(values.history.x), len(values.live.x)) == (history, live)


def test_the_price_range_fits_the_visible_bars():
    few = candle_values.chart_values(views.view(100), shown=10)
    low = min(price(n) for n in range(90, 100)) / 100 - 9
    assert low - 10 < few.y_range[0] < low
    assert few.x_range[0] == 89.0
    assert all(few.y_range[0] <= p <= few.y_range[1] for p in few.prices)


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(0.0, 100.0, [0, 20, 40, 60, 80, 100]), (19_975.0, 20_125.0, [20_000, 20_050, 20_100])],
)
def test_prices_on_the_axis_are_round(low: float, high: float, shown: list[float]):
    assert candle_values.nice_prices(low, high, most=5) == shown


def test_labels_are_indian_clock_times():
    values = candle_values.chart_values(views.view(60))
    assert values.ticks == {0: "09:15", 15: "09:30", 30: "09:45", 45: "10:00"}


def test_a_label_at_the_edge_is_left_out():
    assert next(iter(candle_values.chart_values(views.view(165), shown=120).ticks)) == 60


def test_a_marker_stands_at_its_minute():
    values = candle_values.chart_values(views.view())
    assert values.markers == {"entry": [(3.0, price(3) / 100)]}


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


def test_a_bar_of_another_minute_has_no_marker():
    assert candle_values.placed(views.view().markers, [views.bar(9)]) == {}
    assert views.bar(1).start_ns - views.bar(0).start_ns == MINUTE
