"""Whatever goes wrong together, both sides agree in the end and nothing was sent twice."""

import asyncio

import pytest
from hypothesis import given, settings, strategies as st
from msgspec.structs import replace

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.orders import Side
from tests.session.live.desks import bench
from tests.session.waiting import until

ROUTES = ("placeOrder", "modifyOrder", "cancelOrder", "getOrderBook", "details", "getTradeBook")
ANSWERS = ("drop", "stall", "empty_body", "html_502", "timeout_after_accept", "kill", "delay")
MESSAGES = ("drop", "delay", "kill", "duplicate", "reorder")

accept = st.sampled_from(["", "accept = true"])
byte = st.integers(0, 300).map(lambda n: f"byte = {n}")
when = st.tuples(st.integers(1, 6), st.integers(1, 3)).map(
    lambda n: f"nth = {n[0]}\ntimes = {n[1]}"
)


def faults(answers):
    """One fault of the script."""
    routes, late = st.sampled_from(ROUTES), st.just("delay_s = 0.6")
    undone = st.tuples(st.sampled_from(answers), routes, accept, when)
    messages = st.tuples(st.sampled_from(MESSAGES), st.just("order_update"), byte | late, when)
    done = st.tuples(st.sampled_from(["kill", "delay"]), routes, byte | late, when)
    tokens = st.tuples(st.just("token_expiry"), routes, st.just(""), when)
    orders = st.tuples(st.just("reject"), st.just("order"), st.just(""), when)
    every = undone | messages | done | tokens | orders
    return every.map(lambda f: f'[[fault]]\nwhat = "{f[0]}"\non = "{f[1]}"\n{f[2]}\n{f[3]}\n')


PLACES = st.tuples(
    st.just("place"), st.sampled_from([1, 2, 3, 20]), st.sampled_from(list(Side)), st.booleans()
)
STOPS = st.tuples(st.just("stop"), st.sampled_from([1, 20]), st.integers(1, 60))
CHANGES = st.tuples(st.just("modify"), st.integers(0, 7), st.integers(-40, 40), st.integers(1, 3))
CANCELS = st.tuples(st.just("cancel"), st.integers(0, 7))
PAUSES = st.tuples(st.just("pause"), st.sampled_from([0.1, 1.0, 4.0]))
DAYS = st.lists(PLACES | STOPS | CHANGES | CANCELS | PAUSES, min_size=1, max_size=12)


async def do(b, what) -> None:
    name, *rest = what
    if name == "place":
        lots, side, rests = rest
        b.place(f"t{len(b.tags)}", lots, side, rests=rests)
    elif name == "stop":
        lots, below = rest
        b.sent(b.stop(f"t{len(b.tags)}", lots, below=50 * below))
    elif name == "modify":
        number, ticks, lots = rest
        if number < len(b.asked):
            b.desk.modify(moved(list(b.asked.values())[number], 50 * ticks, lots))
    elif name == "cancel":
        b.desk.cancel(b.tags[rest[0]] if rest[0] < len(b.tags) else "nobody's")
    else:
        until_ns = b.pace.now_ns() + int(rest[0] * SECOND)
        await until(lambda: b.pace.now_ns() >= until_ns)


def moved(order, by, lots):
    """The same order elsewhere and of another size; a stop with its trigger."""
    lot = order.quantity if lots == 1 else 65 * lots
    trigger = order.trigger_paise and order.trigger_paise + by
    return replace(order, limit_paise=order.limit_paise + by, trigger_paise=trigger, quantity=lot)


def is_cleared(b) -> bool:
    """Whether everything is over; asks for it again where it was refused, as the engine does."""
    left = [tag for tag in b.tags if not b.is_over(tag)]
    for tag in left:
        b.desk.cancel(tag)
    return not left


async def played(script, day) -> None:
    """A day under faults, its end agreed upon; then everything is cancelled, and again."""
    async with bench(script) as b:
        for what in day:
            await do(b, what)
        await b.settled()
        await until(lambda: is_cleared(b))
        await b.settled()


@settings(max_examples=12)
@given(st.lists(faults(ANSWERS), max_size=4).map("\n".join), DAYS)
def test_a_few_faults_at_once(script, day):
    asyncio.run(played(script, day))


@pytest.mark.long
@pytest.mark.timeout(1800)
@settings(max_examples=400, derandomize=False)
@given(st.lists(faults((*ANSWERS, "forbidden")), max_size=8).map("\n".join), DAYS)
def test_many_faults_at_once(script, day):
    asyncio.run(played(script, day))
