"""Reference data from the simulated exchange over HTTP, held against the market it plays."""

import datetime as dt
from contextlib import asynccontextmanager

import pytest

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadData, BrokerTransient
from rustro_kernel.domain.instruments import Kind
from rustro_kernel.domain.market_time import MINUTE, SECOND, at
from rustro_kernel.engine.effects import Backfill
from rustro_kernel.engine.inputs import Backfilled, HistoryLoaded, MasterLoaded
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.session.live.listed import near_expiries
from rustro_kernel.session.live.past import PastBars, past_days
from rustro_kernel.session.live.reference import Reference
from tests.session.live.make import Desk, Hands, client_of, fast_server, plan
from tests.simulator.exchange.make import DATE, INDEX, market
from tests.simulator.exchange.running import server

INDEX_KEY = f"NSE:{INDEX}"
NAMES = ("NIFTY",)
NOWHERE = "http://127.0.0.1:1/master.json"


class World:
    """A reference on a running exchange."""

    def __init__(self, running, folder, client, **overrides) -> None:
        self.plan = plan(running, folder, **overrides)
        self.hands, self.desk, self.client = Hands(), Desk(), client
        self.reference = Reference(
            self.plan.cfg, self.plan.rules, MarketRules(), client, self.hands, self.plan.pace,
            self.desk,
        )  # fmt: skip

    def past(self) -> PastBars:
        return PastBars(self.client, "open", self.plan.pace.now_ns, 10, self.hands.note)


@asynccontextmanager
async def world(running, folder, **overrides):
    """`overrides` are keys of the configuration."""
    async with running, client_of(running, plan(running, folder).pace) as client:
        yield World(running, folder, client, **overrides)


def by_identity(series):
    return {(each.instrument, each.timeframe): each.bars for each in series}


async def test_history_is_the_simulated_markets_bar_for_bar(tmp_path):
    async with world(server(clock="09:00:00"), tmp_path) as here:
        await here.reference.load_master(NAMES)
        await here.reference.sync_history(NAMES)
        [loaded] = here.hands.of(HistoryLoaded)
    assert loaded.problem == ""
    live, sim = by_identity(loaded.series), by_identity(market().history())
    future = next(i.key for i in market().instruments() if i.kind is Kind.FUTURE)
    for key in [(INDEX_KEY, Timeframe.H1), (INDEX_KEY, Timeframe.M5)]:
        assert live[key] == sim[key]
    for key in [(future, Timeframe.H1), (future, Timeframe.M15)]:
        assert live[key] == sim[key]
    days = live[INDEX_KEY, Timeframe.D1]
    assert len(days) == 90
    assert days == sim[INDEX_KEY, Timeframe.D1][-90:]
    assert sum(bar.stub for bar in live[INDEX_KEY, Timeframe.H1]) > 40
    assert live[future, Timeframe.D1][-1].volume > 0
    assert here.hands.noted("days without candles") == []


async def test_a_day_before_that_has_no_bars_is_no_history(tmp_path):
    async with world(server(clock="09:00:00"), tmp_path) as here:
        days = past_days(MarketRules(), DATE + dt.timedelta(days=1), "NIFTY", 2)
        index = next(i for i in market().instruments() if i.kind is Kind.INDEX)
        with pytest.raises(BadData, match=f"no bars of NIFTY on {DATE}"):
            await here.past().index(index, days)
        assert here.hands.noted("days without candles") == [
            {"instrument": INDEX_KEY, "days": str(DATE)}
        ]


async def test_history_that_cannot_be_had_is_asked_for_three_times_and_then_a_problem(tmp_path):
    script = '[[fault]]\nwhat = "html_502"\non = "getCandleData"\ntimes = 1000\n'
    async with world(fast_server(script, speed=400), tmp_path) as here:
        await here.reference.load_master(NAMES)
        began_ns = here.plan.pace.now_ns()
        await here.reference.sync_history(NAMES)
        [loaded] = here.hands.of(HistoryLoaded)
        assert loaded.series == ()
        assert "getCandleData got no readable answer" in loaded.problem
        assert here.plan.pace.now_ns() - began_ns >= 20 * SECOND


