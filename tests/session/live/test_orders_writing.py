"""What may be sent again, and what must be looked up."""

import pytest

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.orders import OrderRequest, OrderStatus, Side
from rustro_kernel.session.live import orders_writing
from tests.brokers.angelone.rest_broker import (
    Clock,
    RestBroker,
    connected,
    gateway,
    no,
    ok,
    serving,
)

ORDER = OrderRequest("t1", InstrumentKey("NFO:1"), "NIFTY", Side.BUY, 75, 10_000, "CARRYFORWARD")
TAKEN = ok({"orderid": "7", "uniqueorderid": "u7"})


@pytest.mark.parametrize("first", [[], [gateway("AG8001")]])
async def test_a_code_that_may_mean_anything_never_sends_an_order_twice(first):
    broker = RestBroker()
    broker.answers["placeOrder"] = [*first, no("AB1019"), TAKEN]
    async with serving(broker.handle) as url, connected(url, Clock()) as client:
        said = await orders_writing.place(client, ORDER, lambda: True)
    assert (said.status, said.code) == (OrderStatus.UNKNOWN, "AB1019")
    assert len(broker.of("placeOrder")) == len(first) + 1


async def test_a_token_refused_at_the_gate_costs_a_login_and_the_order_goes_out():
    broker = RestBroker()
    broker.answers["placeOrder"] = [gateway("AG8001"), TAKEN]
    async with serving(broker.handle) as url, connected(url, Clock()) as client:
        said = await orders_writing.place(client, ORDER, lambda: True)
    assert said == ("7", "u7")
    assert (broker.logins, len(broker.of("placeOrder"))) == (2, 2)
