"""What the fills of an order cost, to the paisa.

Order rows give an average price rounded to paise. Every fill is a multiple of the lot at a multiple
of the tick, so of one or two lots only one value fits; of more, the trade book knows.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from rustro_kernel.brokers.angelone.book_rows import Trade
from rustro_kernel.brokers.angelone.books import trade_book
from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.order_rows import OrderRow
from rustro_kernel.domain.errors import BrokerError
from rustro_kernel.domain.instruments import Instrument, InstrumentKey

log = logging.getLogger(__name__)


class Fills(NamedTuple):
    """Fills of one order and what they moved together; at an average where not exact."""

    units: int
    value_paise: int
    is_exact: bool = True


NOTHING = Fills(0, 0)


def settled(row: OrderRow, instruments: Mapping[InstrumentKey, Instrument]) -> Fills | None:
    """The fills of a row where its average leaves no doubt about their value; else None."""
    instrument = instruments.get(row.instrument)
    if instrument is None or row.value_paise <= 0:
        return None
    step, doubt = instrument.tick * instrument.lot, row.filled + 1  # an average may be cut off
    least = -(-(row.value_paise - doubt) // step) * step
    most = (row.value_paise + doubt) // step * step
    return Fills(row.filled, least) if least == most else None


def estimated(row: OrderRow) -> Fills:
    """The fills of a row at its average, or at its limit where it has none."""
    return Fills(row.filled, row.value_paise or row.filled * row.limit_paise, is_exact=False)


class Values:
    """Asks the trade book what fills cost: one caller at a time, who waits sees what he got.

    Args:
        client: Of the account.
        patience_s: Wall seconds until the average price must do.
    """

    def __init__(self, client: Client, patience_s: float) -> None:
        self._client, self._patience_s = client, patience_s
        self._lock = asyncio.Lock()
        self._trades: tuple[Trade, ...] = ()

    async def of(self, row: OrderRow) -> Fills:
        """The fills of an order, as many as the row has or more; never raises."""
        try:
            return await self._asked(row)
        except (BrokerError, TimeoutError) as exc:
            log.warning("%s is booked at its average price for now: %r", row.tag, exc)
            return estimated(row)

    async def exact(self, row: OrderRow) -> Fills:
        """The same however long it takes: an average is off by some paise."""
        while True:
            await asyncio.sleep(self._patience_s)
            with suppress(BrokerError, TimeoutError):
                return await self._asked(row)

    async def _asked(self, row: OrderRow) -> Fills:
        async with asyncio.timeout(self._patience_s), self._lock:
            while (fills := self._known(row.order_id)).units < row.filled:
                self._trades = await trade_book(self._client)
        return fills

    def _known(self, order_id: str) -> Fills:
        mine = [trade for trade in self._trades if trade.order_id == order_id]
        value = sum(trade.price_paise * trade.quantity for trade in mine)
        return Fills(sum(trade.quantity for trade in mine), value)
