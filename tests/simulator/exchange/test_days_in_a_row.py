"""One day after the other at one address."""

import datetime as dt
from dataclasses import replace

import pytest

from rustro_kernel.domain.errors import NotATradingDay
from rustro_kernel.domain.market_time import SECOND, at
from rustro_kernel.simulator.exchange import (
    Account,
    Exchange,
    MarketClock,
    Playing,
    Quiet,
    Server,
    play_days,
)
from rustro_kernel.simulator.exchange.days import settled_paise
from tests.simulator.exchange.make import DATE, Trader, exchange, listed, market

TUESDAY, HOLIDAY, THURSDAY = (dt.date(2025, 10, day) for day in (21, 22, 23))
FUNDS = 50_000_00


def opens(date: dt.date, funds_paise: int) -> Exchange | None:
    try:
        return Exchange(market(date), replace(Account(), funds_paise=funds_paise))
    except NotATradingDay:
        return None


def still(clock: str):
    """A clock that stands."""
    return lambda date: MarketClock(at(date, clock), monotonic=lambda: 0)


async def played(*dates: dt.date, told=lambda playing: None) -> list[Playing]:
    seen: list[Playing] = []

    def begun(playing: Playing) -> None:
        seen.append(playing)
        told(playing)

    await play_days(dates, opens, still("10:00"), 0, FUNDS, lambda playing: True, begun)
    return seen


async def test_a_date_after_the_other_is_played_at_one_address():
    seen = await played(TUESDAY, HOLIDAY, THURSDAY)
    assert [(p.date, p.is_open) for p in seen] == [
        (TUESDAY, True),
        (HOLIDAY, False),
        (THURSDAY, True),
    ]
    assert len({p.server.port for p in seen}) == 1
    tuesday, holiday, thursday = (p.server for p in seen)
    assert holiday.exchange is tuesday.exchange
    assert holiday.clock.now_ns() == at(HOLIDAY, "10:00")
    assert thursday.exchange.day.market.rules.date == "2025-10-23"


async def test_the_first_date_must_be_open():
    with pytest.raises(ValueError, match="2025-10-22 is closed"):
        await played(HOLIDAY)


async def test_what_was_earned_is_there_in_the_morning_and_logins_are_not():
    def trade(playing: Playing) -> None:
        if playing.date == THURSDAY:
            return
        trader = Trader(playing.server.exchange, "14:00:00")
        option = listed(playing.server.exchange)
        trader.place(option)
        trader.wait(1)
        assert playing.server.exchange.day.pit.portfolio.net(option) > 0

    tuesday, thursday = await played(TUESDAY, THURSDAY, told=trade)
    morning = thursday.server.exchange
    assert morning.day.pit.portfolio.positions == {}
    assert morning.account.funds_paise == settled_paise(tuesday.server.exchange) != FUNDS
    token = next(iter(tuesday.server.exchange.logins._expiries))
    assert morning.logins.problem(token, 0) is not None


def test_what_is_left_is_settled_at_its_last_price():
    one = exchange(account=replace(Account(), funds_paise=FUNDS * 10))
    trader = Trader(one)
    option = listed(one)
    trader.place(option)
    trader.wait(1)
    (position,) = one.day.pit.portfolio.positions.values()
    ltp = one.day.snapshot(option, trader.now).ltp
    assert position.net == option.instrument.lot
    assert settled_paise(one) == FUNDS * 10 - position.bought_value + position.net * ltp


class Hand(MarketClock):
    def __init__(self, start_ns: int) -> None:
        self.passed_ns = 0
        super().__init__(start_ns, monotonic=lambda: self.passed_ns)


def test_a_day_is_over_when_nobody_is_there_after_its_close():
    clock, one = Hand(at(DATE, "15:39:59")), exchange()
    playing, over = Playing(DATE, True, Server(one, clock)), Quiet(0)
    assert not over(playing)
    clock.passed_ns = SECOND
    one.handshakes.open["market"] = 1
    assert not over(playing)
    one.handshakes.leave("market")
    assert over(playing)


def test_silence_lasts_and_each_request_begins_it_anew():
    one, wall_s = exchange(), [0.0]
    playing = Playing(DATE, False, Server(one, Hand(at(DATE, "10:00"))))
    over = Quiet(20, lambda: wall_s[0])

    def is_over(at_s: float) -> bool:
        wall_s[0] = at_s
        return bool(over(playing))

    assert [is_over(0), is_over(19.9)] == [False, False]
    one.requests["getRMS"] += 1
    assert [is_over(20), is_over(39.9), is_over(40)] == [False, False, True]


def test_midnight_ends_a_day_whoever_is_there():
    clock, one = Hand(at(DATE, "15:00")), exchange()
    one.handshakes.open["market"] = 1
    playing, over = Playing(DATE, True, Server(one, clock)), Quiet(0)
    clock.passed_ns = 9 * 3600 * SECOND
    assert over(playing)
