"""The stream goes and comes back; a session starts when it likes, with its inputs in any order."""

from hypothesis import given, settings as examples, strategies as st

from rustro_kernel.domain.bars import Series, Timeframe
from rustro_kernel.domain.orders import OrderStatus, OrderUpdate
from rustro_kernel.engine import effects
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import (
    Backfilled,
    Funds,
    HistoryLoaded,
    Input,
    MarketNotice,
    MasterLoaded,
    Stalled,
    StepDone,
    StreamChanged,
    Subscribed,
    TokensChanged,
    Wake,
)
from tests.make import (
    CALL,
    FUTURE,
    NIFTY,
    VIX,
    Bench,
    command,
    history,
    master,
    ns,
    option_key,
    tick,
)

NOBODY = option_key(1)
SAID = ("StreamConnected", "StreamDisconnected", "StreamError", "TradingHalted", "TradingResumed")


SAID_ONCE = ["StreamDisconnected", "TradingHalted", "StreamConnected", "TradingResumed"]


def asked(bench, kind=effects.Subscribe):
    return [e.action for e in bench.effects if isinstance(e.action, kind)]


def running():
    bench = Bench()
    bench.run_to("10:05")
    return bench


def test_a_stream_that_stays_down_is_lost_once():
    bench = running()
    for reason in ("closed", "refused", "refused"):
        bench.feed(StreamChanged(connected=False, reason=reason))
    assert bench.names(*SAID)[-4:] == [
        "StreamDisconnected", "TradingHalted", "StreamError", "StreamError",
    ]  # fmt: skip
    assert bench.last("StreamError").reason == "refused"


def test_a_stream_that_comes_back_carries_what_it_carried():
    bench = running()
    before, watched = len(asked(bench)), dict(bench.state.watched)
    bench.feed(StreamChanged(connected=False, reason="closed"))
    bench.feed(StreamChanged(connected=True))
    assert len(asked(bench)) == before
    assert bench.state.watched == watched
    assert asked(bench, effects.Unsubscribe) == []
    assert bench.names(*SAID)[-2:] == ["StreamConnected", "TradingResumed"]
    assert bench.last("PhaseRevalidationRequired").reason == "the market stream is back"
    assert bench.state.phase == "OPEN"


def test_strikes_stay_around_the_money_of_today_when_the_stream_comes_back():
    bench = running()
    bench.prices[NIFTY] = 17_260
    bench.run_to("10:10")
    center = bench.state.desks["NIFTY"].center
    bench.feed(StreamChanged(connected=False))
    bench.feed(StreamChanged(connected=True))
    assert bench.state.desks["NIFTY"].center == center == 17_250_00


def test_a_stream_that_breaks_before_the_day_is_checked_determines_no_phase():
    bench = Bench(start="10:20")
    engine, first = Engine(bench.registry), bench.inputs[0]
    said = [*engine.apply(first).events]
    for n, connected in enumerate((False, True), 2):
        said += engine.apply(Input(n, first.ts, StreamChanged(connected))).events
    names = [event.type for event in said]
    assert names[-4:] == SAID_ONCE
    assert "MarketPhaseDetermined" not in names


def test_a_stream_that_is_up_twice_is_up_once():
    bench = running()
    bench.feed(StreamChanged(connected=True))
    assert bench.last("DuplicateIgnored").what == "stream"
    assert len(bench.said("StreamConnected")) == 1


def test_silence_is_looked_for_once_however_often_the_stream_comes_back():
    bench = running()
    for _ in range(5):
        bench.feed(StreamChanged(connected=False))
        bench.feed(StreamChanged(connected=True))
    checks = [name for _, _, name, _ in bench.state.agenda if name == "gap"]
    assert len(checks) == 3  # index, future, VIX


def test_an_early_stream_is_used_when_its_time_has_come():
    bench = Bench(start="08:50")
    bench.feed(StreamChanged(connected=True))
    bench.wait_to("09:14")
    assert bench.said("StreamConnectRequired") == []
    assert set(bench.state.watched) >= {NIFTY, FUTURE, VIX}


def test_an_underlying_that_the_master_lacks_is_said_and_not_traded():
    bench = Bench(listed=master()[1:])
    assert "NIFTY is not in the instrument master" in bench.last("NoTradeModeActivated").reason
    bench.wait_to("15:31")
    assert bench.finished


def test_answers_that_come_twice_are_taken_once():
    bench = running()
    desk = bench.state.desks["NIFTY"]
    bench.feed(MasterLoaded(master()))
    bench.feed(HistoryLoaded(history()))
    bench.feed(StepDone("broker", "again"))
    assert bench.state.desks["NIFTY"] is desk
    assert [e.what for e in bench.said("DuplicateIgnored")] == [
        "instrument master", "history", "step",
    ]  # fmt: skip


def _any_input(kind: str, dice: int):
    moment = ns("10:00") + dice * 1_000_000_000
    key = (NIFTY, FUTURE, VIX, CALL, NOBODY)[dice % 5]
    made = {
        "tick": lambda: tick(
            key, dice % 7 - 1, moment - (dice % 3) * 10**11, volume=dice * 7 % 900
        ),
        "step": lambda: StepDone(("log", "storage", "credentials", "login", "broker")[dice % 5]),
        "stream": lambda: StreamChanged(connected=dice % 2 > 0),
        "subscribed": lambda: Subscribed((key,)),
        "master": lambda: MasterLoaded(master()[dice % 3 :]),
        "history": lambda: HistoryLoaded(history() if dice % 3 else (), "" if dice % 4 else "no"),
        "backfill": lambda: Backfilled(Series(key, Timeframe.M1, ()), 0, dice),
        "order": lambda: OrderUpdate(f"t{dice}", list(OrderStatus)[dice % 9], "b", dice, dice),
        "funds": lambda: Funds(dice),
        "tokens": lambda: TokensChanged(dice % 4, moment, "lost" if dice % 9 == 0 else ""),
        "wake": lambda: Wake(moment),
        "stalled": lambda: Stalled(dice, "cell.py:1:f"),
        "notice": lambda: MarketNotice(dice % 2 > 0, moment if dice % 3 else 0, "said"),
        "command": lambda: command(("pause", "resume", "flatten", "kill")[dice % 4], id=str(dice)),
    }
    return made[kind]()


KINDS = (
    *("tick", "tick", "tick", "step", "step", "stream", "subscribed", "master", "history"),
    *("backfill", "order", "funds", "tokens", "wake", "stalled", "notice", "command"),
)


class Bare(Bench):
    """A world that answers nothing by itself: every input is the story's."""

    def _answer(self, action):
        return []


@examples(max_examples=150)
@given(
    st.sampled_from(["08:55", "10:20", "15:16", "16:00"]),
    st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 100), st.integers(0, 90))),
)
def test_a_session_started_at_any_time_takes_its_inputs_in_any_order(start, story):
    bench = Bare(start=start)
    for kind, dice, wait in story:
        bench.wait(wait)
        bench.feed(_any_input(kind, dice))
    bench.engine.view()
    assert [e.seq for e in bench.events] == list(range(1, len(bench.events) + 1))
    assert bench.orders == []
