"""One day after the other at one address: an exchange a day, its account goes on overnight."""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from time import monotonic
from typing import NamedTuple, Protocol

from rustro_kernel.domain.market_time import ist_date
from rustro_kernel.simulator.exchange.clock import MarketClock
from rustro_kernel.simulator.exchange.exchange import Exchange
from rustro_kernel.simulator.exchange.server import Server

LOOK_S = 0.1


class Opens(Protocol):
    """Makes the exchange of a date, with so much money in paise; None while it is closed."""

    def __call__(self, date: dt.date, funds_paise: int) -> Exchange | None:
        """The exchange of a date."""


class Playing(NamedTuple):
    """A date, and what answers on it; on a closed one the exchange is that of the day before."""

    date: dt.date
    is_open: bool
    server: Server


IsOver = Callable[[Playing], bool]


class Quiet:
    """A date is over once nobody is connected or asks anything, after the close if it is open.

    Midnight ends it in any case. Whoever waits for the next day may ask for the time.

    Args:
        for_s: So long, in the wall's seconds.
        monotonic: Seconds that never go back.
    """

    def __init__(self, for_s: float, monotonic: Callable[[], float] = monotonic) -> None:
        self._for_s, self._monotonic = for_s, monotonic
        self._seen: tuple[object, ...] = ()
        self._since_s = 0.0

    def __call__(self, playing: Playing) -> bool:
        """Look again."""
        exchange, now_s = playing.server.exchange, self._monotonic()
        if ist_date(playing.server.clock.now_ns()) > playing.date:
            return True
        closed = not playing.is_open or is_after_close(playing.server)
        seen = (playing.date, closed, exchange.requests.total(), exchange.handshakes.open.total())
        if seen != self._seen:
            self._seen, self._since_s = seen, now_s
        is_alone = closed and not exchange.handshakes.open.total()
        return is_alone and now_s - self._since_s >= self._for_s


def is_after_close(server: Server) -> bool:
    """Whether the last leg of the day is over."""
    return server.clock.now_ns() >= server.exchange.day.pit.hours.close_ns


async def play_days(
    dates: Iterable[dt.date],
    opens: Opens,
    clock: Callable[[dt.date], MarketClock],
    port: int,
    funds_paise: int,
    is_over: IsOver,
    told: Callable[[Playing], None],
) -> None:
    """Open each date on the same port until it is over.

    What is still held at the end of a day is settled overnight at its last price, and every login
    ends: the next day knows nothing of the one before but the money.

    Args:
        dates: In order; the first one must be open.
        opens: Makes a day's exchange.
        clock: The market's time on a date.
        port: 0: any free one, the same for all.
        funds_paise: On the first day.
        is_over: Asked ten times a second.
        told: Called when a date has begun.
    """
    last: Exchange | None = None
    for date in dates:
        exchange = opens(date, funds_paise if last is None else settled_paise(last))
        last, is_open = exchange or last, exchange is not None
        if last is None:
            raise ValueError(f"{date} is closed, and there is no day before it")
        opened: AbstractAsyncContextManager[Server] = Server(last, clock(date), port)
        async with opened as server:
            port, playing = server.port, Playing(date, is_open, server)
            told(playing)
            while not is_over(playing):  # noqa: ASYNC110 - of the market's clock comes no event
                await asyncio.sleep(LOOK_S)


def settled_paise(exchange: Exchange) -> int:
    """The account's money in the morning after."""
    day = exchange.day
    earned = 0
    for position in day.pit.portfolio.positions.values():
        ltp = day.feed.tickers[position.listed.instrument.key].ltp
        earned += position.sold_value - position.bought_value + position.net * ltp
    return day.pit.portfolio.funds + earned
