"""The doctor against the simulated exchange: all green, and each fault turns its check red."""

import datetime as dt
import json
from contextlib import asynccontextmanager

import pytest

from rustro_kernel.brokers.angelone.master_diff import Change, MasterDiff, Reused
from rustro_kernel.commands import doctor as command
from rustro_kernel.domain.instruments import InstrumentKey, Kind
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.session.live import doctor_broker, doctor_here
from rustro_kernel.session.live.checks import Verdict, fail, ok, skip, summary, warn
from rustro_kernel.session.live.clock_skew import outside, verdict
from rustro_kernel.session.live.doctor import doctor
from rustro_kernel.session.live.master_today import said
from rustro_kernel.session.lock import SessionLock
from tests.session.live.exchange_day import against, log_in_with, market

SAYS_NOTHING = '[[fault]]\nwhat = "stall"\non = "frame"\ntimes = 1000000\n'


@pytest.fixture
def environment(no_rustro_environment, tmp_path):
    no_rustro_environment.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    log_in_with(no_rustro_environment)
    return no_rustro_environment


@pytest.fixture
def examined(environment, tmp_path):
    """What the doctor says of a market, by check."""

    @asynccontextmanager
    async def examined(script="", *, clock="10:00:00", speed=1.0, keys=None, **habits):
        async with market(script, clock=clock, speed=speed, **habits) as server:
            found = await doctor(against(server, tmp_path, **(keys or {})))
        yield {check.name: check for check in found}

    return examined


def red(found):
    return [name for name, check in found.items() if check.verdict is Verdict.FAIL]


async def test_a_healthy_morning_is_green(examined):
    async with examined() as found:
        assert {c.verdict for c in found.values()} == {Verdict.OK}
        assert "2026-09-09 is one (ordinary), the next is 2026-09-10" in found["trading day"].text
        assert "09:15:00-15:40:00, verified" in found["hours"].text
        assert found["credentials"].text == "all four found: environment"
        assert "the market closes at 15:40:00" in found["token"].text
        assert found["funds"].text.startswith("Rs 1,000,000.00")
        assert found["positions"].text == "none open, no living order"
        assert "India VIX" in found["feed"].text
        assert "NIFTY" in found["feed"].text
        assert "no earlier one to compare with" in found["master"].text


async def test_the_servers_cached_packets_count_before_the_open_and_after_the_close(examined):
    for clock in ("08:30:00", "16:30:00"):
        async with examined(clock=clock) as found:
            assert found["feed"].verdict is Verdict.OK


async def test_a_wrong_pin_is_a_red_login_and_what_needs_it_is_skipped(examined, environment):
    environment.setenv("RUSTRO_PIN", "9999")
    async with examined() as found:
        assert red(found) == ["login"]
        assert "AB1007" in found["login"].text
        needing = [found[name].verdict for name in ("token", "master", "funds", "feed")]
        assert needing == [Verdict.SKIP] * 4


