"""A client that only asks, for what is done outside a session: it can order nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rustro_kernel.brokers.angelone.client import Client
from rustro_kernel.brokers.angelone.connect import connect
from rustro_kernel.brokers.angelone.rest import Identity
from rustro_kernel.configuration.sections import Broker
from rustro_kernel.session.live.credentials import Found
from rustro_kernel.session.live.pace import Pace
from rustro_kernel.session.supervisor import Supervisor


@asynccontextmanager
async def asking(broker: Broker, found: Found, pace: Pace) -> AsyncIterator[Client]:
    """The broker's client, on the market's time, while the block runs.

    Raises:
        BrokerMisconfigured: The TOTP seed or the API key is none.
    """
    supervisor = Supervisor()
    identity = Identity(broker.public_ip)
    async with connect(
        broker.rest_url, found.credentials, pace, identity=identity, sleep=pace.sleep
    ) as client:
        _ = supervisor.spawn(pace.follow(), name="the market's clock")
        try:
            yield client
        finally:
            await supervisor.stop()
