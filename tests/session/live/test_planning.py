"""What a day of paper or live trading is planned on, without a broker."""

import datetime as dt
import shutil

import pytest

from rustro_kernel.brokers.angelone.forms import Credentials
from rustro_kernel.config import Config
from rustro_kernel.domain.errors import (
    BadConfig,
    LiveRefused,
    NotATradingDay,
    OutsideRules,
    Refused,
    UnverifiedRule,
)
from rustro_kernel.domain.market_time import at
from rustro_kernel.engine.inputs import Input, Restarted, StepDone
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.chain import Chain
from rustro_kernel.session import composition
from rustro_kernel.session.live.credentials import Found, load_credentials
from rustro_kernel.session.live.planning import plan_live, planned
from rustro_kernel.session.restart import after_crash
from rustro_kernel.session.sessions_book import Entry, book_of, read_book, record
from tests.records.day import trade

FOUND = Found(Credentials("C1", "1234", "key", "SEED"), "environment")


class Still:
    """A clock that stands still on a date at 09:00."""

    def __init__(self, date, speed=1.0):
        self._now_ns, self.speed = at(date, "09:00"), speed

    def now_ns(self):
        return self._now_ns


@pytest.fixture
def plan(no_rustro_environment, tmp_path):
    def plan(date="2026-09-09", speed=1.0, **keys):
        places = {"state.dir": tmp_path / "state", "run.out": tmp_path / "run", "mode": "live"}
        chosen = {**places, **{k.replace("__", "."): v for k, v in keys.items()}}
        return planned(Config.load(**chosen), Still(dt.date.fromisoformat(date), speed), FOUND)

    return plan


def test_the_session_is_named_by_date_mode_account_and_number(plan, tmp_path):
    assert plan().session_id == "2026-09-09-live-main-1"
    book = book_of(tmp_path / "state", "main")
    book.parent.mkdir()
    record(book, plan().entry)
    assert plan().session_id == "2026-09-09-live-main-2"
    assert plan(mode="paper").session_id == "2026-09-09-paper-main-1"


def test_paper_begins_with_the_balance_live_with_what_the_broker_will_say(plan):
    assert plan(mode="paper", account__balance=5000).started.balance_paise == 500_000
    assert plan(account__balance=5000).started.balance_paise == 0


@pytest.mark.parametrize(("speed", "factor"), [(1, 20), (10, 20), (60, 60), (1e6, 100_000)])
def test_on_a_fast_clock_no_silence_under_a_second_of_the_wall_is_a_gap(plan, speed, factor):
    found = plan(mode="paper", speed=speed)
    assert found.started.settings["data"]["gap_factor"] == factor
    assert found.cfg.data.gap_factor == factor


def test_the_first_days_of_live_are_capped(plan, tmp_path):
    assert plan(risk__live_max_lots=2).started.max_lots == 2
    assert plan(mode="paper").started.max_lots == 0
    book = book_of(tmp_path / "state", "main")
    book.parent.mkdir()
    for day in range(1, 11):
        record(book, Entry(f"l{day}", "live", f"2026-08-{day:02d}", is_cleared=True))
    assert plan().started.max_lots == 0


def test_the_data_is_named_by_its_host_and_by_nothing_secret(plan):
    url = "wss://user:secret@127.0.0.1:99/smart-stream?token=secret"
    assert plan(broker__stream_url=url).started.data == "angel one live stream from 127.0.0.1"
    assert plan().started.data == "angel one live stream from smartapisocket.angelone.in"


def test_a_simulated_exchange_is_never_taken_for_the_market(plan):
    here = plan(broker__stream_url="ws://127.0.0.1:99/smart-stream").started
    assert here.synthetic == ("everything: a simulated exchange on this machine",)
    assert plan().started.synthetic == ()


def test_the_credentials_are_in_no_input(plan):
    ready = plan()
    assert ready.first_inputs == (ready.started, StepDone("log"), StepDone("storage"))
    assert "1234" not in repr(ready)
    assert "SEED" not in repr(ready)


@pytest.mark.parametrize("mode", ["paper", "live"])
def test_a_holiday_names_the_next_day(plan, mode):
    with pytest.raises(NotATradingDay, match="the next one is 2026-01-27"):
        plan("2026-01-26", mode=mode)


def test_hours_nobody_confirmed_are_refused(plan, tmp_path):
    with pytest.raises(LiveRefused, match="2026-11-08 is unverified"):
        plan("2026-11-08")
    with pytest.raises(UnverifiedRule):
        plan("2026-11-08", mode="paper")
    own = tmp_path / "own.toml"
    own.write_text("confirm_hours = [2026-11-08]\n")
    assert plan("2026-11-08", rules__override=own).rules.unverified == ("hours of 2026-11-08",)


def test_live_refuses_a_day_without_a_known_next_one_paper_says_so(plan):
    with pytest.raises(LiveRefused, match="the next trading day after 2026-12-31 is not known"):
        plan("2026-12-31")
    assert plan("2026-12-31", mode="paper").rules.unverified == ("the next trading day",)


def test_a_year_the_rules_do_not_know(plan):
    with pytest.raises(LiveRefused, match="2027-01-04"):
        plan("2027-01-04")
    with pytest.raises(OutsideRules):
        plan("2027-01-04", mode="paper")


def test_an_hourly_stub_that_means_nothing_on_the_day_is_refused(plan):
    with pytest.raises(BadConfig, match="hourly_stub"):
        plan(strategy__hourly_stub="keep")


