"""Tokens: said once, renewed before they end, and everything left when they cannot be."""

from rustro_kernel.domain.orders import OrderStatus
from rustro_kernel.engine import effects
from rustro_kernel.engine.inputs import StepDone, TokensChanged
from tests.make import Bench, clock, in_position, ns, ordered

MIDNIGHT = ns("00:00") + 24 * 3600 * 1_000_000_000
NAMES = (
    *("TokensStored", "TokenLoaded", "TokenMonitorActive", "TokenRefreshed", "TokenInvalid"),
    *("TokenExpiryWarning", "TokenRefreshRequired"),
)


def with_tokens(until=MIDNIGHT, bench=None):
    bench = bench or Bench()
    bench.feed(TokensChanged(1, until))
    return bench


def told(bench):
    return [e.text for e in bench.said("Alerted") if e.text.startswith("the tokens ")]


def refreshes(bench):
    return [e for e in bench.effects if isinstance(e.action, effects.RefreshTokens)]


def test_the_steps_before_the_broker_are_said():
    bench = Bench()
    for step in ("credentials", "login", "doctor"):
        bench.feed(StepDone(step, f"of {step}"))
    assert bench.last("CredentialsLoaded").source == "of credentials"
    assert bench.names("CredentialsLoaded", "TokenNotFound") == [
        "CredentialsLoaded", "TokenNotFound",
    ]  # fmt: skip
    assert bench.last("LoginCalled").broker == "of login"
    assert bench.last("HealthChecked").summary == "of doctor"


def test_the_first_tokens_are_stored_loaded_and_watched():
    bench = with_tokens()
    assert bench.names(*NAMES) == ["TokensStored", "TokenLoaded", "TokenMonitorActive"]
    assert bench.last("TokenLoaded").expires_ns == MIDNIGHT


def test_tokens_that_end_during_the_day_are_renewed_half_an_hour_before():
    bench = with_tokens(ns("13:00"))
    bench.wait_to("12:29:59")
    assert refreshes(bench) == []
    bench.wait_to("12:30")
    assert clock(bench.event(bench.last("TokenExpiryWarning")).ts) == "12:30:00"
    assert bench.last("TokenRefreshRequired").generation == 1
    bench.feed(TokensChanged(2, MIDNIGHT))
    assert bench.last("TokenRefreshed").generation == 2
    bench.wait_to("15:31")
    assert len(refreshes(bench)) == 1


def test_tokens_that_end_at_midnight_outlive_the_day():
    bench = with_tokens()
    bench.wait_to("15:31")
    assert bench.said("TokenExpiryWarning") == []
    assert bench.finished == effects.Finish("end of day", 0)


def test_tokens_are_not_renewed_after_the_close():
    bench = with_tokens(ns("16:00:01"))
    bench.wait_to("15:31")
    assert bench.said("TokenExpiryWarning") == []


def test_the_same_tokens_twice_are_ignored():
    bench = with_tokens()
    bench.feed(TokensChanged(1, MIDNIGHT))
    assert bench.last("DuplicateIgnored").what == "tokens"
    assert len(bench.said("TokenLoaded")) == 1


def test_without_tokens_before_the_market_is_ready_the_session_ends_with_code_1():
    bench = Bench(history_problem="later")
    bench.state.stage = "INIT"
    bench.feed(TokensChanged(0, 0, "wrong PIN"))
    assert bench.last("TokenInvalid").problem == "wrong PIN"
    assert bench.last("Alerted").level == "critical"
    assert bench.names()[-1] == "ShutdownCompleted"
    assert bench.finished.exit_code == 1


def lost(bench=None, ends="15:00", **changed) -> Bench:
    """A position of 150 units, and tokens that cannot be renewed but live until a time."""
    here: Bench = bench or in_position(150, **changed)
    with_tokens(ns(ends), here)
    here.effects.clear()
    here.feed(TokensChanged(1, ns(ends), "refused three times"))
    return here


def left(bench):
    """What is subscribed no more."""
    gone = [e.action for e in bench.effects if isinstance(e.action, effects.Unsubscribe)]
    return {key for action in gone for key in action.instruments}


