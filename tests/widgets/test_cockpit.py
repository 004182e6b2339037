"""The cockpit with fake comms: what reaches the browser, and what a click sends."""

import asyncio
import gc
import threading
from collections.abc import Iterator
from typing import Any

import comm
import msgspec
import pytest

from rustro_kernel.engine.view import View
from rustro_widgets import Cockpit
from rustro_widgets.panels.clicks import Clicks
from rustro_widgets.panels.style import CSS
from tests.session.waiting import until
from tests.widgets import views

CLICK = {"content": {"data": {"method": "custom", "content": {"event": "click"}}}, "buffers": []}


class SpyComm(comm.base_comm.BaseComm):
    """Counts what would go to the browser."""

    messages: list[dict[str, Any]] = []  # noqa: RUF012 - shared on purpose, emptied by the fixture

    def publish_msg(
        self,
        msg_type: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        buffers: list[bytes] | None = None,
        **keys: Any,
    ) -> None:
        if msg_type == "comm_msg" and data is not None:
            self.messages.append(data)


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """The messages since the last clear."""
    SpyComm.messages = []
    monkeypatch.setattr(comm, "create_comm", SpyComm)
    yield SpyComm.messages
    gc.collect()


@pytest.fixture
def session(messages: list[dict[str, Any]]) -> views.FakeSession:
    return views.FakeSession()


def click(cockpit: Cockpit, name: str) -> None:
    cockpit._controls.button(name).comm.handle_msg({**CLICK, "metadata": {}})


def test_a_click_sends_one_command_and_shows_its_answer(session: views.FakeSession):
    cockpit = Cockpit(session)
    click(cockpit, "flatten")
    assert session.sent == [("flatten", {})]
    assert "flatten: pending" in cockpit._controls._answer.value
    assert cockpit._controls.button("flatten").disabled
    session.answer(accepted=False, text="nothing to flatten")
    assert "flatten: refused (nothing to flatten)" in cockpit._controls._answer.value
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
    cockpit._controls.reason.value = "checked with the broker"
    click(cockpit, "pause")
    assert session.sent == [("resume", {"reason": "checked with the broker"})]


def test_kill_does_nothing_unless_armed_and_disarms_itself(session: views.FakeSession):
    cockpit = Cockpit(session)
    click(cockpit, "kill")
    assert session.sent == []
    cockpit._controls.arm.value = True
    click(cockpit, "kill")
    assert session.sent == [("kill", {})]
    assert not cockpit._controls.arm.value


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


def test_an_unchanged_view_sends_nothing(session: views.FakeSession, messages: list[Any]):
    cockpit = Cockpit(session)
    messages.clear()
    cockpit.draw()
    assert messages == []


def test_a_tick_sends_the_head_and_the_live_bars_only(
    session: views.FakeSession, messages: list[Any]
):
    cockpit = Cockpit(session)
    moved = msgspec.structs.replace(views.bar(19), close=views.bar(19).close + 50)
    quoted = views.underlying(20, partial=moved, price_paise=moved.close)
    session.view = views.view(20, underlyings=(quoted,))
    messages.clear()
    cockpit.draw()
    changed = [set(message["state"]) for message in messages]
    assert sorted(map(sorted, changed)) == [["value"], ["y"], ["y"]]


def test_an_empty_session_can_be_shown(messages: list[Any]):
    cockpit = Cockpit(views.FakeSession(View()))
    assert not cockpit._controls.button("start").disabled
    cockpit.close()


async def test_the_timer_draws_the_latest_view_and_ends_with_the_panel(
    session: views.FakeSession,
):
    cockpit = Cockpit(session)
    session.view = views.view(30)
    await until(lambda: "09:45:00" in cockpit._status.head.widget.value)
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
