"""Every order this desk has sent: what is known of it, and what the engine was told.

Rows come from order stream, order book and details in any order, twice, late, with gaps; an update
is handed in only when it tells something new, and its fills never shrink. Rows of other people's
orders are kept and never reported.

An order told as over (refused at once, or proven absent) may show up all the same. The engine has
no live order by that tag then: what it fills is reported, and what lives of it is `stray`, for the
desk to cancel on its own.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from rustro_kernel.brokers.angelone.order_merge import Orders
from rustro_kernel.brokers.angelone.order_rows import OrderRow, order_update
from rustro_kernel.brokers.angelone.order_status import STAGES
from rustro_kernel.domain.orders import FINAL, OrderStatus, OrderUpdate
from rustro_kernel.session.live.orders_unlisted import Unlisted
from rustro_kernel.session.live.orders_values import Fills
from rustro_kernel.session.live.sent_order import Sent

log = logging.getLogger(__name__)


class SentOrders:
    """All of them by tag.

    Args:
        take: Hands an update in.
        value: Asked to settle the value of an order's newest fills: sets `fills`, now or later,
            and then calls `tell`.
        cancel: Told of a stray order, again with every row of it that comes.
        unlisted: Sees what the books lack.
    """

    def __init__(
        self,
        take: Callable[[OrderUpdate], None],
        value: Callable[[Sent], None],
        cancel: Callable[[Sent], None],
        unlisted: Unlisted,
    ) -> None:
        self._take, self._value, self._cancel = take, value, cancel
        self._unlisted = unlisted
        self._rows = Orders()
        self._sent: dict[str, Sent] = {}
        self.bell = asyncio.Event()  # an order was added

    def of(self, tag: str) -> Sent | None:
        """The order sent with a tag."""
        return self._sent.get(tag)

    def all(self) -> Iterable[Sent]:
        """Every order, oldest first."""
        return self._sent.values()

    def add(self, tag: str, *, is_stop: bool = False) -> Sent:
        """From now on this tag is ours, and is never sent again."""
        sent = self._sent[tag] = Sent(tag, is_stop=is_stop)
        self.bell.set()
        if row := self._rows.by_tag(tag):
            self.learn([row])
        return sent

    def learn(self, rows: Iterable[OrderRow]) -> None:
        """Take rows in and hand in what they tell."""
        for fresh in rows:
            self._rows.learn(fresh)
            row = self._rows.by_id(fresh.order_id)
            sent = self._sent.get(row.tag) if row else None
            if row and sent and _is_same(sent, row):
                sent.row, sent.absence = row, None
                sent.heard += 1
                sent.news.set()
                self.tell(sent)
                if sent.is_stray:
                    self._cancel(sent)

    def tell(self, sent: Sent) -> None:
        """Hand in what is known of an order, if it is news; new fills only with their value."""
        if sent.row is None:
            return
        update = order_update(sent.row)
        if not _is_news(sent.told, update):
            return
        if update.filled > sent.fills.units:
            self._value(sent)
        else:
            self.say(sent, _with_fills(update, sent.fills))

    def revalue(self, sent: Sent, fills: Fills) -> None:
        """Hand in what fills that were told at an average have really cost."""
        told = sent.told
        if told is None or sent.fills.units != fills.units:
            return  # there are newer ones, with a value of their own
        sent.fills = fills
        if told.filled == fills.units and told.value_paise != fills.value_paise:
            self.say(sent, _with_fills(told, fills))

    def say(self, sent: Sent, update: OrderUpdate) -> None:
        """Hand an update in, and keep it as the last word."""
        sent.told = update
        if update.status in FINAL:
            sent.is_over, sent.absence = True, None
        sent.news.set()
        self._take(update)

    def refuse(self, sent: Sent, status: OrderStatus, code: str, message: str) -> None:
        """Hand in that it could not be cancelled, or changed."""
        broker_id = sent.row.order_id if sent.row else ""
        update = OrderUpdate(sent.tag, status, broker_id, code=code, message=message)
        self._take(_with_fills(update, sent.fills))

    def repeat(self, sent: Sent) -> None:
        """Hand in once more what was told last."""
        if sent.told:
            self._take(sent.told)

    def book(self, rows: Iterable[OrderRow], asked_s: float) -> None:
        """Take in an order book asked for at `asked_s`: an order it lacks may be absent.

        A book that lacks an order the broker is known to have lags or is broken: no proof.
        """
        rows, sent = tuple(rows), list(self._sent.values())
        self.learn(rows)
        if not self._unlisted.is_whole(sent, {row.order_id for row in rows}, asked_s):
            self.unreadable()
            return
        for one in sent:
            if one.absence and one.absence.missing(asked_s, is_empty=not rows):
                self.say(one, OrderUpdate(one.tag, OrderStatus.ABSENT))

    def unreadable(self) -> None:
        """An order book could not be read."""
        for sent in self._sent.values():
            if sent.absence:
                sent.absence.failed()


def _is_same(sent: Sent, row: OrderRow) -> bool:
    """One tag is one order: each is sent once, so a second one is not ours to count."""
    if sent.row is None or sent.row.order_id == row.order_id:
        return True
    log.error("two orders carry tag %s: %s and %s", sent.tag, sent.row.order_id, row.order_id)
    return False


def _is_news(told: OrderUpdate | None, update: OrderUpdate) -> bool:
    return told is None or _rank(update) > _rank(told)


def _rank(update: OrderUpdate) -> tuple[bool, int, int]:
    """How much an update says; what was said without the broker gives way to all it says."""
    if not update.broker_id:
        return False, -1, 0
    return update.status in FINAL, update.filled, STAGES.get(update.status, 3)


def _with_fills(update: OrderUpdate, fills: Fills) -> OrderUpdate:
    return replace(update, filled=fills.units, value_paise=fills.value_paise)
