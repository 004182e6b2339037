"""Must hold: the connection is cut at each byte of request and of reply of place, modify, cancel.

Afterwards the units in our books are those at the exchange, nothing was sent twice, the exchange
has no order that we do not know, and never two living orders of one intent.
"""

import functools
from collections import Counter
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace as timed

import pytest
from msgspec.structs import replace

from rustro_kernel.domain.market_time import at
from rustro_kernel.domain.orders import OrderRequest, OrderStatus, OrderUpdate, Side
from rustro_kernel.simulator.exchange import MarketClock, Server
from tests.session.live.cutting_proxy import REPLY, REQUEST, Cut, CuttingProxy
from tests.session.live.desks import SPEED, TIMINGS, DeskBench, at_desk, connected
from tests.session.live.test_broker_desk_faults import fault
from tests.session.waiting import until
from tests.simulator.exchange.make import DATE, exchange

DEAF = fault("drop", "order_update", "for_s = 86400.0")
QUICK = timed(TIMINGS, absent_s=0.03)
PLACE, MODIFY, CANCEL = "placeOrder", "modifyOrder", "cancelOrder"
NEVER = (OrderStatus.ABSENT, OrderStatus.REJECTED)
WRITES = (PLACE, MODIFY, CANCEL)
SHORT_DAY = 50
"""Rounds at one exchange: its order book grows with each."""


