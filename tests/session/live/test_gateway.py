"""The live gateway against the simulated exchange: start-up, effects, failures, the end."""

import asyncio
import logging
from contextlib import asynccontextmanager

from rustro_kernel.domain.errors import LiveRefused
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import SECOND, at
from rustro_kernel.domain.orders import OrderRequest, Side
from rustro_kernel.engine.effects import (
    CancelOrder,
    ConnectStream,
    Finish,
    LoadMaster,
    ModifyOrder,
    PlaceOrder,
    RaiseAlert,
    RefreshTokens,
    SetWake,
    Subscribe,
    SyncHistory,
    Unsubscribe,
)
from rustro_kernel.engine.inputs import (
    Funds,
    HistoryLoaded,
    MasterLoaded,
    SessionStarted,
    StepDone,
    StreamChanged,
    Subscribed,
    TokensChanged,
    Wake,
)
from rustro_kernel.records.health import read_health
from rustro_kernel.session.live.gateway import LiveGateway
from tests.session.live.make import (
    CREDENTIALS,
    Desk,
    Hands,
    fast_server,
    paper_session,
    plan,
)
from tests.session.waiting import until
from tests.simulator.exchange.make import DATE, INDEX

KEYS = (InstrumentKey(f"NSE:{INDEX}"),)
ORDER = OrderRequest("tag", KEYS[0], "X", Side.BUY, 65, 100)


class World:
    """A gateway that is open on the test's own loop."""

    def __init__(self, gateway, running, desk) -> None:
        self.gateway, self.running, self.desk, self.hands = gateway, running, desk, Hands()
        gateway.open(asyncio.get_running_loop(), self.hands)

    def do(self, *actions) -> None:
        for action in actions:
            self.gateway.carry_out(action)

    def steps(self) -> list[str]:
        return [step.step for step in self.hands.of(StepDone)]

    def names(self) -> list[str]:
        return [type(body).__name__ for body in self.hands.bodies]

    async def ready(self) -> "World":
        await until(lambda: "broker" in self.steps())
        return self


def change(planned, **fields):
    """The plan with other fields."""
    names = ("cfg", "rules", "started", "pace", "credentials", "source", "strategy")
    kept = {name: getattr(planned, name) for name in names}
    return type(planned)(**{**kept, **fields})


@asynccontextmanager
async def opened(tmp_path, script="", overrides=None, fields=None, desk=None, **options):
    """A gateway and its exchange; both end with the block."""
    desk = desk or Desk()
    async with fast_server(script, **options.pop("server", {})) as running:
        planned = change(plan(running, tmp_path, **(overrides or {})), **(fields or {}))
        gateway = LiveGateway(planned, lambda *_: desk, **options)
        here = World(gateway, running, desk)
        try:
            yield here
        finally:
            gateway.close()
            await asyncio.gather(gateway._main, return_exceptions=True)


async def test_the_start_up_is_handed_in_in_the_order_of_the_contract(tmp_path):
    async with opened(tmp_path) as here:
        await here.ready()
        bodies = here.hands.bodies
        assert isinstance(bodies[0], SessionStarted)
        assert here.steps() == ["log", "storage", "credentials", "login", "broker"]
        assert here.names()[-4:] == ["StepDone", "TokensChanged", "Funds", "StepDone"]
        assert here.hands.of(StepDone)[2].detail == "a test"
        assert here.hands.of(Funds) == [Funds(1_000_000_00)]
        assert here.hands.of(TokensChanged)[0].problem == ""
        assert here.running.exchange.requests["getRMS"] == 0


async def test_live_trades_with_the_brokers_funds_and_a_doctor_who_is_content(tmp_path):
    async def examine(client, note):
        assert client.login.tokens is not None
        note("doctor", looked="well")
        return "9 checks passed"

    live = {"mode": "live"}
    async with opened(tmp_path, overrides=live, examine=examine, may_order=True) as here:
        await here.ready()
        assert here.hands.of(Funds) == [Funds(here.running.exchange.account.funds_paise)]
        assert here.steps()[-2:] == ["doctor", "broker"]
        assert here.hands.of(StepDone)[-2].detail == "9 checks passed"
        assert here.hands.noted("doctor") == [{"looked": "well"}]


