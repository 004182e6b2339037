"""Asks the broker, round after round, until nothing of ours is held and the broker has said so."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence

import msgspec

from rustro_kernel.brokers.angelone import orders_api
from rustro_kernel.brokers.angelone.books import order_book, order_details, positions
from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.limits import Urgency
from rustro_kernel.brokers.angelone.order_rows import OrderRow
from rustro_kernel.brokers.angelone.quotes import quotes
from rustro_kernel.domain.errors import BrokerError, BrokerMisconfigured
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.orders import OrderRequest, OrderStatus, Side
from rustro_kernel.domain.rules import PriceBand
from rustro_kernel.session.live.desk_timings import DeskTimings
from rustro_kernel.session.live.orders_absence import Absence
from rustro_kernel.session.live.pace import Pace
from rustro_kernel.supervision.selling import rounds
from rustro_kernel.supervision.selling.ours import Ours, next_tag
from rustro_kernel.supervision.selling.prices import sale_limit
from rustro_kernel.supervision.selling.rounds import Books, Cancel, Place, Reprice, Step

log = logging.getLogger(__name__)

ROUND_S = 1.0
"""Market seconds between two rounds: a sale follows the market that often."""
ALERT_S = 30.0
REST_S = 30.0
"""The longest rest of an instrument whose sales are refused again and again."""


class Contract(msgspec.Struct, frozen=True):
    """What the exchange asks of the orders of all our instruments. In paise and units."""

    tick: int
    freeze: int
    band: PriceBand
    product: str


class Sold(msgspec.Struct, frozen=True):
    """How it ended: flat as the broker says, or what is left and why."""

    is_flat: bool
    left: dict[InstrumentKey, int]
    sales: int
    problem: str = ""


class Sent(msgspec.Struct):
    """A sale that has left and that no order book has shown yet."""

    instrument: InstrumentKey
    unique_id: str = ""
    absence: Absence | None = None  # its outcome is unknown: it may never have arrived


class Seller:
    """Sells what is ours. Used once, on one loop.

    Args:
        client: May order, and is the account's only one: the caller holds its lock.
        ours: What belongs to the session.
        contract: Of its instruments.
        pace: The market's time.
        tell: Given a sentence every half minute in which something is left.
        timings: How long what is proof of what.
    """

    def __init__(
        self,
        client: Client,
        ours: Ours,
        contract: Contract,
        pace: Pace,
        tell: Callable[[str], None],
        timings: DeskTimings | None = None,
    ) -> None:
        self._client, self._ours, self._contract, self._pace = client, ours, contract, pace
        self._tell, self._timings = tell, timings or DeskTimings()
        self._sent: dict[str, Sent] = {}
        self._unseen: set[InstrumentKey] = set()
        self._tags: set[str] = set()
        self._rejected: set[str] = set()
        self._refused: dict[InstrumentKey, tuple[int, float]] = {}
        self._begun_s = self._asked_s = 0.0  # when we began; when the last book was asked for
        self._flat_s: float | None = None  # since when every look says so
        self._looks = 0
        self._told_s = 0.0
        self._left: dict[InstrumentKey, int] = {}
        self._oversold: dict[InstrumentKey, int] = {}
        self._problem = ""

    async def sell(self, until_ns: int) -> Sold:
        """Sell until all is flat, as the broker says, or the market has closed."""
        self._told_s = self._begun_s = self._now_s()
        while not await self._is_done():
            if self._pace.now_ns() >= until_ns:
                return self._ended("the market has closed")
            self._complain()
            await self._pace.sleep(ROUND_S)
        if self._oversold:
            return Sold(is_flat=False, left={}, sales=len(self._tags), problem=self._short())
        return self._ended()

    def _short(self) -> str:
        words = ", ".join(f"{n} of {self._name(key)}" for key, n in self._oversold.items())
        return f"{words} too many were sold: buy them back at the broker"

    def _ended(self, problem: str = "") -> Sold:
        words = problem and f"{problem}; {self._problem}".removesuffix("; ")
        return Sold(not problem, self._left, len(self._tags), words)

    async def _is_done(self) -> bool:
        """One round; a broker that does not answer is asked again in the next one."""
        try:
            async with asyncio.timeout(2 * self._timings.read_s):
                found = await self._books()
        except BrokerMisconfigured as exc:
            self._doubt(f"the broker lets nobody in: {exc}")
            return False
        except (BrokerError, TimeoutError) as exc:
            self._doubt(str(exc) or "no answer in time")
            return False
        self._left = rounds.left(self._ours, found)
        self._oversold = rounds.oversold(self._ours, found)
        if rounds.is_flat(self._ours, found) and not self._unseen:
            return self._is_proven(found)
        self._flat_s = None
        await self._act(found)
        return False

    def _doubt(self, problem: str) -> None:
        log.warning("selling: %s", problem)
        self._problem, self._flat_s = problem, None

    async def _books(self) -> Books:
        self._asked_s = self._now_s()
        rows = await order_book(self._client)
        rows = (*rows, *await self._unlisted(rows, self._asked_s))
        return rounds.books(rows, await positions(self._client), self._contract.product)

    async def _unlisted(self, rows: Sequence[OrderRow], asked_s: float) -> list[OrderRow]:
        """Sales of ours that this book lacks, as the broker tells them one by one."""
        for tag in {row.tag for row in rows} & set(self._sent):
            del self._sent[tag]
        self._unseen, found = set(), []
        for tag, sent in list(self._sent.items()):
            row = await order_details(self._client, sent.unique_id) if sent.unique_id else None
            if row is not None:
                found.append(row)
            elif sent.absence and sent.absence.missing(asked_s, is_empty=not rows):
                del self._sent[tag]  # it never got there
            else:
                self._unseen.add(sent.instrument)
        return found

    def _is_proven(self, found: Books) -> bool:
        """Books may lag: it must be so in several looks, and longer where there is no order."""
        self._looks = 1 if self._flat_s is None else self._looks + 1
        self._flat_s = self._now_s() if self._flat_s is None else self._flat_s
        timings = self._timings
        wait_s = timings.absent_s * (1 if found.orders else timings.empty_times)
        return self._looks >= timings.books and self._now_s() - self._flat_s >= wait_s

    async def _act(self, found: Books) -> None:
        limits = await self._limits(found)
        doubtful = self._unseen | self._resting(found.orders) | self._early(found)
        wanted = rounds.steps(self._ours, found, limits, self._contract.freeze, doubtful)
        for step in wanted:
            await self._do(step, found)

    async def _limits(self, found: Books) -> dict[InstrumentKey, int]:
        keys = {*rounds.left(self._ours, found)}
        keys |= {row.instrument for row in rounds.living(self._ours, found)}
        try:
            async with asyncio.timeout(self._timings.read_s):
                seen = (await quotes(self._client, keys)).found
        except (BrokerError, TimeoutError) as exc:
            self._problem = f"no quotes: {exc}"
            return {}  # cancelling needs none
        band, tick = self._contract.band, self._contract.tick
        priced = {key: sale_limit(quote, band, tick) for key, quote in seen.items()}
        return {key: limit for key, limit in priced.items() if limit is not None}

    async def _do(self, step: Step, found: Books) -> None:
        match step:
            case Cancel(row=row):
                await self._tried(
                    orders_api.cancel(
                        self._client,
                        row.order_id,
                        is_stop=bool(row.is_stop),
                        urgency=Urgency.EXIT,
                    )
                )
            case Reprice(row=row, limit_paise=limit):
                order = self._order(row.tag, row.instrument, row.quantity, limit)
                await self._tried(
                    orders_api.modify(self._client, row.order_id, order, urgency=Urgency.EXIT)
                )
            case Place(instrument=key, units=units, limit_paise=limit):
                tag = next_tag(self._ours, key, found.orders, self._tags)
                await self._place(self._order(tag, key, units, limit))

    async def _tried(self, asking: Awaitable[object]) -> None:
        """What became of it is seen in the next round."""
        try:
            await asking
        except BrokerError as exc:
            self._problem = str(exc)

    async def _place(self, order: OrderRequest) -> None:
        """Send it once; whatever was not refused for certain is looked for before another one."""
        self._tags.add(order.tag)
        try:
            placed = await orders_api.place(self._client, order, urgency=Urgency.EXIT)
        except BrokerError as exc:
            self._problem = str(exc)
            if exc.outcome_unknown:
                absence = Absence(self._now_s(), self._timings)
                self._sent[order.tag] = Sent(order.instrument, absence=absence)
            else:
                self._note_refusal(order.instrument)
            return
        self._sent[order.tag] = Sent(order.instrument, placed.unique_id)

    def _order(self, tag: str, key: InstrumentKey, units: int, limit: int) -> OrderRequest:
        symbol = self._ours.symbols[key]
        return OrderRequest(tag, key, symbol, Side.SELL, units, limit, self._contract.product)

    def _resting(self, rows: Iterable[OrderRow]) -> set[InstrumentKey]:
        """Instruments whose sales were refused: the next try comes later each time."""
        for row in rows:
            is_new = row.tag in self._tags - self._rejected
            if is_new and row.status is OrderStatus.REJECTED:
                self._rejected.add(row.tag)
                self._note_refusal(row.instrument, row.text)
        now_s = self._now_s()
        return {key for key, (_, until_s) in self._refused.items() if now_s < until_s}

    def _early(self, found: Books) -> set[InstrumentKey]:
        """All instruments while a book may lack what was sent last before us: a sale, too."""
        is_early = self._asked_s - self._begun_s < self._timings.absent_s
        return {*rounds.left(self._ours, found)} if is_early else set()

    def _note_refusal(self, key: InstrumentKey, words: str = "") -> None:
        self._problem = words or self._problem
        times = self._refused.get(key, (0, 0.0))[0] + 1
        self._refused[key] = (times, self._now_s() + min(2.0 ** (times - 1), REST_S))

    def _complain(self) -> None:
        if self._now_s() - self._told_s >= ALERT_S:
            self._told_s = self._now_s()
            held = ", ".join(f"{units} of {self._name(key)}" for key, units in self._left.items())
            self._tell(f"not flat yet ({held or 'nothing known to be held'}): {self._problem}")

    def _name(self, key: InstrumentKey) -> str:
        return self._ours.symbols.get(key, key)

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()
