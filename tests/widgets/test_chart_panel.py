"""The live chart with fake comms: what reaches the browser, and what a person does to it."""

import gc
from collections.abc import Iterator
from typing import Any

import comm
import numpy as np
import pytest
from msgspec.structs import replace

from rustro_kernel.domain.bars import Bar
from rustro_kernel.domain.market_time import DAY, MINUTE
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import View
from rustro_widgets.panels.candle_chart import ChartPanel
from rustro_widgets.panels.day import Day
from rustro_widgets.panels.live_text import LiveText
from rustro_widgets.panels.palette import BLUE_ORANGE
from rustro_widgets.panels.reading import Reading
from tests.session.waiting import until_blocking
from tests.widgets import make, views
from tests.widgets.make import OPEN
from tests.widgets.spying import SpyComm, press, size


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """The messages since the last clear."""
    SpyComm.messages = []
    monkeypatch.setattr(comm, "create_comm", SpyComm)
    yield SpyComm.messages
    gc.collect()


def reading(view: View, day: Day | None = None) -> Reading:
    return Reading(view, day or Day(), 0, {}, {}, 0.0)


def shown(count: int = 200, **fields: Any) -> Reading:
    """A day of so many bars, the last one being built."""
    return reading(views.view(count, underlyings=(views.underlying(count, **fields),)))


def ticked(count: int = 200, rise: int = 50) -> Reading:
    last = views.bar(count - 1)
    moved = replace(last, close=last.close + rise)
    return shown(count, partial=moved, price_paise=moved.close)


class Chart(ChartPanel):
    """A chart that shows its reading again when a person has done something."""

    def __init__(self, session: views.FakeSession | None = None) -> None:
        self.reading = shown()
        self.asked = 0
        self.words = LiveText()
        super().__init__(self.again, self.words, session)

    def again(self, _: object) -> None:
        self.asked += 1

    def see(self, new: Reading) -> None:
        self.reading = new
        self.show(new)
        self.words.send()

    @property
    def span(self) -> tuple[float, float]:
        return self._x.min, self._x.max

    def drag(self, low: float, high: float) -> None:
        """What a browser sends while a person pans or zooms."""
        state = {"min": low, "max": high}
        data = {"method": "update", "state": state, "buffer_paths": []}
        self._x.comm.handle_msg({"content": {"data": data}, "buffers": [], "metadata": {}})
        self.show(self.reading)

    def click(self, name: str) -> None:
        press(self.toolbar.moves[name])
        self.show(self.reading)

    def choose(self, **values: object) -> None:
        for name, value in values.items():
            getattr(self.toolbar, name).value = value
        self.see(self.reading)


@pytest.fixture
def chart(messages: list[dict[str, Any]]) -> Chart:
    made = Chart()
    made.see(shown())
    messages.clear()
    return made


def changed(messages: list[dict[str, Any]]) -> list[list[str]]:
    return sorted(sorted(message["state"]) for message in messages)


def test_a_tick_costs_two_small_messages(chart: Chart, messages: list[dict[str, Any]]):
    chart.see(ticked())
    assert changed(messages) == [["value"], ["y"]]
    assert size(messages) < 500


def test_a_tick_costs_as_little_in_every_timeframe(chart: Chart, messages: list[dict[str, Any]]):
    for frame in ("5m", "15m"):
        chart.choose(timeframe=frame)
        chart.see(ticked(rise=10))
        messages.clear()
        chart.see(ticked(rise=60))
        assert changed(messages) == [["value"], ["y"]]


def test_the_same_reading_costs_nothing(chart: Chart, messages: list[dict[str, Any]]):
    chart.show(chart.reading)
    assert messages == []


def test_a_new_minute_is_drawn_once_and_less_than_40_kb(
    chart: Chart, messages: list[dict[str, Any]]
):
    chart.see(shown(201))
    assert 1_000 < size(messages) < 40_000
    messages.clear()
    chart.see(ticked(201))
    assert size(messages) < 500


def test_the_last_bar_is_followed(chart: Chart):
    low, high = chart.span
    chart.see(shown(203))
    assert chart.span == (low + 3, high + 3)


def test_a_window_dragged_into_the_past_is_not_undone_by_the_next_tick(
    chart: Chart, messages: list[dict[str, Any]]
):
    seen = chart.asked
    chart.drag(20.0, 80.0)
    assert chart.asked == seen + 1
    messages.clear()
    chart.see(ticked(200))
    chart.see(shown(205))
    assert chart.span == (20.0, 80.0)
    assert not any({"min", "max"} <= set(m["state"]) and m["state"]["min"] < 1e4 for m in messages)
    chart.click("now")
    assert chart.span == (150.0, 210.0)
    chart.see(shown(206))
    assert chart.span == (151.0, 211.0)


def test_prices_fit_the_bars_that_were_dragged_into_view(chart: Chart):
    before = chart.price._y.min, chart.price._y.max
    chart.drag(20.0, 80.0)
    after = chart.price._y.min, chart.price._y.max
    inside = [views.bar(n) for n in range(20, 80)]
    assert before != after
    assert after[0] < min(bar.low for bar in inside) / 100
    assert after[1] > max(bar.high for bar in inside) / 100


def test_many_bars_have_a_fine_outline(chart: Chart):
    assert chart.price.history.stroke_width == 1.0
    chart.drag(-100.0, 250.0)
    assert chart.price.history.stroke_width == chart.price.live.stroke_width == 0.4


