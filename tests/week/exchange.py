"""The exchange of the week, on a thread of its own, one date after the other."""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Thread
from time import monotonic

from rustro_kernel.domain.errors import NotATradingDay
from rustro_kernel.domain.market_time import at
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.simulator.exchange import (
    Account,
    Exchange,
    Habits,
    Playing,
    Quiet,
    play_days,
)
from rustro_kernel.simulator.market import SimMarket
from tests.week.clock import SLOW, WeekClock
from tests.week.plan import Date

CLOSED_S, QUIET_S = 4.0, 45.0
"""Seconds of the wall: a closed date, and how long nobody may do anything after a close."""


class WeekExchange:
    """Plays the dates until each is over.

    Args:
        dates: What to play.
        is_done: Whether the supervisor is done with a date.
    """

    def __init__(self, dates: Sequence[Date], is_done: Callable[[dt.date], bool]) -> None:
        self._dates = {date.date: date for date in dates}
        self._is_done = is_done
        self.playing: dict[dt.date, Playing] = {}
        self._begun_s = 0.0
        self._quiet = Quiet(QUIET_S)
        self.failure: BaseException | None = None
        self._thread = Thread(target=self._run, name="exchange", daemon=True)

    @property
    def url(self) -> str:
        return next(iter(self.playing.values())).server.url

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def has_begun(self, date: dt.date) -> bool:
        """Whether a date is being played, or was."""
        assert self.failure is None, self.failure
        return date in self.playing

    def clock(self, date: dt.date) -> WeekClock:
        found = self.playing[date].server.clock
        assert isinstance(found, WeekClock)
        return found

    def _run(self) -> None:
        try:
            asyncio.run(self._play())
        except BaseException as exc:
            self.failure = exc
            raise

    async def _play(self) -> None:
        await play_days(
            self._dates,
            self._open,
            lambda date: WeekClock(at(date, self._dates[date].start), SLOW),
            0,
            Account().funds_paise,
            self._is_over,
            self._told,
        )

    def _open(self, date: dt.date, funds_paise: int) -> Exchange | None:
        try:
            market = SimMarket.generated(date, MarketRules(), "NIFTY", 7, "trend_up")
        except NotATradingDay:
            return None
        account = replace(Account(), funds_paise=funds_paise)
        return Exchange(market, account, Habits(), self._dates[date].faults)

    def _told(self, playing: Playing) -> None:
        self._begun_s = monotonic()
        self.playing[playing.date] = playing

    def _is_over(self, playing: Playing) -> bool:
        if not playing.is_open:
            return monotonic() - self._begun_s >= CLOSED_S
        return self._is_done(playing.date) or self._quiet(playing)
