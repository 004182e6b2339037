"""Tokens: said once, renewed before they end, and everything left when they cannot be."""

from rustro_kernel.engine import effects
from rustro_kernel.engine.inputs import StepDone, TokensChanged
from tests.make import Bench, clock, in_position, ns

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
    return [e.text for e in bench.said("Alerted") if "the tokens end" in e.text]


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


def test_tokens_lost_during_the_day_stop_entries_and_leave_everything_at_once():
    bench = with_tokens(bench=in_position(150))
    bench.feed(TokensChanged(1, 0, "refused three times"))
    bench.feed(TokensChanged(1, 0, "refused three times"))
    assert len(bench.said("TokenInvalid")) == 1
    assert "TOKEN_DEGRADED" in bench.state.halts
    assert "TOKEN_DEGRADED" in bench.engine.view().overlays
    assert bench.last("ExitSignalGenerated").reason == "TOKEN"
    bench.fill(price=149)
    bench.wait_to("15:31")
    assert bench.finished == effects.Finish("the broker's tokens were lost", 4)


def test_what_is_still_open_three_minutes_later_is_alerted():
    bench = with_tokens(bench=in_position(150))
    bench.feed(TokensChanged(1, 0, "refused"))
    bench.wait(179)
    assert told(bench) == []
    bench.wait(1)
    assert told(bench) == [f"the tokens end and these are still open: {bench.orders[0][1].symbol}"]


def test_tokens_that_come_after_all_let_entries_go_on():
    bench = with_tokens()
    bench.feed(TokensChanged(1, 0, "refused"))
    bench.feed(TokensChanged(2, MIDNIGHT))
    assert "TOKEN_DEGRADED" not in bench.state.halts