async def test_what_the_doctor_refuses_ends_the_session_before_the_broker_step(tmp_path):
    async def examine(*_):
        raise LiveRefused("the static IP is not registered")

    async with opened(tmp_path, examine=examine) as here:
        await until(lambda: here.hands.finish)
        assert here.hands.finish == Finish("live mode refused: the static IP is not registered", 3)
        assert "broker" not in here.steps()


async def test_funds_that_cannot_be_had_end_the_session(tmp_path):
    script = '[[fault]]\nwhat = "empty_body"\non = "getRMS"\ntimes = 100\n'
    async with opened(tmp_path, script, overrides={"mode": "live"}) as here:
        await until(lambda: here.hands.finish)
        assert here.hands.finish.exit_code == 1
        assert here.hands.finish.reason.startswith("the broker is not ready: getRMS")


async def test_a_refused_login_is_told_to_the_engine_which_ends_the_day(tmp_path):
    wrong = CREDENTIALS._replace(pin="9999")
    async with opened(tmp_path, fields={"credentials": wrong}) as here:
        await until(lambda: here.hands.of(TokensChanged))
        assert "AB1007" in here.hands.of(TokensChanged)[0].problem
        assert here.steps() == ["log", "storage", "credentials", "login"]
        assert here.hands.finish is None


async def test_a_seed_that_is_none_is_told_without_asking_the_broker(tmp_path):
    wrong = CREDENTIALS._replace(totp_seed="1 is no base32")
    async with opened(tmp_path, fields={"credentials": wrong}) as here:
        await until(lambda: here.hands.of(TokensChanged))
        words = here.hands.of(TokensChanged)[0].problem
        assert "the TOTP seed cannot be used: it holds characters other than" in words
        assert sum(here.running.exchange.requests.values()) == 0


async def test_every_question_of_the_engine_is_answered(tmp_path):
    async with opened(tmp_path, server={"clock": "10:00:00"}) as here:
        await here.ready()
        here.do(LoadMaster(("NIFTY",)))
        await until(lambda: here.hands.of(MasterLoaded))
        assert len(here.desk.instruments) == len(here.hands.of(MasterLoaded)[0].instruments)
        here.do(SyncHistory(("NIFTY",)), ConnectStream())
        await until(lambda: here.hands.of(StreamChanged))
        here.do(Subscribe(KEYS, depth=False))
        await until(lambda: here.hands.of(Subscribed) and here.desk.ticks)
        here.do(Unsubscribe(KEYS), RefreshTokens())
        await until(lambda: [t.generation for t in here.hands.of(TokensChanged)] == [1, 2])
        assert here.desk.reasons == ["the tokens were renewed"]
        await until(lambda: [c.connected for c in here.hands.of(StreamChanged)] == [1, 0, 1])
        await until(lambda: here.hands.of(HistoryLoaded))
        assert here.hands.of(HistoryLoaded)[0].problem == ""


async def test_orders_go_to_the_desk_and_alerts_to_the_log(tmp_path, caplog):
    async with opened(tmp_path) as here:
        await here.ready()
        here.do(PlaceOrder(ORDER), ModifyOrder(ORDER), CancelOrder("tag"))
        here.do(RaiseAlert("critical", "look here"))
        assert here.desk.asked == [ORDER, ("modify", ORDER), "tag"]
        assert ("rustro_kernel.alerts", logging.CRITICAL, "look here") in caplog.record_tuples


async def test_a_wake_comes_when_the_market_is_there_and_only_the_last_one_asked_for(tmp_path):
    async with opened(tmp_path, server={"clock": "09:00:00"}) as here:
        await here.ready()
        soon = here.gateway.now_ns()
        here.do(SetWake(soon + 30 * SECOND), SetWake(soon + 60 * SECOND))
        await until(lambda: here.hands.of(Wake))
        assert here.hands.of(Wake) == [Wake(soon + 60 * SECOND)]
        stamp = here.hands.stamps[here.hands.bodies.index(here.hands.of(Wake)[0])]
        assert stamp >= soon + 60 * SECOND
        here.do(SetWake(at(DATE, "08:00")))
        await until(lambda: len(here.hands.of(Wake)) == 2)


