"""A REST broker on a free port of this machine, and a client that talks to it."""

import pytest

from tests.brokers.angelone.rest_broker import Clock, RestBroker, connected, serving


@pytest.fixture
async def broker():
    broker = RestBroker()
    async with serving(broker.handle) as url:
        broker.url = url
        yield broker


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def client(broker, clock):
    async with connected(broker.url, clock) as client:
        yield client
