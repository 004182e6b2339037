"""What the operator can ask for, and the answer to each."""

import pytest

from rustro_kernel.engine.commands import CLEARED_BY_RESUME
from tests.make import CALL, NIFTY, Bench, clock, command, in_position, ordered, trigger_at

P1 = "P1-NIFTY-CE-10:15"


def answers(bench):
    return [(c.name, c.accepted, c.reply) for c in bench.said("CommandReceived")]


def running() -> Bench:
    bench = Bench()
    bench.run_to("10:00")
    return bench


def test_a_pause_stops_entries_and_a_resume_allows_them():
    bench = running()
    bench.feed(command("pause"))
    trigger_at(bench, "10:31")
    assert bench.said("SignalGenerated") == []
    bench.feed(command("resume"))
    trigger_at(bench, "10:40")
    assert len(bench.said("SignalGenerated")) == 1
    assert answers(bench) == [("pause", True, "accepted"), ("resume", True, "accepted")]


def test_what_changes_nothing_is_refused_with_a_sentence():
    bench = running()
    bench.feed(command("resume"))
    bench.feed(command("pause", id="a"))
    bench.feed(command("pause", id="b"))
    bench.feed(command("dance"))
    bench.feed(command("close", position="P9"))
    bench.feed(command("cancel", order="T9"))
    assert [reply for _, accepted, reply in answers(bench) if not accepted] == [
        "nothing to resume",
        "already paused",
        "unknown command dance",
        "no open position P9",
        "no order T9 at work",
    ]


def test_a_pause_leaves_positions_alone():
    bench = in_position()
    bench.feed(command("pause"))
    assert bench.said("ExitSignalGenerated") == []
    bench.tick(CALL, 119)
    assert [e.reason for e in bench.said("ExitSignalGenerated")] == ["STOP_LOSS"]


def test_a_double_click_is_one_command():
    bench = in_position()
    bench.feed(command("flatten", id="click"))
    bench.feed(command("flatten", id="click"))
    assert len(answers(bench)) == 1
    assert [(d.what, d.id) for d in bench.said("DuplicateIgnored")] == [("command", "click")]


def test_closing_one_position_sells_it_at_once():
    bench = in_position()
    bench.feed(command("close", position=P1))
    assert [(e.reason, e.priority) for e in bench.said("ExitSignalGenerated")] == [("OPERATOR", 1)]
    bench.fill()
    assert bench.last("PositionClosed").reason == "OPERATOR"
    assert bench.state.halts == {}


@pytest.mark.parametrize("halt", CLEARED_BY_RESUME)
def test_a_resume_is_offered_for_every_halt_it_takes_away(halt):
    bench = Bench()
    assert not bench.engine.view().can_resume
    bench.engine._world.halt(halt, "for a reason")
    assert bench.engine.view().can_resume


def test_flatten_closes_everything_and_pauses():
    bench = in_position()
    bench.feed(command("flatten"))
    bench.fill()
    assert bench.state.positions == {}
    assert bench.state.halts["PAUSED"] == "flattened by operator"


def test_cancelling_an_entry_ends_it():
    bench = ordered()
    bench.feed(command("cancel", order=bench.live.tag))
    assert bench.last("OrderFailedPermanent").reason == "cancelled by operator"
    assert bench.live_orders == []


def test_an_exit_cannot_be_cancelled():
    bench = in_position()
    bench.tick(CALL, 119)
    bench.feed(command("cancel", order=bench.live.tag))
    assert answers(bench)[-1][1:] == (
        False,
        "an exit cannot be cancelled; it ends when the position is closed",
    )
    assert len(bench.live_orders) == 1


