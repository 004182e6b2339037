"""Positions and orders with their buttons, risk meters, and the day's tables."""

from typing import Any

import pytest
from ipywidgets.widgets import widget

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.events import orders as o
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import LimitsView, OrderView
from rustro_widgets import Cockpit
from rustro_widgets.panels import meters, position_cells
from rustro_widgets.panels.clicks import Clicks
from rustro_widgets.panels.day import Day
from rustro_widgets.panels.day_table import orders_html, trades_html
from rustro_widgets.panels.live_text import LiveText
from rustro_widgets.panels.positions import PositionsPanel
from tests.widgets import views
from tests.widgets.make import OPEN, OPTION, closed
from tests.widgets.spying import press

ENTRY = OrderView("t1", OPTION, "BUY", 65, 0, 11_850, "open")
STOP = OrderView("t2", OPTION, "SELL", 65, 0, 7_560, "open", 8_400)
LIMITS = LimitsView(
    daily_loss_limit_paise=-3_000_000,
    funds_paise=100_000_000,
    margin_used_paise=6_000_000,
    margin_used_bps=600,
    margin_limit_bps=8_000,
    vix_halt_paise=3_000,
    vix_resume_paise=2_800,
    max_losses=3,
    max_positions=3,
    entries_left=2,
)


@pytest.mark.parametrize(
    ("trail", "shown"),
    [(None, "24.00 (20.0 %)"), (11_400, "6.00 (5.0 %)"), (9_000, "24.00 (20.0 %)")],
)
def test_the_distance_is_to_whichever_stop_comes_first(trail: int | None, shown: str):
    position = views.position(price_paise=12_000, stop_paise=9_600, trail_paise=trail)
    assert position_cells.distance(position) == shown


def test_a_position_shows_stop_and_that_it_is_closing_and_its_result_with_a_sign():
    held = views.position(closing="EOD")
    fixed, live = position_cells.fixed_html(held), position_cells.live_html(held)
    assert all(text in fixed for text in ("96.00", "120.00", "closing: EOD"))
    assert '<b class="rustro-up">+65.00</b>' in live


def test_an_order_shows_the_trigger_of_a_stop_that_rests():
    assert "<span>open, trigger 84.00</span>" in position_cells.order_html(STOP)


def cockpit_on(**fields: Any) -> tuple[Cockpit, views.FakeSession]:
    session = views.FakeSession(views.view(**fields))
    return Cockpit(session), session


def test_close_sells_its_own_position_once(messages: list[Any]):
    two = (views.position(), views.position(position_id="P2"))
    cockpit, session = cockpit_on(positions=two)
    button: Any = cockpit._positions.positions.row("P2")
    press(button.button)
    press(button.button)
    assert session.sent == [("close", {"position": "P2"})]
    assert (button.button.description, button.button.disabled) == ("Closing …", True)
    other: Any = cockpit._positions.positions.row("P1")
    assert not other.button.disabled


def test_a_double_click_closes_no_second_position_that_moved_up():
    times, session = [10.0], views.FakeSession()
    clicks = Clicks(lambda: None, views.clock_of(times))

    def fire(command: str, button: str = "", **args: str) -> bool:
        is_sent: bool = clicks.fire(button, command, lambda: session.send(command, **args))
        return is_sent

    panel = PositionsPanel(clicks, fire, LiveText())
    assert panel.close("P1")
    times.append(10.3)
    assert not panel.close("P2")
    times.append(11.0)
    assert panel.close("P2")
    assert session.sent == [("close", {"position": "P1"}), ("close", {"position": "P2"})]


def test_a_position_that_is_being_closed_cannot_be_closed_again(messages: list[Any]):
    cockpit, _ = cockpit_on(positions=(views.position(closing="EOD"),))
    row: Any = cockpit._positions.positions.row("P1")
    assert row.button.disabled


def test_the_row_of_a_position_goes_with_it(messages: list[Any]):
    cockpit, session = cockpit_on(positions=(views.position(),))
    row: Any = cockpit._positions.positions.row("P1")
    session.view = views.view()
    cockpit.draw()
    assert cockpit._positions.positions.widget.children == ()
    assert row.widget.comm is None
    assert "No open position" in cockpit._positions.head.value


