"""The cockpit with fake comms: what reaches the browser, and what a click sends."""

import asyncio
import threading
from typing import Any

import msgspec
import pytest

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.engine.events.system import Alerted
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import LimitsView, View
from rustro_widgets import Cockpit
from rustro_widgets.panels.arming import Arming
from rustro_widgets.panels.clicks import Clicks
from rustro_widgets.panels.palette import BLUE_ORANGE, RED_GREEN
from rustro_widgets.panels.style import CSS
from tests.session.waiting import until
from tests.widgets import views
from tests.widgets.spying import press, size

EVENTS = 3
LIMITS = LimitsView(daily_loss_limit_paise=-3_000_000, vix_halt_paise=3_000, max_losses=3)
CLICK = {"content": {"data": {"method": "custom", "content": {"event": "click"}}}, "buffers": []}


@pytest.fixture
def session(messages: list[dict[str, Any]]) -> views.FakeSession:
    return views.FakeSession()


def click(cockpit: Cockpit, name: str) -> None:
    press(cockpit._controls.button(name))


def test_a_click_sends_one_command_and_shows_its_answer(session: views.FakeSession):
    cockpit = Cockpit(session)
    click(cockpit, "flatten")
    assert session.sent == [("flatten", {})]
    assert "flatten: pending" in cockpit._controls.answer.value
    assert session.ids[0] in cockpit._controls.answer.value
    assert cockpit._controls.button("flatten").disabled
    session.answer(accepted=False, text="nothing to flatten")
    assert "flatten: refused (nothing to flatten)" in cockpit._controls.answer.value
    assert not cockpit._controls.button("flatten").disabled


def test_a_double_click_sends_once_even_if_the_first_was_answered(session: views.FakeSession):
    cockpit = Cockpit(session)
    click(cockpit, "flatten")
    session.answer()
    click(cockpit, "flatten")
    assert len(session.sent) == 1


def test_a_double_click_on_pause_does_not_resume(session: views.FakeSession):
    cockpit = Cockpit(session)
    click(cockpit, "pause")
    session.answer()
    session.view = views.view(overlays=("PAUSED",), can_resume=True)
    click(cockpit, "pause")
    assert session.sent == [("pause", {})]


def test_resume_carries_the_reason(session: views.FakeSession):
    session.view = views.view(overlays=("KILLED",), can_resume=True)
    cockpit = Cockpit(session)
    assert cockpit._controls.button("resume").disabled
    cockpit._controls.reason.value = "checked with the broker"
    assert not cockpit._controls.button("resume").disabled
    click(cockpit, "resume")
    assert session.sent == [("resume", {"reason": "checked with the broker"})]


def test_a_reason_is_good_for_one_resume(session: views.FakeSession):
    session.view = views.view(overlays=("PAUSED",), can_resume=True)
    cockpit = Cockpit(session)
    cockpit._controls.reason.value = "looked at it"
    session.view = views.view()
    cockpit.draw()
    session.view = views.view(overlays=("KILLED",), can_resume=True)
    cockpit.draw()
    assert cockpit._controls.reason.value == ""
    assert cockpit._controls.button("resume").disabled


def test_flatten_and_kill_stand_before_whatever_comes_and_goes(session: views.FakeSession):
    controls = Cockpit(session)._controls
    order = list(controls.widget.children)
    fixed = [order.index(controls.button(name)) for name in ("flatten", "arm", "kill")]
    assert max(fixed) < order.index(controls.reason) < order.index(controls.button("resume"))


def test_kill_does_nothing_unless_armed_and_arms_for_one_kill(session: views.FakeSession):
    cockpit = Cockpit(session)
    click(cockpit, "kill")
    assert session.sent == []
    click(cockpit, "arm")
    assert cockpit._controls.button("arm").description == "armed 10 s"
    assert not cockpit._controls.button("kill").disabled
    click(cockpit, "kill")
    assert session.sent == [("kill", {})]
    assert not cockpit._controls.arming.is_armed


def test_a_kill_that_was_armed_and_forgotten_is_safe_again(session: views.FakeSession):
    times = [100.0]
    cockpit = Cockpit(session)
    cockpit._controls.arming = Arming(views.clock_of(times))
    click(cockpit, "arm")
    times.append(104.2)
    cockpit.draw()
    assert cockpit._controls.button("arm").description == "armed 6 s"
    times.append(110.0)
    cockpit.draw()
    assert cockpit._controls.button("kill").disabled
    click(cockpit, "kill")
    assert session.sent == []


