"""The account's positions at the broker, as an input: asked for until there is an answer."""

import asyncio
import logging
from collections import Counter

from rustro_kernel.brokers.angelone.books import positions
from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.domain.errors import BrokerError
from rustro_kernel.engine.inputs import BrokerPositions
from rustro_kernel.session.live.desk import Take

log = logging.getLogger(__name__)

PAUSE_S = 1.0


async def report_positions(client: Client, take: Take, read_s: float) -> None:
    """Hand in the net units of every instrument that is not flat."""
    while True:
        try:
            async with asyncio.timeout(read_s):
                held = await positions(client)
        except (BrokerError, TimeoutError) as exc:
            log.warning("positions: %r", exc)
            await asyncio.sleep(PAUSE_S)
            continue
        net: Counter[str] = Counter()
        for one in held:
            net[one.instrument] += one.net  # of every product
        take(BrokerPositions({key: units for key, units in net.items() if units}))
        return