def test_tokens_that_cannot_be_renewed_stop_entries_and_leave_everything_at_once():
    bench = lost()
    bench.feed(TokensChanged(1, ns("15:00"), "refused three times"))
    assert bench.last("DuplicateIgnored").what == "tokens"
    assert "TOKEN_DEGRADED" in bench.state.halts
    assert "TOKEN_DEGRADED" in bench.engine.view().overlays
    assert bench.last("ExitSignalGenerated").reason == "TOKEN"
    assert bench.said("TokenInvalid") == []
    assert left(bench) == set()


def test_when_everything_is_sold_the_market_is_left():
    bench = lost()
    bench.wait(2)
    bench.fill(price=149)
    bench.wait(1)
    assert bench.last("TokenInvalid").problem == "refused three times"
    assert left(bench) == set(bench.state.watched)
    assert told(bench) == []
    bench.wait_to("15:31")
    assert len(bench.said("TokenInvalid")) == 1
    assert bench.said("DataGapDetected", "RecoveryFailed") == []
    assert bench.finished == effects.Finish("the broker's tokens were lost", 4)


def test_with_nothing_held_the_market_is_left_at_once():
    bench = lost(Bench())
    assert bench.names("TradingHalted", "TokenInvalid")[-2:] == ["TradingHalted", "TokenInvalid"]


def test_an_entry_at_work_is_waited_for():
    bench = lost(ordered(holds_cancels=True))
    assert bench.said("TokenInvalid") == []
    bench.report(OrderStatus.CANCELLED)
    bench.wait(1)
    assert len(bench.said("TokenInvalid")) == 1


def test_what_is_still_open_three_minutes_later_is_named_with_what_protects_it():
    bench = lost()
    bench.wait(179)
    assert told(bench) == []
    bench.wait(1)
    symbol = bench.orders[0][1].symbol
    said = f"150 units of {symbol} are still open: no protective stop at the broker"
    assert told(bench) == [f"the tokens end and {said}"]
    held = bench.orders[0][1].instrument
    assert set(bench.state.watched) - left(bench) == {held}
    sent = len(bench.orders)
    bench.tick(held, 140)
    bench.wait(3)
    assert len(bench.orders) > sent  # its exit goes on for as long as orders pass
    bench.wait_to("15:00")
    assert told(bench)[-1] == f"the tokens have ended and {said}"
    assert len(told(bench)) == 2


def test_a_protective_stop_that_could_not_be_taken_back_is_named():
    bench = in_position(150, exits__broker_stop="on", holds_cancels=True)
    bench.report(OrderStatus.OPEN)
    lost(bench, ends="10:30")
    assert told(bench)[0].endswith("a protective stop is cancelling: 150 units, trigger 105.00")


def test_the_flatten_is_over_before_the_tokens_end():
    bench = lost(ends="10:32")
    bench.wait_to("10:31:59.999")
    assert bench.said("TokenInvalid") == []
    bench.wait_to("10:32")
    assert "the tokens have ended" in told(bench)[0]
    assert len(bench.said("TokenInvalid")) == 1


def test_tokens_that_died_first_are_alerted_at_once():
    bench = lost(ends="10:30")
    assert "the tokens have ended" in told(bench)[0]
    assert bench.last("ExitSignalGenerated").reason == "TOKEN"
    assert len(bench.said("TokenInvalid")) == 1


def test_tokens_that_come_after_the_market_was_left_bring_it_back_with_what_was_missed():
    bench = Bench()
    bench.run_to("10:00")
    lost(bench)
    bench.effects.clear()
    bench.wait_to("10:03:30")
    bench.feed(TokensChanged(2, MIDNIGHT))
    again = [e.action for e in bench.effects if isinstance(e.action, effects.Subscribe)]
    assert {key for action in again for key in action.instruments} == set(bench.state.watched)
    assert "RECOVERING_DATA" in bench.state.halts
    bench.run_to("10:06")
    asked = [e.action for e in bench.effects if isinstance(e.action, effects.Backfill)]
    assert {clock(action.from_ns) for action in asked} == {"09:59:00"}


def test_tokens_that_come_after_all_let_entries_go_on():
    bench = with_tokens()
    bench.feed(TokensChanged(1, 0, "refused"))
    bench.feed(TokensChanged(2, MIDNIGHT))
    assert "TOKEN_DEGRADED" not in bench.state.halts