def test_a_double_click_on_arm_leaves_it_armed(session: views.FakeSession):
    cockpit = Cockpit(session)
    click(cockpit, "arm")
    click(cockpit, "arm")
    assert not cockpit._controls.button("kill").disabled


def test_a_kill_that_comes_too_late_says_that_it_was_not_sent(session: views.FakeSession):
    cockpit = Cockpit(session)
    click(cockpit, "kill")
    assert session.sent == []
    assert "kill: refused (it is not armed, or not any more)" in cockpit._controls.answer.value


def test_a_double_click_on_kill_does_not_say_that_it_was_refused(session: views.FakeSession):
    cockpit = Cockpit(session)
    click(cockpit, "arm")
    click(cockpit, "kill")
    session.answer()
    click(cockpit, "kill")
    assert session.sent == [("kill", {})]
    assert "kill: accepted" in cockpit._controls.answer.value


def test_a_second_click_on_arm_puts_the_catch_on_again(session: views.FakeSession):
    times = [100.0]
    cockpit = Cockpit(session)
    cockpit._controls.arming = Arming(views.clock_of(times))
    click(cockpit, "arm")
    times.append(101.0)
    click(cockpit, "arm")
    assert cockpit._controls.button("arm").description == "arm kill"
    assert cockpit._controls.button("kill").disabled


def test_a_click_on_another_thread_sends_at_once(session: views.FakeSession):
    cockpit = Cockpit(session)
    thread = threading.Thread(target=click, args=(cockpit, "flatten"))
    thread.start()
    thread.join()
    assert session.sent == [("flatten", {})]


def test_a_second_click_later_is_a_second_command():
    times = [0.0]
    clicks = Clicks(lambda: None, views.clock_of(times))
    session = views.FakeSession()
    assert clicks.fire("flatten", "flatten", lambda: session.send("flatten"))
    session.answer()
    times.append(5.0)
    assert clicks.fire("flatten", "flatten", lambda: session.send("flatten"))


def test_a_command_that_cannot_be_sent_is_refused_in_words():
    clicks = Clicks(lambda: None)

    def broken() -> Any:
        raise RuntimeError("no connection")

    assert clicks.fire("flatten", "flatten", broken)
    assert clicks.last is not None
    assert (clicks.last.state, clicks.last.text) == ("refused", "no connection")
    assert not clicks.is_pending("flatten")


async def opened(session: views.FakeSession, messages: list[Any]) -> Cockpit:
    """A cockpit whose questions are answered and drawn: what comes now is news.

    On a loop, where the answers' threads ask for a drawing and do not draw themselves.
    """
    cockpit = Cockpit(session)
    await until(lambda: not any(t.name == "rustro-asked" for t in threading.enumerate()))
    cockpit.draw()
    messages.clear()
    return cockpit


async def test_an_unchanged_view_sends_nothing(session: views.FakeSession, messages: list[Any]):
    cockpit = await opened(session, messages)
    cockpit.draw()
    assert messages == []


async def test_a_tick_sends_the_head_and_the_live_bars_only(
    session: views.FakeSession, messages: list[Any]
):
    cockpit = await opened(session, messages)
    moved = msgspec.structs.replace(views.bar(19), close=views.bar(19).close + 50)
    quoted = views.underlying(20, partial=moved, price_paise=moved.close)
    session.view = views.view(20, underlyings=(quoted,))
    cockpit.draw()
    changed = [set(message["state"]) for message in messages]
    assert sorted(map(sorted, changed)) == [["value"], ["y"]]


async def test_a_tick_in_a_position_costs_at_most_2_kb(
    session: views.FakeSession, messages: list[Any]
):
    held = {"limits": LIMITS, "is_flat": False}
    session.view = views.view(20, positions=(views.position(),), **held)
    cockpit = await opened(session, messages)
    moved = msgspec.structs.replace(views.bar(19), close=views.bar(19).close + 50)
    quoted = views.underlying(20, partial=moved, price_paise=moved.close)
    worth = views.position(price_paise=12_180, pnl_paise=11_700)
    session.view = views.view(
        20, positions=(worth,), underlyings=(quoted,), day_pnl_paise=11_000, **held
    )
    cockpit.draw()
    values = [m["state"]["value"] for m in messages if "value" in m["state"]]
    ticking = [v for v in values if "rustro-head" in v]
    assert [all(p in v for p in ("cells live", "rustro-price")) for v in ticking] == [True]
    assert size(messages) < 2_000


