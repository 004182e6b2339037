"""The kill switch: no entries at once, all out, flat as the broker says; then an hour of less."""

import pytest
from hypothesis import given, settings as examples, strategies as st

from rustro_kernel.domain.market_time import HOUR, SECOND
from rustro_kernel.domain.orders import OrderStatus, OrderUpdate, Side
from rustro_kernel.engine.effects import AskPositions
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import BrokerPositions
from tests.engine.test_order_laws import (  # their dice
    ENTRY,
    HELD,
    _act as act,
    _report as report,
    stories,
    twin,
)
from tests.make import CALL, Bench, command, in_position, ordered, paper_broker, trigger_at


def killed(bench: Bench, **args: str) -> Bench:
    bench.feed(command("kill", **args))
    return bench


def flat(bench: Bench) -> Bench:
    """The exits fill and the broker confirms it."""
    while bench.live_orders:
        bench.fill(price=150)
    bench.feed(BrokerPositions({}))
    return bench


def asked(bench: Bench) -> int:
    return sum(isinstance(effect.action, AskPositions) for effect in bench.effects)


def test_flat_is_proven_only_by_the_broker():
    bench = killed(in_position())
    kill = bench.engine.view().kill
    assert (kill.entries_ended, kill.flat_by_books, kill.flat_proven) == (True, False, False)
    bench.wait(2)
    bench.fill()
    kill = bench.engine.view().kill
    assert (kill.flat_by_books, kill.flat_proven, asked(bench)) == (True, False, 1)
    bench.feed(BrokerPositions({}))
    assert bench.engine.view().kill.flat_proven
    completed = bench.last("KillCompleted")
    assert (completed.outcome, completed.after_ms, completed.attempts) == ("PROVEN_FLAT", 2000, 1)


def test_it_says_who_why_and_what_was_open():
    bench = in_position(150)
    bench.tick(CALL, 151, bid=15_050, ask=15_150)
    killed(bench, reason="the feed looks wrong")
    said = bench.last("KillSwitchActivated")
    assert (said.actor, said.reason, said.positions) == ("operator", "the feed looks wrong", 1)
    assert [(e.units, e.cost_paise, e.bid_paise) for e in said.exposed] == [
        (150, 2_250_000, 15_050)
    ]
    assert "KILLED: killed by operator: the feed looks wrong" in bench.engine.view().refusals


def test_each_stage_says_how_long_it_took():
    bench = killed(ordered(holds_cancels=True))
    assert bench.said("KillStageReached") == []
    bench.wait(1.5)
    bench.report(OrderStatus.CANCELLED)
    stages = [(s.stage, s.after_ms) for s in bench.said("KillStageReached")]
    assert stages == [("ENTRIES_ENDED", 1500), ("BOOKS_FLAT", 1500)]


def test_entries_that_cannot_be_cancelled_in_five_seconds_are_named():
    bench = killed(ordered(holds_cancels=True))
    bench.wait(4.9)
    assert not any("not cancelled" in alert.text for alert in bench.said("Alerted"))
    bench.wait(0.2)
    assert f"BUY NIFTY{CALL[4:14]}" in bench.last("Alerted").text


def test_after_thirty_seconds_what_is_still_open_is_told_and_exits_go_on():
    bench = killed(in_position())
    bench.wait_to(bench.now + 30 * SECOND)
    overdue = bench.last("KillOverdue")
    assert (overdue.after_ms, [e.units for e in overdue.exposed]) == (30_000, [150])
    assert overdue.exposed[0].protective_stop
    assert [p.side for p in overdue.pending] == ["SELL"]
    told = next(a for a in bench.said("Alerted") if "not proven flat yet" in a.text)
    assert told.level == "critical"
    flat(bench)
    assert bench.last("KillCompleted").outcome == "PROVEN_FLAT"


