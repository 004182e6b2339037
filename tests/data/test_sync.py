"""The broker's history in the store: all of it, once, whatever breaks in between."""

import datetime as dt
import json

import pytest
from msgspec.structs import replace

from rustro_kernel.data.sync.book import DayRead
from rustro_kernel.data.sync.report import keep, words
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadUsage, BrokerTransient
from rustro_kernel.domain.instruments import Kind
from rustro_kernel.domain.market_time import MINUTE, at, midnight_ns, show_clock
from rustro_kernel.records.bars.columns import of_bars
from rustro_kernel.records.bars.derived import aggregated
from tests.data.syncing import M1, NIFTY, SPRING, WEEK, world
from tests.simulator.exchange.make import DATE, market
from tests.simulator.exchange.running import server

YESTERDAY = DATE - dt.timedelta(1)
MORNING, NIGHT = "09:00:00", "18:00:00"


def past(key=NIFTY, first=WEEK):
    """What the exchange's market has before its day."""
    return market().past_minutes(key, midnight_ns(first), midnight_ns(DATE))


def fault(what, **fields):
    lines = [f"{name} = {value!r}" for name, value in fields.items()]
    return "\n".join(["[[fault]]", f'what = "{what}"', 'on = "getCandleData"', *lines])


def future():
    return next(each.key for each in market().instruments() if each.kind is Kind.FUTURE)


# all of it, once


async def test_a_full_sync_is_the_markets_history_and_a_second_one_asks_for_nothing(tmp_path):
    async with world(server(clock=MORNING), tmp_path) as here:
        report = await here.sync()
        assert [here.bars(NIFTY), here.bars(future())] == [past(), past(future())]
        by_name = {each.instrument: each for each in report.gained}
        assert (by_name[NIFTY].wanted, by_name[NIFTY].read, by_name[NIFTY].known) == (5, 5, 0)
        assert by_name[NIFTY].written.added == len(past())
        assert (by_name[NIFTY].missing_days, by_name[NIFTY].holes) == ((), ())
        asked = here.requests
        again = await here.sync()
    assert here.requests == asked == report.requests
    assert again.requests == 0
    assert {(each.known, each.wanted) for each in again.gained} >= {(5, 0)}


async def test_long_stretches_are_read_in_the_brokers_pieces(tmp_path):
    async with world(server(clock=MORNING), tmp_path) as here:
        report = await here.sync(NIFTY, first=SPRING)
        assert here.bars() == past(first=SPRING)
    assert [(step.number, step.of) for step in here.steps] == [(n, 4) for n in (1, 2, 3, 4)]
    assert report.requests == 4


async def test_reading_again_changes_nothing_that_did_not_change(tmp_path):
    async with world(server(clock=MORNING), tmp_path) as here:
        await here.sync(NIFTY)
        before = here.bars()
        report = await here.sync(NIFTY, again=True)
        assert here.bars() == before
    [gained] = report.gained
    assert (gained.written.added, gained.written.changed) == (0, 0)
    assert gained.written.same == len(before)


async def test_only_what_the_store_lacks_is_asked_for(tmp_path):
    async with world(server(clock=MORNING), tmp_path) as here:
        whole = [bar for bar in past() if at(YESTERDAY, "00:00") <= bar.start_ns]
        here.store.write_days(NIFTY, M1, of_bars(whole), "a file")
        report = await here.sync(NIFTY)
        assert here.store.read.sources(NIFTY, M1)[YESTERDAY] == "a file"
    [gained] = report.gained
    assert (gained.known, gained.wanted) == (1, 4)


async def test_a_day_the_store_lost_is_read_anew(tmp_path):
    async with world(server(clock=MORNING), tmp_path) as here:
        await here.sync(NIFTY)
        half = [bar for bar in here.bars(date=YESTERDAY) if bar.start_ns < at(YESTERDAY, "12:00")]
        here.store.write_days(NIFTY, M1, of_bars(half), "a mistake", mode="replace")
        report = await here.sync(NIFTY)
        assert here.bars() == past()
    assert report.requests == 1


# what breaks


async def test_a_sync_that_stops_goes_on_where_it_stopped(tmp_path):
    async with world(server(clock=MORNING), tmp_path) as here:
        first = await here.sync(NIFTY, first=SPRING, stop_after=1)
        assert (first.requests, len(here.work.left)) == (1, 3)
        [gained] = first.gained
        assert len(gained.not_read) == gained.wanted - gained.read > 0
        assert (gained.missing_days, gained.holes) == ((), ())
        assert f"{len(gained.not_read)} trading days not read yet: " in words(first)
        second = await here.sync(NIFTY, first=SPRING)
        assert here.bars() == past(first=SPRING)
    assert (second.requests, here.requests) == (3, 4)
    assert second.gained[0].known == first.gained[0].read
    assert second.gained[0].not_read == ()


@pytest.mark.parametrize("what", ["html_502", "empty_body", "forbidden", "drop"])
async def test_a_fault_that_passes_is_not_noticed(tmp_path, what):
    async with world(server(fault(what, times=2), clock=MORNING), tmp_path) as here:
        report = await here.sync(NIFTY)
        assert here.bars() == past()
    assert here.requests == 3
    assert report.gained[0].dropped == {}


@pytest.mark.parametrize("what", ["html_502", "empty_body"])
async def test_a_fault_that_stays_ends_it_and_what_came_before_is_kept(tmp_path, what):
    async with world(server(fault(what, nth=2, times=3), clock=MORNING), tmp_path) as here:
        with pytest.raises(BrokerTransient, match="getCandleData"):
            await here.sync(NIFTY, first=SPRING)
        held = len(here.bars())
        assert held == here.steps[0].written.added > 0
        report = await here.sync(NIFTY, first=SPRING)
        assert here.bars() == past(first=SPRING)
    assert report.requests == 3


