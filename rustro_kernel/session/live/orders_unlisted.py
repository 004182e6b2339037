"""Orders that the broker has and its order book lacks.

A book without one of them lags or is broken, and proves nothing about any other. But one order that
never comes into a book must not keep the absence of others in doubt for ever.
"""

import logging
from collections.abc import Callable, Collection, Iterable

from rustro_kernel.alerts.alerter import LOGGER
from rustro_kernel.session.live.desk_timings import DeskTimings
from rustro_kernel.session.live.sent_order import Sent

alerts = logging.getLogger(LOGGER)


class Unlisted:
    """Sees the books of one desk.

    Args:
        timings: After how many books, and how long, an order is given up as unlisted.
        look: Looks for such an order elsewhere.
    """

    def __init__(self, timings: DeskTimings, look: Callable[[Sent], None]) -> None:
        self._timings, self._look = timings, look
        self._since: dict[str, tuple[int, float]] = {}  # books in a row and the first, by tag
        self._given_up: set[str] = set()

    def is_whole(self, sent: Iterable[Sent], ids: Collection[str], asked_s: float) -> bool:
        """Whether a book with these order ids has all that it must have.

        An empty one never has, where the broker has any order.
        """
        known = [one for one in sent if one.row]
        lacks = [one for one in known if one.row and one.row.order_id not in ids]
        tags = {one.tag for one in lacks}
        self._since = {tag: seen for tag, seen in self._since.items() if tag in tags}
        self._given_up &= tags
        for one in lacks:
            self._count(one, asked_s)
        return tags <= self._given_up and bool(ids or not known)

    def _count(self, sent: Sent, asked_s: float) -> None:
        books, first_s = self._since.get(sent.tag, (0, asked_s))
        self._since[sent.tag] = books + 1, first_s
        is_long = asked_s - first_s >= self._timings.unlisted_s
        if is_long and books + 1 >= self._timings.books and sent.tag not in self._given_up:
            self._given_up.add(sent.tag)
            alerts.error("the broker has order %s, and no order book shows it", sent.tag)
            self._look(sent)