async def test_a_wrong_seed_is_a_red_login(examined, environment):
    environment.setenv("RUSTRO_TOTP_SEED", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    async with examined(speed=60) as found:
        assert red(found) == ["login"]
        assert "AB1050" in found["login"].text


async def test_a_seed_that_is_none_is_red_before_anything_is_sent(examined, environment):
    environment.setenv("RUSTRO_TOTP_SEED", "8888 1111 planted")
    async with examined() as found:
        assert red(found) == ["TOTP seed"]
        assert found["login"].verdict is Verdict.SKIP
        assert "planted" not in str(found)


async def test_missing_credentials_are_named(examined, environment):
    environment.delenv("RUSTRO_PIN")
    async with examined() as found:
        assert red(found) == ["credentials"]
        assert "RUSTRO_PIN is missing" in found["credentials"].text
        assert set(found) >= set(doctor_broker.NAMES)


async def test_tokens_that_die_at_once_are_red(examined):
    expiring = '[[fault]]\nwhat = "token_expiry"\non = "getProfile"\ntimes = 9\n'
    async with examined(expiring, speed=60) as found:
        assert "token" in red(found)
        assert "AG8002" in found["token"].text


async def test_no_master_is_red_and_there_is_no_feed_to_try(examined):
    async with examined('[[fault]]\nwhat = "html_502"\non = "master"\ntimes = 9\n') as found:
        assert red(found) == ["master"]
        assert found["feed"].verdict is Verdict.SKIP


async def test_a_master_that_is_too_short_is_red(examined):
    async with examined(keys={"broker__master_min_rows": 5_000_000}) as found:
        assert red(found) == ["master"]


@pytest.mark.parametrize(
    ("skew_s", "expected"), [(-5, Verdict.WARN), (5, Verdict.WARN), (-40, Verdict.FAIL)]
)
async def test_a_clock_that_is_off_is_seen(examined, skew_s, expected):
    skewed = f'[[fault]]\nwhat = "clock_skew"\nat = "09:00:00"\nskew_s = {skew_s}\n'
    async with examined(skewed) as found:
        assert found["clock"].verdict is expected


async def test_a_silent_feed_is_red_and_names_who_is_silent(examined, monkeypatch):
    monkeypatch.setattr("rustro_kernel.session.live.feed_echo.WAIT_S", 0.5)
    async with examined(SAYS_NOTHING) as found:
        assert red(found) == ["feed"]
        assert "India VIX" in found["feed"].text


async def test_a_running_session_keeps_its_broker_to_itself(examined, tmp_path):
    held = SessionLock(tmp_path / "state", "main", "2026-09-09-live-main-1")
    try:
        async with examined() as found:
            assert red(found) == ["lock"]
            assert "session 2026-09-09-live-main-1" in found["lock"].text
            assert found["login"].verdict is Verdict.SKIP
    finally:
        held.release()


async def test_the_doctor_leaves_no_lock_and_no_run_folder(examined, tmp_path):
    async with examined():
        SessionLock(tmp_path / "state", "main", "next").release()
        assert not (tmp_path / "run").exists()


async def test_an_empty_account_is_worth_a_word_in_live_only(examined, environment, monkeypatch):
    from tests.session.live import exchange_day

    poor = exchange_day.ACCOUNT.__class__(funds_paise=0)
    for mode, expected in (("paper", Verdict.OK), ("live", Verdict.WARN)):
        async with examined(keys={"mode": mode}, account=poor) as found:
            assert found["funds"].verdict is expected


async def test_nobody_there_is_red_without_a_stack(environment, tmp_path):
    server = market()
    server.port = 9  # nobody listens there
    keys = {"broker__login_timeout_s": 1, "broker__clock": "wall"}
    found = await doctor(against(server, tmp_path, **keys))
    assert {"clock", "login"} <= {check.name for check in found if check.verdict is Verdict.FAIL}


def test_a_day_without_trading_is_said_and_is_no_failure(tmp_path):
    cfg = against(market(), tmp_path)
    rules, (day, hours) = doctor_here.rules_of(cfg, dt.date(2026, 1, 26))
    assert (rules, day.verdict, hours.verdict) == (None, Verdict.WARN, Verdict.SKIP)
    assert "the next one is 2026-01-27" in day.text


def test_hours_nobody_confirmed_are_red(tmp_path):
    cfg = against(market(), tmp_path)
    assert red({c.name: c for c in doctor_here.rules_of(cfg, dt.date(2026, 11, 8))[1]}) == ["hours"]


def test_hours_of_the_users_own_file_are_worth_a_word(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text("confirm_hours = [2026-11-08]\n")
    cfg = against(market(), tmp_path, rules__override=own)
    rules, (_, hours) = doctor_here.rules_of(cfg, dt.date(2026, 11, 8))
    assert rules is not None
    assert hours.verdict is Verdict.WARN


@pytest.mark.parametrize("date", [dt.date(2026, 12, 31), dt.date(2027, 1, 4)])
def test_a_day_the_rules_do_not_reach_beyond_is_red(tmp_path, date):
    found = doctor_here.rules_of(against(market(), tmp_path), date)[1]
    assert "trading day" in [check.name for check in found if check.verdict is Verdict.FAIL]


def test_a_folder_nobody_can_write_to_is_red(tmp_path):
    (tmp_path / "state").write_text("no folder")
    check = doctor_here.disk(against(market(), tmp_path))
    assert check.verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("told", "skew_s"),
    [(100, 0), (99, 0), (98, -0.5), (102, 1), (60, -38.5)],
)
def test_only_what_lies_outside_of_question_and_answer_is_skew(told, skew_s):
    sent, received = round(99.5 * SECOND), 101 * SECOND
    assert outside(told * SECOND, sent, received) == skew_s


def test_a_skew_beyond_half_a_minute_breaks_one_time_codes():
    assert [verdict(s).verdict for s in (0, 1.9, 2.1, -30, -30.1)] == [
        Verdict.OK,
        Verdict.OK,
        Verdict.WARN,
        Verdict.WARN,
        Verdict.FAIL,
    ]


def test_what_is_new_in_the_master_is_said_figures_first():
    diff = MasterDiff(
        (Change("NIFTY", "2026-09-15", Kind.OPTION, "freeze_quantity", 1800, 1755),),
        (("NIFTY", "2026-10-13"),),
        (("NIFTY", "2026-09-08"),),
        (Reused(InstrumentKey("NFO:1"), "A", "B"),),
    )
    assert said(diff) == (
        "freeze quantity of NIFTY 2026-09-15 option 1800 -> 1755, expiry NIFTY 2026-10-13 is new, "
        "expiry NIFTY 2026-09-08 is gone, 1 tokens mean something else now"
    )
    assert said(MasterDiff((), (), (), ())) == "nothing changed since the day before"


CHECKS = (ok("disk", "room"), warn("clock", "3 s"), skip("feed", "no login"))


def test_warnings_are_allowed_and_a_failure_is_exit_code_3():
    assert command.exit_code(CHECKS) == 0
    assert command.exit_code((*CHECKS, fail("login", "no"))) == 3
    assert summary((*CHECKS, fail("login", "no"))) == "4 checks: 1 passed, 1 warned, 1 failed"


def test_it_is_shown_as_lines_as_a_table_and_as_json():
    assert command.as_lines(CHECKS).splitlines()[1] == "warn clock         3 s"
    assert "3 s" in command.as_table(CHECKS)
    assert json.loads(command.as_json(CHECKS))[0] == {
        "name": "disk",
        "verdict": "ok",
        "text": "room",
    }