def test_an_entry_can_be_cancelled_and_an_exit_cannot(messages: list[Any]):
    cockpit, session = cockpit_on(orders=(ENTRY, STOP))
    entry: Any = cockpit._positions.orders.row("t1")
    stop: Any = cockpit._positions.orders.row("t2")
    assert stop.button.disabled
    press(entry.button)
    assert session.sent == [("cancel", {"order": "t1"})]


def meter(name: str, **fields: Any) -> meters.Meter:
    shown = views.view(**{"limits": LIMITS, **fields})
    return next(each for each in meters.meters(shown) if each.name == name)


def test_meters_show_the_part_of_each_limit_that_is_used():
    loss = meter("day loss", day_pnl_paise=-2_250_000)
    assert (loss.figure, loss.limit, loss.share) == ("75 %", "of Rs 30,000", 0.75)
    assert meter("day loss", day_pnl_paise=50_000).share == 0.0
    vix = meter("VIX", vix_paise=1_500)
    assert (vix.figure, vix.limit, vix.share) == ("15.0", "of 30", 0.5)
    margin = meter("margin")
    assert (margin.figure, margin.limit, margin.hint) == (
        "6 %",
        "of 80 %",
        "Rs 60,000 of Rs 10,00,000",
    )


def test_a_cooldown_says_until_when():
    paused = LimitsView(max_losses=3, cooldown_until_ns=OPEN + 45 * MINUTE)
    found = meter("losses in a row", limits=paused, losses_in_row=3)
    assert (found.figure, found.limit, found.share) == ("3", "of 3, pause until 10:00", 1.0)


def test_breakers_that_tripped_are_named():
    assert meter("breakers").figure == "none"
    assert meter("breakers", overlays=("PAUSED", "VIX_HALT")).figure == "VIX_HALT"


@pytest.mark.parametrize(
    ("share", "level"), [(None, "ok"), (0.5, "ok"), (0.8, "near"), (1.2, "at")]
)
def test_a_meter_is_coloured_by_how_near_its_limit_is(share: float | None, level: str):
    assert meters.level(share) == level


def test_meters_without_limits_show_a_dash():
    assert [m.figure for m in meters.meters(views.view())][:3] == ["–"] * 3  # noqa: RUF001


def test_ticks_of_a_position_leave_the_meters_as_they_are():
    before = meters.meters_html(views.view(limits=LIMITS, day_pnl_paise=-100_000, vix_paise=1_501))
    after = meters.meters_html(views.view(limits=LIMITS, day_pnl_paise=-100_500, vix_paise=1_502))
    assert before == after


def day(*payloads: Any) -> Day:
    return Day(
        Event(n, n, OPEN + n * MINUTE, type(data).__name__, None, None, data)
        for n, data in enumerate(payloads, 1)
    )


def sent(tag: str, attempt: int = 1) -> o.OrderSubmissionRequired:
    return o.OrderSubmissionRequired("I1", tag, attempt, "BUY", OPTION, 65, 12_050, 12_000, 0)


def test_the_days_orders_show_how_far_each_came():
    html = orders_html(
        day(
            *(sent("t1"), sent("t2", 2), sent("t3", 3)),
            o.OrderPartiallyFilled("I1", "t2", 30, 65, 30 * 12_000),
            o.OrderCancelled("I1", "t1", 0, 0),
            o.OrderExecuted("I1", "t2", 65, 65 * 12_010),
            o.OrderRejected("I1", "t3", "RMS", "<b>no funds</b>"),
        )
    )
    assert "3 orders" in html
    assert "<td>3</td><td>120.50</td><td>65</td><td>120.10</td><td>filled</td>" in html
    assert "<td>cancelled</td>" in html
    assert "rejected: &lt;b&gt;no funds&lt;/b&gt;" in html
    assert html.index("09:18:00") < html.index("09:16:00")


def test_the_days_trades_show_their_net():
    html = trades_html([Event(1, 1, OPEN, "PositionClosed", None, None, closed())])
    assert "1 trade, net +600.00" in html
    assert "<td>120.00</td><td>130.00</td><td>50.00</td>" in html
    assert "trailing stop" in html


def test_a_row_that_goes_leaves_no_widget_behind():
    panel = PositionsPanel(Clicks(lambda: None), lambda *_, **__: True, LiveText())
    before = set(widget._instances)
    panel.positions.show({"P1": views.position()})
    assert len(set(widget._instances) - before) > 5
    panel.positions.show({})
    assert set(widget._instances) - before == set()