def test_a_setting_changes_with_the_next_bar():
    bench = in_position(150)
    bench.feed(command("set", key="exits.trail_gap_pct", value="5"))
    changed = bench.last("ParameterChanged")
    assert (changed.setting, changed.old, changed.new) == ("exits.trail_gap_pct", "1.5", "5")
    bench.tick(CALL, 154)
    assert bench.last("TrailingStopActivated").stop_paise == 15_169  # still 1.5 %
    bench.tick(NIFTY, at="10:32:03")
    bench.tick(CALL, 170)
    assert bench.last("TrailingStopUpdated").stop_paise == 16_150  # 5 %


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("exits.stop", "20", "no setting is called exits.stop"),
        ("stop_pct", "20", "no setting is called stop_pct"),
        ("exits.stop_pct", "200", "less than or equal to 100"),
        ("exits.stop_pct", "much", "valid number"),
        ("hours.eod_exit", "15:00:00", "before the session starts"),
        ("strategy.name", "other", "before the session starts"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_and_changes_nothing(key, value, words):
    bench = running()
    before = bench.state.settings
    bench.feed(command("set", key=key, value=value))
    bench.run_to("10:05")
    (_, accepted, reply) = answers(bench)[-1]
    assert not accepted
    assert words in reply
    assert bench.state.settings == before
    assert bench.said("ParameterChanged") == []


def test_a_setting_can_be_taken_away():
    bench = in_position(150, exits__target_pct=10)
    bench.feed(command("set", key="exits.target_pct", value="none"))
    bench.run_to("10:32:03")
    bench.tick(CALL, 170)
    assert bench.said("TargetReached") == []


def test_a_kill_cancels_entries_closes_everything_and_ends_with_code_4():
    bench = ordered()
    bench.fill(50)
    bench.feed(command("kill"))
    assert bench.last("KillSwitchActivated").positions == 1
    assert [o.side.value for o in bench.live_orders] == ["SELL"]
    bench.fill()
    assert bench.state.positions == {}
    trigger_at(bench, "11:20")
    assert len(bench.said("SignalGenerated")) == 1
    bench.run_to("15:30")
    bench.wait_to("15:31")
    assert (bench.finished.exit_code, bench.finished.reason) == (4, "killed")


def test_a_resume_names_every_reason_it_took_away():
    bench = running()
    bench.feed(command("pause"))
    bench.state.halts["LOSS_HALT"] = "x"
    bench.state.halts["VIX_HALT"] = "not the operator's to lift"
    bench.feed(command("resume"))
    assert [r.reason for r in bench.said("TradingResumed")] == ["PAUSED", "LOSS_HALT"]
    assert list(bench.state.halts) == ["VIX_HALT"]


def test_a_stop_flattens_then_ends_the_session():
    bench = in_position()
    bench.feed(command("stop"))
    assert bench.finished is None
    bench.wait(1)
    bench.fill()
    bench.wait(1)
    assert (bench.finished.exit_code, bench.finished.reason) == (0, "stopped by operator")
    assert bench.last("PositionClosed").reason == "SHUTDOWN"
    assert bench.events[-1].type == "ShutdownCompleted"


def test_a_stop_can_leave_positions():
    bench = in_position()
    bench.feed(command("stop", flatten="false"))
    bench.wait(1)
    assert bench.finished is not None
    assert bench.said("ExitSignalGenerated") == []
    assert bench.last("ShutdownRequested").flatten is False


def test_a_stop_that_leaves_positions_still_ends_entries():
    bench = ordered()
    bench.feed(command("stop", flatten="false"))
    bench.wait(1)
    assert bench.live_orders == []
    assert bench.last("OrderFailedPermanent").reason == "shutdown"


def test_a_stop_before_the_open_ends_at_once():
    bench = Bench()
    bench.feed(command("stop"))
    bench.wait(1)
    assert bench.finished is not None
    assert clock(bench.now) == "09:00:01"


def test_the_view_says_every_reason_why_no_entry_would_be_taken():
    bench = running()
    bench.feed(command("pause"))
    view = bench.engine.view()
    assert view.accepting_entries is False
    assert view.refusals == (
        "PAUSED: paused by operator",
        "outside the entry window",
        "NIFTY is not aligned",
    )
    bench.feed(command("resume"))
    bench.run_to("10:20")
    assert bench.engine.view().accepting_entries is True
    assert bench.engine.view().refusals == ()


def test_the_view_shows_a_position_and_its_order():
    bench = in_position()
    bench.tick(CALL, 155)
    view = bench.engine.view()
    (held,) = view.positions
    assert (held.units, held.entry_paise, held.price_paise, held.trail_paise) == (
        150,
        15_000,
        15_500,
        15_267,
    )
    assert held.pnl_paise == 150 * 500
    assert view.is_flat is False
    bench.tick(CALL, 119)
    (order,) = bench.engine.view().orders
    assert (order.side, order.units, order.state) == ("SELL", 150, "sent")
    assert bench.engine.view().positions[0].closing == "STOP_LOSS"
    assert [m.kind for m in bench.engine.view().markers] == ["signal", "entry"]
