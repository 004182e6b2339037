"""An order that names nothing the broker knows: the master is fetched once, nothing sent again."""

import pytest
from msgspec.structs import replace

from rustro_kernel.domain.errors import BadData, BrokerTransient
from rustro_kernel.domain.orders import OrderRequest, OrderStatus, OrderUpdate, Side
from rustro_kernel.engine.inputs import Funds
from rustro_kernel.session.live.relisting import UNKNOWN_SYMBOL, Relisting
from tests.make import option
from tests.session.live.make import client_of, fast_server, plan
from tests.session.live.test_reference import World

OLD = option()
NEW = replace(OLD, key="NFO:99999")
ORDER = OrderRequest("tag", OLD.key, OLD.symbol, Side.SELL, 50, 100)
ABOUT = OrderUpdate("tag", OrderStatus.REJECTED, code="AB1009", message="Symbol Not Found")


class Master:
    """Fetched as told; counts how often."""

    def __init__(self, *answers) -> None:
        self.answers, self.asked = list(answers), 0

    async def reload(self):
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def relisting(*answers):
    master = Master(*answers)
    tasks = []
    made = Relisting(master.reload, tasks.append)
    return made, master, tasks


async def done(tasks):
    while tasks:
        await tasks.pop()


@pytest.mark.parametrize("code", sorted(UNKNOWN_SYMBOL))
async def test_after_a_refused_symbol_orders_name_what_the_fresh_master_says(code):
    made, master, tasks = relisting([NEW])
    assert made.named(ORDER) is ORDER
    made.saw(replace(ABOUT, code=code))
    await done(tasks)
    assert made.named(ORDER) == replace(ORDER, instrument=NEW.key)
    assert made.named(replace(ORDER, symbol="OTHER")).instrument == OLD.key
    assert master.asked == 1


async def test_the_master_is_fetched_once_however_often_orders_are_refused():
    made, master, tasks = relisting([OLD])
    for _ in range(3):
        made.saw(ABOUT)
        await done(tasks)
    assert master.asked == 1
    assert made.named(ORDER) is ORDER


@pytest.mark.parametrize(
    "seen",
    [
        replace(ABOUT, code="AB2002"),
        replace(ABOUT, status=OrderStatus.UNKNOWN),
        replace(ABOUT, status=OrderStatus.CANCEL_REJECTED),
        Funds(1),
    ],
)
async def test_nothing_else_has_it_fetched(seen):
    made, master, _ = relisting()
    made.saw(seen)
    assert master.asked == 0


@pytest.mark.parametrize("fault", [BadData("m", "no"), BrokerTransient("m", "no"), TimeoutError()])
async def test_a_master_that_cannot_be_had_is_asked_for_with_the_next_refusal(fault, caplog):
    made, master, tasks = relisting(fault, [NEW])
    made.saw(ABOUT)
    await done(tasks)
    assert "no fresh master: " in caplog.text
    assert made.named(ORDER) is ORDER
    made.saw(ABOUT)
    await done(tasks)
    assert made.named(ORDER).instrument == NEW.key
    assert master.asked == 2


async def test_at_the_exchange_the_refused_order_is_sent_once_and_the_desk_learns_the_master(
    tmp_path,
):
    running = fast_server()
    async with running, client_of(running, plan(running, tmp_path).pace) as client:
        here = World(running, tmp_path, client)
        await here.reference.load_master(("NIFTY",))
        known, here.desk.instruments = list(here.desk.instruments), []
        tasks = []
        made = Relisting(here.reference.reload_master, tasks.append)
        made.saw(ABOUT)
        await done(tasks)
        assert here.desk.instruments == known
        assert here.desk.asked == []
        last = known[-1]
        stale = OrderRequest("tag", "NFO:1", last.symbol, Side.SELL, 50, 100)
        assert made.named(stale).instrument == last.key