def test_crosshair_and_pan_exclude_each_other(chart: Chart):
    assert chart.price.widget.interaction in chart._pans
    chart.choose(crosshair=True)
    assert chart.price.widget.interaction is chart._selector
    chart.choose(crosshair=False)
    assert chart.price.widget.interaction in chart._pans
    assert chart._selector.selected is None


def test_the_crosshair_reads_a_bar_and_marks_it_in_every_pane(chart: Chart):
    chart.choose(crosshair=True)
    assert "12:34" in chart.readout.value  # the last bar, to begin with
    chart._selector.selected = np.array([30.4])
    chart.show(chart.reading)
    assert "09:45" in chart.readout.value
    assert "O</span> 25," in chart.readout.value
    for pane in (chart.panes.adx, chart.panes.rsi):
        assert list(pane._cursor.x) == [30.0, 30.0]
        assert pane._cursor.visible


def test_the_arrows_move_the_crosshair_bar_by_bar_without_a_mouse(chart: Chart):
    chart.choose(crosshair=True)
    chart.click("back")
    chart.click("back")
    assert "12:32" in chart.readout.value
    chart.click("on")
    assert "12:33" in chart.readout.value


def test_the_arrows_pan_while_there_is_no_crosshair(chart: Chart):
    low, high = chart.span
    chart.click("back")
    assert chart.span == (low - 60, high - 60)
    chart.click("closer")
    assert chart.span[1] - chart.span[0] == pytest.approx(84)


def test_another_timeframe_shows_its_last_bars(chart: Chart):
    chart.drag(20.0, 80.0)
    chart.choose(timeframe="5m")
    assert len(chart.price.history.x) + len(chart.price.live.x) == 40
    assert chart.span[1] > 39
    assert "NIFTY 5m" in chart.readout.value


def earlier(count: int) -> tuple[Bar, ...]:
    """Five-minute bars of the day before."""
    bars = (views.bar(5 * n) for n in range(count))
    return tuple(replace(bar, start_ns=bar.start_ns - DAY) for bar in bars)


def test_bars_before_today_are_asked_for_off_the_loop_and_joined(messages: list[dict[str, Any]]):
    session = views.FakeSession()
    session.earlier["5m"] = earlier(75)
    chart = Chart(session)
    chart.choose(timeframe="5m")
    until_blocking(lambda: chart.asked > 1)
    chart.show(chart.reading)
    assert len(chart.price.history.x) + len(chart.price.live.x) == 115
    assert chart.price._time.tick_labels["75"] == "15 Jul"


def test_a_session_that_had_no_time_is_asked_again_with_the_next_minute(
    messages: list[dict[str, Any]],
):
    session = views.FakeSession()
    chart = Chart(session)
    chart.choose(timeframe="5m")
    until_blocking(lambda: chart.asked > 1)
    chart.show(chart.reading)
    session.earlier["5m"] = earlier(75)
    seen = chart.asked
    chart.see(shown(201))
    until_blocking(lambda: chart.asked > seen)
    chart.show(chart.reading)
    assert chart._body is not None
    assert chart._body.bars.today == 75


def test_the_premium_of_what_is_held_can_be_chosen(chart: Chart):
    held = views.position(partial=views.bar(200, 12_100), target_paise=15_000)
    view = views.view(200, positions=(held,), underlyings=chart.reading.view.underlyings)
    chart.see(reading(view))
    assert chart.toolbar.source.options == ("NIFTY", held.symbol)
    assert chart.toolbar.source.value == "NIFTY"
    chart.choose(source=held.symbol)
    assert "<b>121.00</b>" in chart.words.widget.value
    chart.see(shown(200))
    assert chart.toolbar.source.value == "NIFTY"


def test_an_option_bought_later_comes_last_and_the_choice_stays(chart: Chart):
    first, second = views.position(), views.position(position_id="P2", symbol="NIFTY2")
    told = Event(1, 1, OPEN, "PositionOpened", None, None, make.opened())
    both = views.view(200, positions=(second, first), underlyings=chart.reading.view.underlyings)
    chart.see(reading(views.view(200, positions=(first,)), Day([told])))
    chart.choose(source=first.symbol)
    chart.see(reading(both, Day([told])))
    assert chart.toolbar.source.options == ("NIFTY", first.symbol, "NIFTY2")
    assert chart.toolbar.source.value == first.symbol


def test_a_palette_colours_candles_and_directions(chart: Chart):
    chart.set_palette(BLUE_ORANGE)
    pair = [BLUE_ORANGE.up, BLUE_ORANGE.down]
    assert chart.price.history.colors == chart.price.live.colors == pair
    assert chart.panes.adx.lines["minus"].colors == [BLUE_ORANGE.down]
    assert chart.price.levels["stop"].colors == [BLUE_ORANGE.down]


def test_parts_have_names_that_a_page_can_be_asked_for(chart: Chart):
    assert "rustro-chart" in chart.price.widget._dom_classes
    assert "rustro-timeframe" in chart.toolbar.timeframe._dom_classes
    assert "rustro-crosshair" in chart.toolbar.crosshair._dom_classes
    assert "rustro-readout" in chart.readout.value


def test_a_day_without_a_bar_can_be_shown(messages: list[dict[str, Any]]):
    chart = Chart()
    chart.see(reading(View()))
    assert "no bars yet" in chart.readout.value
    chart.see(shown(0))
    chart.see(shown(1))
    chart.see(shown(2))
    assert list(chart.price.live.x) == [0, 1]
    assert views.bar(1).start_ns == OPEN + MINUTE