async def test_the_master_is_that_of_the_exchange_and_the_desk_knows_it(tmp_path):
    async with world(server(), tmp_path) as here:
        await here.reference.load_master(NAMES)
        [loaded] = here.hands.of(MasterLoaded)
    listed = {each.key: each for each in market().instruments()}
    assert {each.key for each in loaded.instruments} == set(listed)
    for each in loaded.instruments:
        ours = listed[each.key]
        assert (each.kind, each.lot, each.strike, each.expiry, each.right) == (
            ours.kind, ours.lot, ours.strike, ours.expiry, ours.right,
        )  # fmt: skip
    kinds = [each.kind for each in loaded.instruments]
    assert kinds[:3] == [Kind.INDEX, Kind.VIX, Kind.FUTURE]
    assert here.desk.instruments == list(loaded.instruments)
    [note] = here.hands.noted("master")
    assert (note["date"], note["news"]) == (str(DATE), "no earlier one to compare with")
    assert (tmp_path / "state" / "master" / f"master-{DATE}.json").is_file()


async def test_without_a_master_the_day_ends_and_says_why(tmp_path):
    async with world(fast_server(speed=400), tmp_path, broker__master_url=NOWHERE) as here:
        began_ns = here.plan.pace.now_ns()
        await here.reference.load_master(NAMES)
        assert here.hands.finish is not None
        assert here.hands.finish.exit_code == 1
        assert here.hands.finish.reason.startswith("no instrument master: master got no readable")
        assert here.plan.pace.now_ns() - began_ns >= 20 * SECOND


async def test_a_reload_asks_the_broker_again_though_todays_file_is_there(tmp_path):
    async with world(server(), tmp_path) as here:
        await here.reference.load_master(NAMES)
        again = await here.reference.reload_master()
        assert list(again) == here.desk.instruments
        assert here.client  # the same login
    with pytest.raises(BrokerTransient):
        await _reload_of(tmp_path / "elsewhere")


async def _reload_of(folder):
    async with world(server(), folder, broker__master_url=NOWHERE) as here:
        await here.reference.reload_master()


async def test_a_backfill_is_rounded_outward_to_whole_minutes(tmp_path):
    async with world(server(clock="10:00:00"), tmp_path) as here:
        await here.reference.load_master(NAMES)
        begin, end = at(DATE, "09:20:30"), at(DATE, "09:25:10")
        await here.reference.backfill(Backfill(INDEX_KEY, begin, end))
        [answer] = here.hands.of(Backfilled)
    starts = [bar.start_ns for bar in answer.series.bars]
    assert starts == [at(DATE, "09:20") + n * MINUTE for n in range(6)]
    assert (answer.from_ns, answer.to_ns, answer.problem) == (begin, end, "")
    day = market().ticks(INDEX_KEY, starts[0], starts[0] + MINUTE)
    prices = [tick.ltp for tick in day]
    first = answer.series.bars[0]
    assert (first.open, first.high, first.low, first.close) == (
        prices[0], max(prices), min(prices), prices[-1],
    )  # fmt: skip


async def test_a_backfill_that_fails_says_so(tmp_path):
    script = '[[fault]]\nwhat = "empty_body"\non = "getCandleData"\ntimes = 1000\n'
    async with world(fast_server(script, speed=400), tmp_path) as here:
        await here.reference.load_master(NAMES)
        await here.reference.backfill(Backfill(INDEX_KEY, at(DATE, "09:20"), at(DATE, "09:25")))
        [answer] = here.hands.of(Backfilled)
    assert (answer.series.instrument, answer.series.bars) == (INDEX_KEY, ())
    assert "getCandleData" in answer.problem


def test_options_are_those_of_45_days_and_of_three_expiries_at_least():
    dates = ("2026-09-15", "2026-09-22", "2026-09-29", "2026-10-06", "2026-10-24", "2026-10-25")
    assert near_expiries(dates, DATE) == dates[:5]
    assert near_expiries(("2026-12-29", "2027-03-30", "2027-06-29", "2027-12-28"), DATE) == (
        "2026-12-29", "2027-03-30", "2027-06-29",
    )  # fmt: skip