def test_a_broker_who_disagrees_is_asked_three_times_then_a_person_is_told():
    bench = killed(in_position())
    bench.fill()
    for attempt in (1, 2, 3):
        assert asked(bench) == attempt
        bench.feed(BrokerPositions({CALL: 50}))
        bench.wait(1)
    completed = bench.last("KillCompleted")
    assert (completed.outcome, completed.held) == ("BROKER_DISAGREES", {CALL: 50})
    assert "+50" in bench.last("Alerted").text
    kill = bench.engine.view().kill
    assert (kill.flat_by_books, kill.flat_proven) == (True, False)


def test_a_book_that_lags_is_believed_the_second_time():
    bench = killed(in_position())
    bench.fill()
    bench.feed(BrokerPositions({CALL: 150}))
    bench.wait(1)
    bench.feed(BrokerPositions({}))
    assert [c.held for c in bench.said("KillChecked")] == [{CALL: 150}, {}]
    assert bench.last("KillCompleted").outcome == "PROVEN_FLAT"


def test_a_silent_broker_proves_nothing():
    bench = killed(in_position())
    bench.fill()
    bench.wait(16)
    assert (asked(bench), bench.last("KillCompleted").outcome) == (3, "BROKER_SILENT")
    assert not bench.engine.view().kill.flat_proven


def test_what_was_never_ours_does_not_count():
    bench = killed(in_position())
    bench.fill()
    bench.feed(BrokerPositions({"NFO:strange": 75}))
    assert bench.last("KillCompleted").outcome == "PROVEN_FLAT"


def test_a_late_fill_starts_the_proof_anew():
    bench = ordered(holds_cancels=True)
    tag = bench.live.tag
    killed(bench)
    bench.report(OrderStatus.CANCELLED)
    assert asked(bench) == 1
    bench.feed(BrokerPositions({CALL: 50}))
    bench.feed(OrderUpdate(tag, OrderStatus.CANCELLED, "B1", 50, 50 * 15_000))
    assert not bench.engine.view().kill.flat_by_books
    flat(bench)
    assert bench.last("KillCompleted").outcome == "PROVEN_FLAT"


def test_with_bids_a_paper_day_is_proven_flat_within_the_deadlines():
    bench = trigger_at(Bench(broker=paper_broker(latency_ms=120, slippage_ticks=1)), "10:31")
    for _ in range(5):
        bench.wait(1)
        bench.tick(CALL, 150)
    assert bench.engine.view().positions
    killed(bench)
    for _ in range(5):
        bench.wait(1)
        bench.tick(CALL, 150)
    assert bench.said("KillChecked") == []
    bench.feed(BrokerPositions({str(k): u for k, u in bench.broker.units.items() if u}))
    times = {s.stage: s.after_ms for s in bench.said("KillStageReached")}
    assert times["ENTRIES_ENDED"] < 5_000
    assert times["BOOKS_FLAT"] < 30_000
    assert bench.last("KillCompleted").outcome == "PROVEN_FLAT"


def test_a_stop_ends_only_when_the_kill_is_settled():
    bench = killed(in_position())
    bench.feed(command("stop"))
    bench.fill()
    bench.wait(2)
    assert bench.finished is None
    bench.feed(BrokerPositions({}))
    bench.wait(1)
    assert (bench.finished.exit_code, bench.finished.reason) == (4, "killed")


def test_a_second_kill_hurries_and_keeps_the_clock():
    bench = killed(in_position())
    bench.wait(3)
    bench.feed(command("kill", id="again"))
    flat(bench)
    assert len(bench.said("KillSwitchActivated")) == 2
    assert [c.after_ms for c in bench.said("KillCompleted")] == [3000]


@pytest.mark.parametrize("reason", ["", "   ", "\t\n", "ok", "a b c d"])
def test_resuming_after_a_kill_needs_a_typed_reason(reason):
    bench = flat(killed(in_position()))
    bench.feed(command("resume", reason=reason))
    answer = bench.last("CommandReceived")
    assert not answer.accepted
    assert "needs a reason of at least 8 letters" in answer.reply
    assert "KILLED" in bench.state.halts