async def test_nothing_of_it_is_left_when_it_is_closed(tmp_path):
    async with opened(tmp_path, server={"clock": "10:00:00"}) as here:
        await here.ready()
        here.do(LoadMaster(("NIFTY",)), ConnectStream())
        await until(lambda: here.hands.of(StreamChanged))
        here.gateway.close()
        here.gateway.close()
        await until(lambda: here.running.exchange.handshakes.open["market"] == 0)
        await until(here.gateway._main.done)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        assert not [task for task in others if "rustro_kernel/session" in repr(task)]


class Lingering(Desk):
    """A desk that takes a while to leave, as a socket does."""

    has_left = False

    async def run(self) -> None:
        try:
            await super().run()
        finally:
            await asyncio.sleep(0)
            self.has_left = True


async def test_a_second_close_does_not_cut_the_first_one_short(tmp_path):
    async with opened(tmp_path, desk=Lingering()) as here:
        await here.ready()
        main = here.gateway._main
        while not main.done():
            here.gateway.close()
            assert main.cancelling() == 1
            await asyncio.sleep(0)
        assert here.desk.has_left


class Broken(Desk):
    """A desk with a mistake in it."""

    async def run(self) -> None:
        raise ZeroDivisionError


async def test_a_mistake_of_ours_ends_the_session_loudly(tmp_path):
    failures = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: failures.append(context["exception"]))
    async with opened(tmp_path, desk=Broken()):
        await until(lambda: failures)
    [group] = failures
    assert isinstance(group.exceptions[0], ZeroDivisionError)


def test_a_whole_paper_session_starts_trades_hours_and_stops(tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    server = fast_server(clock="09:08:00", speed=60.0)
    with paper_session(server, tmp_path) as session:
        session.until(lambda: session.said("EntryEvaluated"))
        names = session.names()
        assert names.index("InstrumentMasterLoaded") < names.index("HistorySyncCompleted")
        assert names.index("StreamConnected") < names.index("SubscriptionsActive")
        assert session.view.now_ns > at(DATE, "09:15")
        session.command("stop", flatten="true")
        assert session.join().exit_code == 0
    noted = {note.kind for note in read_health(session.folder)}
    assert {"master", "stream"} <= noted
    assert "was destroyed" not in caplog.text
    assert "does not end" not in caplog.text


def test_a_session_that_cannot_log_in_ends_by_itself_and_says_why(tmp_path):
    script = '[[fault]]\nwhat = "unregistered_ip"\non = "loginByPassword"\ntimes = 100\n'
    with paper_session(fast_server(script), tmp_path) as session:
        assert session.join().exit_code == 1
        assert "TokenInvalid" in session.names()
        assert "AG7002" in str(session.said("TokenInvalid"))


def test_the_engine_sees_a_lost_stream_and_goes_on_when_it_is_back(tmp_path):
    server = fast_server(clock="10:00:00", speed=30.0)
    with paper_session(server, tmp_path) as session:
        session.until(lambda: session.said("SubscriptionsActive"))
        server._sockets.end()
        session.until(lambda: session.said("StreamDisconnected"))
        session.until(lambda: len(session.said("StreamConnected")) == 2)
        bars = len(session.said("BarReady"))
        session.until(lambda: len(session.said("BarReady")) > bars)


async def test_what_the_streams_gate_discards_is_counted_by_its_rule(tmp_path):
    script = '[[fault]]\nwhat = "duplicate"\non = "frame"\ntimes = 1000\n'
    async with opened(tmp_path, script) as here:
        assert here.gateway.discarded() == {}
        await here.ready()
        here.do(ConnectStream())
        await until(lambda: here.hands.of(StreamChanged))
        here.do(Subscribe(KEYS, depth=False))
        await until(lambda: here.gateway.discarded().get("duplicate"))