async def test_no_answer_at_all_is_an_error_in_time(tmp_path):
    async with world(server(fault("stall"), clock=MORNING), tmp_path) as here:
        with pytest.raises(BrokerTransient, match=r"no answer in 0\.3 s"):
            await here.sync(NIFTY, answer_s=0.3)
        assert here.bars() == []


# the running day


async def test_the_running_day_is_read_until_it_has_settled(tmp_path):
    async with world(server(clock="10:00:30"), tmp_path) as here:
        report = await here.sync(NIFTY)
        [first] = report.gained
        assert show_clock(here.bars()[-1].start_ns) == "09:59:00"
        assert first.unsettled == (str(DATE),)
        assert (first.missing_days, first.holes) == ((), ())
        here.clock(5.75)  # 15:45: closed, and may still change
        [second] = (await here.sync(NIFTY)).gained
        assert (second.wanted, second.unsettled) == (1, (str(DATE),))
        here.clock(0.5)
        [third] = (await here.sync(NIFTY)).gained
        assert (third.wanted, third.unsettled, third.written.changed) == (1, (), 0)
        [fourth] = (await here.sync(NIFTY)).gained
    assert (fourth.wanted, fourth.holes, fourth.missing_days) == (0, (), ())


async def test_the_later_version_of_a_candle_wins_and_is_marked(tmp_path):
    async with world(server(clock="10:00:30"), tmp_path) as here:
        await here.sync(NIFTY)
        right = here.bars()[-1]
        early = replace(right, close=right.close - 5, low=min(right.low, right.close - 5))
        here.store.write_days(NIFTY, M1, of_bars([early]), "as it was", mode="correct")
        here.clock(8)
        [gained] = (await here.sync(NIFTY)).gained
        assert gained.written.changed == 1
        [now] = [bar for bar in here.bars() if bar.start_ns == right.start_ns]
        assert now == replace(right, corrected=True)
        assert [bar for bar in here.bars() if bar.corrected] == [now]


async def test_auction_bars_of_the_index_are_marked_and_in_no_longer_bar(tmp_path):
    async with world(server(clock=NIGHT), tmp_path) as here:
        [gained, *_] = (await here.sync("NIFTY", first=DATE)).gained
        bars = here.bars()
        auction = [bar for bar in bars if bar.auction]
        clocks = [show_clock(bar.start_ns)[:5] for bar in auction]
        assert (clocks[0], clocks[-1], gained.auction) == ("15:15", "15:34", 20)
        assert all(bar.start_ns < at(DATE, "15:15") for bar in bars if not bar.auction)
        hours = aggregated(of_bars(bars), Timeframe.H1, at(DATE, "09:15"))
        assert show_clock(hours.bars()[-1].start_ns) == "14:15:00"
        assert not any(bar.auction for bar in here.bars(future()))
        assert show_clock(here.bars(future())[-1].start_ns) > "15:15"


async def test_quiet_minutes_of_an_option_stay_quiet(tmp_path):
    options = [each for each in market().instruments() if each.kind is Kind.OPTION]
    async with world(server(clock=NIGHT), tmp_path) as here:
        [gained] = (await here.sync(options[0].symbol, first=DATE)).gained
        bars = here.bars(options[0].key)
        assert gained.instrument == options[0].key
        assert gained.silent == 385 - len(bars) > 0
        assert (gained.holes, gained.missing_days) == ((), ())
        assert all(bar.volume for bar in bars)
        assert (await here.sync(options[0].symbol, first=DATE)).requests == 0


# days without bars


async def test_no_bars_of_an_index_are_no_answer_but_of_a_future_it_was_not_listed(tmp_path):
    async with world(server(clock=MORNING), tmp_path) as here:
        vix = (await here.sync("INDIAVIX")).gained[0]
        assert len(vix.missing_days) == vix.wanted == 5
        assert (await here.sync("INDIAVIX")).requests == 1
        option = next(e.symbol for e in market().instruments() if e.kind is Kind.OPTION)
        assert (await here.sync(option)).requests == 1
        assert (await here.sync(option)).requests == 0


async def test_what_is_not_listed_today_is_said(tmp_path):
    async with world(server(clock=MORNING), tmp_path) as here:
        for name in ("NFO:1", "NIFTY99DECFUT", "BANKNIFTY"):
            with pytest.raises(BadUsage, match=f"{name} is not listed today"):
                await here.sync(name)


# the report


async def test_what_is_dropped_is_kept_with_its_reason(tmp_path):
    async with world(server(clock="10:00:30"), tmp_path) as here:
        report = await here.sync(NIFTY, first=DATE)
        path = keep(report, here.work.dropped(), tmp_path)
    kept = json.loads(path.read_text())
    assert kept["gained"][0]["dropped"] == {"still forming": 1}
    table = path.with_suffix(".dropped.csv").read_text().splitlines()
    assert table == [
        '"instrument","label","reason"',
        f'"{NIFTY}","{DATE}T10:00:00+05:30","still forming"',
    ]
    assert "45 bars new, 0 corrected, 0 as they were" in words(report)
    assert "not settled, read again next time: 2026-09-09" in words(report)


async def test_the_book_is_not_believed_before_the_day_has_settled(tmp_path):
    async with world(server(clock=MORNING), tmp_path) as here:
        await here.sync(NIFTY)
        days = here.book.days(NIFTY)
        close = at(YESTERDAY, "15:40")
        for late, wanted in ((20 * MINUTE - 1, 1), (20 * MINUTE, 0)):
            here.book.note(NIFTY, {YESTERDAY: DayRead(close + late, days[YESTERDAY].bars)})
            assert (await here.sync(NIFTY)).gained[0].wanted == wanted