async def test_nothing_goes_out_of_a_tab_that_is_closed(
    session: views.FakeSession, messages: list[Any]
):
    cockpit = await opened(session, messages)
    session.happen(Event(1, 1, 1, "Alerted", None, None, Alerted("warning", "look")))
    cockpit.draw()
    assert messages == []
    cockpit._tabs.widget.selected_index = EVENTS
    await until(lambda: any("look" in str(message) for message in messages))


def test_an_old_picture_says_so_over_everything(session: views.FakeSession):
    cockpit = Cockpit(session)
    assert "rustro-stale" not in cockpit._dom_classes
    session.stale_s = 17.4
    cockpit.draw()
    assert "rustro-stale" in cockpit._dom_classes
    assert "STALE since 17 s" in cockpit._status.message.widget.value


def test_two_cockpits_on_one_session_agree(session: views.FakeSession):
    first, second = Cockpit(session), Cockpit(session)
    session.view = views.view(overlays=("PAUSED",), can_resume=True)
    for cockpit in (first, second):
        cockpit.draw()
        assert ">PAUSED</span>" in cockpit._status.state.widget.value
        assert cockpit._controls.button("pause").disabled
        assert cockpit._controls.button("resume").layout.display is None


def test_the_switch_of_colours_dresses_the_whole_cockpit(session: views.FakeSession):
    cockpit = Cockpit(session)
    assert cockpit._look.palette == RED_GREEN
    cockpit._look.switch.value = True
    assert cockpit._look.palette == BLUE_ORANGE
    assert "rustro-apart" in cockpit._dom_classes


@pytest.mark.parametrize("session", [None, "runs/2021-11-30"])
def test_what_is_no_session_is_refused_in_a_sentence(session):
    with pytest.raises(BadUsage, match=r"shows a rk\.Session, or what rk\.attach gives; got a"):
        Cockpit(session)


def test_every_button_has_a_class_to_find_it_by(session: views.FakeSession):
    cockpit = Cockpit(session)
    for name in ("start", "pause", "resume", "flatten", "arm", "kill"):
        assert f"rustro-{name}" in cockpit._controls.button(name)._dom_classes
        assert cockpit._controls.button(name).tooltip


def test_an_empty_session_can_be_shown(messages: list[Any]):
    cockpit = Cockpit(views.FakeSession(View()))
    assert not cockpit._controls.button("start").disabled
    cockpit.close()


async def test_the_timer_draws_the_latest_view_and_ends_with_the_panel(
    session: views.FakeSession,
):
    cockpit = Cockpit(session)
    session.view = views.view(30)
    await until(lambda: "09:45:00" in cockpit._live.widget.value)
    redraw = cockpit._redraw
    cockpit.close()
    assert redraw._timer is None
    redraw.soon()


async def test_start_runs_on_the_loop_of_the_notebook(messages: list[Any]):
    session = views.FakeSession(View())
    cockpit = Cockpit(session)
    await asyncio.to_thread(click, cockpit, "start")
    await until(lambda: not cockpit._clicks.is_pending("start"))
    assert session.is_started
    cockpit.close()


def test_the_frame_shows_the_mode(messages: list[Any]):
    for mode in ("sim", "paper", "live"):
        assert f"rustro-{mode}" in Cockpit(views.FakeSession(View(mode=mode)))._dom_classes
        assert f".rustro-cockpit.rustro-{mode} {{" in CSS


def test_live_shows_a_field_until_the_words_were_typed(messages: list[Any]):
    session = views.FakeSession(View(mode="live"))
    confirm = Cockpit(session)._confirm
    assert confirm.widget.layout.display is None
    assert confirm.typed.placeholder == "type: live main"
    confirm.typed.value = "live other"
    confirm.button.comm.handle_msg({**CLICK, "metadata": {}})
    assert "to confirm it, type: live main" in confirm._text.value
    assert session.to_confirm
    confirm.typed.value = "live main"
    confirm.button.comm.handle_msg({**CLICK, "metadata": {}})
    assert not session.to_confirm
    assert confirm.widget.layout.display == "none"


def test_paper_and_sim_want_no_words(messages: list[Any]):
    for mode in ("sim", "paper"):
        confirm = Cockpit(views.FakeSession(View(mode=mode)))._confirm
        assert confirm.widget.layout.display == "none"