class CutBench:
    """Buys, protects, changes, withdraws and sells, each write cut at the same byte."""

    def __init__(self, b: DeskBench, proxy: CuttingProxy) -> None:
        self.b, self.proxy = b, proxy
        self.sides: dict[str, Side] = {}
        self.outcomes: Counter[str] = Counter()
        self._intents = 0

    async def round(self, side: str, after: int) -> None:
        """A position from its entry to its exit."""
        b, ask = self.b, self.b.bid
        await self._placed(side, after, "place", b.order(limit=ask * 11 // 10))
        stop = await self._placed(side, after, "place stop", b.stop())
        lower = replace(
            stop, limit_paise=stop.limit_paise - 500, trigger_paise=stop.trigger_paise - 500
        )
        with self._asking("modify", Cut(MODIFY, side, after)):
            b.desk.modify(lower)
            await until(lambda: b.shows(lower) and not is_changing(b))
        assert "modify_rejected" not in b.said(stop.tag)
        with self._asking("cancel", Cut(CANCEL, side, after)):
            b.desk.cancel(stop.tag)
            await until(lambda: self._is_known(stop.tag) and b.is_over(stop.tag))
        assert self._last(stop.tag).status is OrderStatus.CANCELLED
        await self._placed("", 0, "exit", b.order(side=Side.SELL, limit=b.bid * 9 // 10))
        self.check()

    async def _placed(self, side: str, after: int, name: str, order: OrderRequest) -> OrderRequest:
        """Send an intent, again under a new tag where the order was proven never to have come."""
        self._intents, cuts = self._intents + 1, self.proxy.cuts
        self._arm(Cut(PLACE, side, after))
        for attempt in range(3):
            sent = replace(order, tag=f"{self._intents:016}{attempt}")
            self.sides[sent.tag] = sent.side
            self.b.sent(sent)
            await until(functools.partial(self._is_known, sent.tag))
            if self.proxy.cuts > cuts and not attempt:
                words = self.b.said(sent.tag)
                self.outcomes[f"{name}: {'absent' if words[-1] == 'absent' else 'found'}"] += 1
            if self._last(sent.tag).status not in NEVER:
                return sent
        raise AssertionError(f"{name} was never taken")

    def _last(self, tag: str) -> OrderUpdate:
        last = self.b.last(tag)
        assert last
        return last

    def _is_known(self, tag: str) -> bool:
        """Whether an order is over, or waits for its trigger and the desk knows it."""
        there = self.b.at_exchange(tag)
        if self.b.is_over(tag):
            return self.b._agrees(tag)
        return bool(there) and there[0].status == "trigger pending" and self.b._agrees(tag)

    def _arm(self, cut: Cut) -> None:
        self.proxy.disarm()
        if cut.side:
            self.proxy.arm(cut)

    @contextmanager
    def _asking(self, name: str, cut: Cut) -> Iterator[None]:
        """Something that may be asked for more than once."""
        requests, cuts = self.b.exchange.requests, self.proxy.cuts
        before = requests[cut.route]
        self._arm(cut)
        yield
        if self.proxy.cuts > cuts:
            self.outcomes[f"{name}: done, heard {requests[cut.route] - before} times"] += 1

    def check(self) -> None:
        """What must hold."""
        b = self.b
        filled = {tag: self._last(tag).filled for tag in self.sides}
        ours = sum(n if self.sides[tag] is Side.BUY else -n for tag, n in filled.items())
        portfolio = b.exchange.day.pit.portfolio
        assert ours == portfolio.net(b.option) == 0
        assert portfolio.violations == Counter()
        orders = list(b.exchange.day.desk)
        assert {order.form.tag for order in orders} <= set(self.sides)
        assert all(n == 1 for n in Counter(order.form.tag for order in orders).values())
        taken = Counter(o.form.tag[:16] for o in orders if o.status != "rejected")
        assert all(n == 1 for n in taken.values()), "two orders of one intent"
        assert [order for order in orders if not order.is_final] == []


def is_changing(b: DeskBench) -> bool:
    return any(sent.is_modifying for sent in b.desk._orders.all())


@asynccontextmanager
async def cut_bench(script: str):
    """A desk whose REST goes through the proxy; its order stream does not."""
    server = Server(exchange(script), MarketClock(at(DATE, "10:00:00"), SPEED))
    async with server:
        proxy = CuttingProxy(server.port)
        async with (
            proxy.serving() as url,
            connected(server, url=url) as client,
            at_desk(server, client, QUICK) as b,
        ):
            yield CutBench(b, proxy)


async def measured() -> tuple[dict[str, int], dict[str, set[int]]]:
    """The longest request and reply of the writes, and the bytes where something ends."""
    async with cut_bench("") as bench:
        await bench.round("", 0)
        writes = [each for each in bench.proxy.seen if each.route in WRITES]
    sizes = {side: max(len(w.bytes[side]) for w in writes) for side in (REQUEST, REPLY)}
    edges = {side: set().union(*(w.edges[side] for w in writes)) for side in sizes}
    return sizes, edges


async def cut_everywhere(places: list[tuple[str, int]], script: str) -> tuple[int, Counter[str]]:
    """A round for each place; the number of cuts and what became of what was cut."""
    cuts, outcomes = 0, Counter[str]()
    for first in range(0, len(places), SHORT_DAY):
        async with cut_bench(script) as bench:
            for side, after in places[first : first + SHORT_DAY]:
                try:
                    await bench.round(side, after)
                except (AssertionError, TimeoutError) as exc:
                    raise AssertionError(f"cut after {after} bytes of the {side}") from exc
            cuts += bench.proxy.cuts
            outcomes += bench.outcomes
    return cuts, outcomes


def report(cuts: int, outcomes: Counter[str]) -> None:
    lines = [f"{cuts} cuts", *(f"  {name}: {n}" for name, n in sorted(outcomes.items()))]
    print("\n".join(lines))  # noqa: T201 - the figure of the issue


@pytest.mark.timeout(180)
async def test_wherever_the_connection_is_cut_both_sides_hold_the_same():
    sizes, edges = await measured()
    places = [
        (side, after)
        for side, size in sizes.items()
        for after in sorted({*range(0, size, 16), *edges[side]})
    ]
    hearing = await cut_everywhere(places[::2], "")
    deaf = await cut_everywhere(places[1::2], DEAF)
    report(hearing[0] + deaf[0], hearing[1] + deaf[1])


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("script", ["", DEAF], ids=["hearing", "deaf"])
async def test_at_every_byte(script):
    sizes, _ = await measured()
    places = [(side, after) for side, size in sizes.items() for after in range(size + 1)]
    report(*await cut_everywhere(places, script))
