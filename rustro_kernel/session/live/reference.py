"""What the engine asks to know: today's instruments, the bars before today, a stretch it missed."""

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.history import Span
from rustro_kernel.brokers.angelone.master_download import Loaded, load_master
from rustro_kernel.config import Config
from rustro_kernel.domain.bars import Series, Timeframe
from rustro_kernel.domain.errors import BadData, BrokerError
from rustro_kernel.domain.instruments import Instrument, Kind
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.rules import DayRules
from rustro_kernel.engine.effects import Backfill, Finish
from rustro_kernel.engine.inputs import Backfilled, HistoryLoaded, MasterLoaded
from rustro_kernel.market_rules import MarketRules
from rustro_kernel.session.live.desk import Desk
from rustro_kernel.session.live.listed import listed
from rustro_kernel.session.live.master_today import said, wanted_master
from rustro_kernel.session.live.pace import Pace
from rustro_kernel.session.live.past import FUTURE_DAYS, PastBars, past_days
from rustro_kernel.session.parts import Intake

log = logging.getLogger(__name__)

TRIES = 3
PAUSE_S = 10.0
SPARE_DAYS = 10
"""Beyond the window: what a special day left out takes away."""
FAILURES = (BadData, BrokerError, TimeoutError)

T = TypeVar("T")


class Reference:
    """Answers for one day; each answer is an input. On the I/O loop only.

    Args:
        cfg: Addresses, timeouts, windows.
        rules: The day's.
        calendar: Tells the hours of earlier days.
        client: Asked for candles.
        intake: Takes the inputs.
        pace: The market's time.
        desk: Told what can be traded.
    """

    def __init__(
        self,
        cfg: Config,
        rules: DayRules,
        calendar: MarketRules,
        client: Client,
        intake: Intake,
        pace: Pace,
        desk: Desk,
    ) -> None:
        self._cfg, self._rules, self._calendar = cfg, rules, calendar
        self._intake, self._pace, self._desk = intake, pace, desk
        self._past = PastBars(
            client, cfg.bars.anchor, pace.now_ns, cfg.broker.read_timeout_s, intake.note
        )
        self._date = dt.date.fromisoformat(rules.date)
        self._instruments: dict[str, Instrument] = {}

    async def load_master(self, underlyings: Sequence[str]) -> None:
        """Today's instruments; without any, nothing can be traded and the day ends."""
        try:
            loaded = await self._tried(self._download)
        except FAILURES as exc:
            self._intake.end(Finish(f"no instrument master: {_words(exc)}", 1))
            return
        self._keep(loaded, underlyings)
        self._take(MasterLoaded(tuple(self._instruments.values())))

    def know(self, instruments: Iterable[Instrument]) -> None:
        """Take today's instruments from an earlier process of the session."""
        self._instruments = {each.key: each for each in instruments}

    async def reload_master(self) -> tuple[Instrument, ...]:
        """The broker does not know a token: fetch the master again, once, whatever is on disk.

        Raises:
            BadData, BrokerTransient: It cannot be had.
        """
        self._keep(await self._download(fresh=True), self._cfg.market.underlyings)
        return tuple(self._instruments.values())

    async def sync_history(self, underlyings: Sequence[str]) -> None:
        """The bars before today of every underlying and its future."""
        try:
            series = await self._tried(lambda: self._history(underlyings))
        except FAILURES as exc:
            self._take(HistoryLoaded((), _words(exc)))
        else:
            self._take(HistoryLoaded(series))

    async def backfill(self, wanted: Backfill) -> None:
        """The 1m bars of a stretch, rounded outward to whole minutes."""
        from_ns = wanted.from_ns - wanted.from_ns % MINUTE
        to_ns = wanted.to_ns + -wanted.to_ns % MINUTE
        instrument = self._instruments[wanted.instrument]
        auction = self._rules.index_auction
        nothing = Series(wanted.instrument, Timeframe.M1, ())
        try:
            got = await self._past.candles(
                Span(instrument, Timeframe.M1, from_ns, to_ns),
                lambda _: auction.open_ns if auction else None,
            )
        except FAILURES as exc:
            self._take(Backfilled(nothing, wanted.from_ns, wanted.to_ns, _words(exc)))
        else:
            self._take(Backfilled(got.series, wanted.from_ns, wanted.to_ns))

    async def _download(self, *, fresh: bool = False) -> Loaded:
        wanted = wanted_master(self._cfg, self._date)
        async with asyncio.timeout(self._cfg.broker.master_timeout_s):
            return await load_master(wanted, fresh=fresh)

    def _keep(self, loaded: Loaded, underlyings: Sequence[str]) -> None:
        """Note what is new in it, and tell the desk."""
        found = listed(loaded.master, underlyings, self._date)
        self._instruments = {instrument.key: instrument for instrument in found}
        self._desk.set_instruments(found)
        date, words = loaded.file_date.isoformat(), said(loaded.diff)
        log.info("master of %s: %d instruments; %s", date, len(found), words)
        self._intake.note(
            "master", date=date, rows=loaded.master.rows, news=words, problem=loaded.problem
        )

    async def _history(self, underlyings: Sequence[str]) -> tuple[Series, ...]:
        found: list[Series] = []
        for name in underlyings:
            found += await self._underlying(name)
        return tuple(found)

    async def _underlying(self, name: str) -> list[Series]:
        mine = [each for each in self._instruments.values() if each.underlying == name]
        index = next(each for each in mine if each.kind is Kind.INDEX)
        futures = [each for each in mine if each.kind is Kind.FUTURE]
        count = max(self._cfg.strategy.warmup_bars + SPARE_DAYS, FUTURE_DAYS)
        days = await asyncio.to_thread(past_days, self._calendar, self._date, name, count)
        if not days:
            raise BadData("history", f"the market rules know no day before {self._date}")
        found = [*await self._past.index(index, days)]
        daily = [await self._past.last_days(future, days) for future in futures]
        if futures:
            found += await self._past.future(_busiest(futures, daily), days)
        return found + daily

    async def _tried(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What is asked for, after up to three tries.

        Raises:
            BadData, BrokerError, TimeoutError: The last try's.
        """
        for _ in range(TRIES - 1):
            try:
                return await ask()
            except FAILURES as exc:
                log.warning("not yet: %s", _words(exc))
                await self._pace.sleep(PAUSE_S)
        return await ask()

    def _take(self, body: MasterLoaded | HistoryLoaded | Backfilled) -> None:
        self._intake.take(body, self._pace.now_ns())
        self._intake.taken()


def _busiest(futures: Sequence[Instrument], daily: Sequence[Series]) -> Instrument:
    """The future with the larger volume on its last day; the nearest where nobody knows."""
    volumes = [series.bars[-1].volume if series.bars else -1 for series in daily]
    return futures[volumes.index(max(volumes))]


def _words(exc: Exception) -> str:
    return str(exc) or "no answer in time"