def test_nobody_resumes_while_the_kill_is_at_work():
    bench = killed(in_position())
    bench.feed(command("resume", id="early", reason="a false alarm"))
    assert "still at work" in bench.last("CommandReceived").reply
    flat(bench)
    bench.feed(command("resume", id="later", reason="a false alarm"))
    assert bench.last("CommandReceived").accepted
    assert bench.engine.view().kill is None


def resumed(**changed) -> Bench:
    bench = flat(killed(in_position(**changed)))
    bench.feed(command("resume", reason="a false alarm"))
    return bench


def test_after_a_kill_there_is_one_position_of_half_the_size_for_an_hour():
    bench = resumed(strategy__reentry_pause_s=60, risk__max_positions_per_underlying=3)
    limited = bench.last("LimitedModeStarted")
    assert (limited.reason, limited.until_ns - bench.now) == ("a false alarm", HOUR)
    assert bench.engine.view().limited_until_ns == limited.until_ns
    trigger_at(bench, "11:20")
    assert bench.live.quantity == 50  # half of three lots, whole ones
    bench.fill()
    assert bench.gate("size").value == 1
    bench.run_to("11:22")
    assert (bench.gate("positions").value, bench.gate("positions").threshold) == (1, 1)


def test_the_limits_end_after_the_hour():
    bench = resumed()
    bench.run_to("11:31:30")
    assert len(bench.said("LimitedModeEnded")) == 1
    assert bench.engine.view().limited_until_ns == 0
    trigger_at(bench, "12:20")
    assert bench.live.quantity == 150


def test_a_second_kill_in_the_hour_makes_it_longer():
    bench = resumed()
    bench.run_to("11:00")
    bench.feed(command("kill", id="2"))
    bench.feed(BrokerPositions({}))
    bench.feed(command("resume", id="r2", reason="another false alarm"))
    bench.run_to("11:45")
    assert bench.said("LimitedModeEnded") == []
    bench.run_to("12:01")
    assert len(bench.said("LimitedModeEnded")) == 1


def test_a_snapshot_keeps_kill_and_limits():
    for bench in (killed(in_position()), resumed()):
        again = Engine.restore(bench.engine.snapshot(), bench.registry)
        assert again.view() == bench.engine.view()


@examples(max_examples=150)
@given(stories, st.sampled_from([ENTRY, HELD]), stories)
def test_after_a_kill_nothing_is_bought_whatever_comes(before, start, after):
    bench = twin(start)
    for part in (before, after):
        if part is after:
            bench.feed(command("kill", id="the kill"))
            count = len(bench.orders)
        for kind, *dice in part:
            if kind == "report":
                report(bench, *dice)
            elif not (kind == "command" and part is after and dice[0] % 5 == 1):  # no resume
                act(bench, kind, *dice)
    bench.wait(60)
    assert [o for _, o in bench.orders[count:] if o.side is Side.BUY] == []


def test_a_late_fill_after_the_proof_needs_a_proof_of_its_own():
    bench = ordered(holds_cancels=True)
    entry = bench.live.tag
    bench.report(OrderStatus.OPEN)
    bench.feed(command("kill"))
    bench.report(OrderStatus.CANCELLED, entry)
    bench.feed(BrokerPositions({}))
    assert bench.engine.view().kill.flat_proven
    bench.wait(60)
    bench.report(OrderStatus.COMPLETE, entry, filled=150, value_paise=150 * 15_000)
    bench.wait(30)
    assert bench.last("KillOverdue").exposed[0].units == 150
    bench.fill()
    assert not bench.engine.view().kill.flat_proven
    bench.feed(BrokerPositions({}))
    assert bench.engine.view().kill.flat_proven
    assert [e.outcome for e in bench.said("KillCompleted")] == ["PROVEN_FLAT"] * 2