def test_a_run_is_entered_into_the_book_once(plan, tmp_path):
    ready = plan()
    composition.open_run(ready).abandon()
    assert [each.id for each in read_book(book_of(tmp_path / "state", "main")).sessions] == [
        ready.session_id
    ]
    for path in (tmp_path / "run").rglob("*"):
        path.unlink() if path.is_file() else None
    with pytest.raises(Refused, match="was begun meanwhile"):
        composition.open_run(ready)
    composition.open_run(plan()).abandon()  # the lock was given back


def test_missing_credentials_are_named_before_anything_else(no_rustro_environment, tmp_path):
    no_rustro_environment.setenv("XDG_CONFIG_HOME", str(tmp_path))
    no_rustro_environment.setenv("RUSTRO_PIN", "1234")
    with pytest.raises(BadConfig) as refused:
        plan_live(Config.load(**{"mode": "paper", "broker.clock": "exchange"}))
    assert "RUSTRO_CLIENT_ID, RUSTRO_API_KEY, RUSTRO_TOTP_SEED are missing" in str(refused.value)


def test_where_the_credentials_were_is_said(no_rustro_environment, tmp_path):
    no_rustro_environment.setenv("XDG_CONFIG_HOME", str(tmp_path))
    no_rustro_environment.setenv("RUSTRO_PIN", "1234")
    file = tmp_path / "rustro" / "secrets.toml"
    file.parent.mkdir()
    file.write_text('client_id = "C1"\napi_key = "k"\ntotp_seed = "S"\n')
    file.chmod(0o600)
    assert load_credentials() == Found(Credentials("C1", "1234", "k", "S"), "environment, file")


@pytest.fixture
def left(plan, tmp_path):
    """A session of this morning that was ready for orders, and its folder."""
    first = plan(risk__max_losses=5)
    run = composition.open_run(first)
    engine = composition.engine(first)
    bodies = (*first.first_inputs, StepDone("broker", "it"))
    for n, body in enumerate(bodies, 1):
        item = Input(n, first.pace.now_ns() + n, body)
        run.recorder.take(item)
        run.recorder.state(n, engine.apply(item).events)
    run.abandon()
    return first, run.folder


def test_a_session_that_was_left_goes_on_in_its_folder_under_its_own_settings(plan, left, caplog):
    first, folder = left
    again = plan(risk__max_losses=7, run__out=folder.parent / "elsewhere")
    assert (again.session_id, again.folder) == (first.session_id, folder)
    assert (again.cfg.risk.max_losses, again.ignored) == (5, ("risk.max_losses",))
    assert "goes on under its own risk.max_losses" in caplog.text
    run = composition.open_run(again)
    assert run.folder == folder
    assert run.recorder.taken_input == 4
    told, inbox = after_crash(again, run.recorder)
    assert told.first_inputs == (Restarted(0, (), ("risk.max_losses",)),)
    assert inbox.number(StepDone("x"), 0) == Input(5, first.pace.now_ns() + 4, StepDone("x"))
    run.abandon()


def test_another_mode_or_a_session_that_shut_down_takes_a_new_number(plan, left):
    _, folder = left
    assert plan(mode="paper").session_id == "2026-09-09-paper-main-1"
    assert plan(date="2026-09-10").session_id == "2026-09-10-live-main-1"
    line = b'{"seq":9,"input":4,"ts":1,"type":"ShutdownCompleted"}\n'
    with (folder / "events.jsonl").open("ab") as file:
        file.write(line)
    assert plan().session_id == "2026-09-09-live-main-2"
    assert plan().left is None


def test_a_session_that_was_never_ready_for_orders_is_left_alone(plan):
    first = plan()
    composition.open_run(first).abandon()
    assert plan().session_id == "2026-09-09-live-main-2"


def test_one_that_another_process_ended_meanwhile_is_refused(plan, left):
    again = plan()
    with (left[1] / "events.jsonl").open("ab") as file:
        file.write(b'{"seq":9,"input":4,"ts":1,"type":"ShutdownCompleted"}\n')
    with pytest.raises(Refused, match="has ended meanwhile"):
        composition.open_run(again)
    composition.open_run(plan(run__out=left[1].parent / "next")).abandon()  # the lock is free


def test_the_day_counts_on_from_its_earlier_sessions(plan, left):
    first, folder = left
    with (folder / "events.jsonl").open("ab") as file:
        chain = Chain()
        for seq, net in enumerate((-1_234, 500), 900):
            event = Event(seq, 4, 1, "PositionClosed", None, None, trade(net=net))
            file.write(chain.line(event) + b"\n")
        file.write(b'{"seq":999,"input":4,"ts":1,"type":"ShutdownCompleted"}\n')
    again = plan()
    assert (again.session_id, again.started.day_result_paise) == ("2026-09-09-live-main-2", -734)
    assert plan(mode="paper").started.day_result_paise == 0
    assert first.started.day_result_paise == 0


def test_the_funds_of_the_day_are_those_of_its_first_login(plan):
    first = plan(mode="paper", account__balance=5000)
    run = composition.open_run(first)
    run.recorder.take(Input(1, 1, first.started))
    run.recorder.sync()
    run.abandon()
    assert plan(mode="paper", account__balance=4000).started.day_funds_paise == 500_000


def test_a_folder_that_is_gone_is_said(plan, tmp_path, caplog):
    composition.open_run(plan(mode="paper")).abandon()
    shutil.rmtree(tmp_path / "run")
    assert plan(mode="paper").started.day_result_paise == 0
    assert "the day's loss is counted without that" in caplog.text
