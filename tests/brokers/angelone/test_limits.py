"""No window is ever exceeded, exits go first, the order of arrival is kept."""

import asyncio

import pytest
from hypothesis import given, settings, strategies as st

from rustro_kernel.brokers.angelone.limits import BACKOFF_NS, Budget, Line, Urgency
from rustro_kernel.brokers.angelone.routes import ALL, WINDOWS, Group, Window
from rustro_kernel.brokers.angelone.turnstile import Turnstile
from rustro_kernel.domain.market_time import SECOND
from tests.session.waiting import until

ORDERS = WINDOWS[Group.ORDERS]


def most_in(times, span_ns):
    """The most calls in any half-open stretch of a length."""
    return max(sum(start <= t < start + span_ns for t in times) for start in times)


@st.composite
def arrivals(draw):
    """Steps of time, with callers that come, urgent or not, and some that leave again."""
    step = st.tuples(
        st.integers(0, 2 * SECOND),
        st.sampled_from([*Urgency, "leave", "refused", "nothing"]),
        st.integers(1, 12),
    )
    return draw(st.lists(step, min_size=1, max_size=60))


def driven(line, steps):
    """What was admitted when, and who had joined before."""
    now, number, waiting, admitted = 0, 0, [], []
    for wait, what, count in steps:
        now += wait
        if isinstance(what, Urgency):
            for _ in range(count):
                number += 1
                line.join(number, what)
                waiting.append((what, number))
        elif what == "leave" and waiting:
            gone = waiting.pop(count % len(waiting))
            line.leave(gone[1])
        elif what == "refused":
            line.budget.refused(now, now)
        for caller in line.admit(now):
            assert caller == min(waiting)[1], "exits first, each kind in the order it came"
            waiting.remove(min(waiting))
            admitted.append(now)
        assert line.waiting == len(waiting)
        assert not waiting or line.budget.free_ns() > now, "nobody waits without need"
    return admitted


@settings(max_examples=300)
@given(arrivals())
def test_no_window_is_ever_exceeded_and_exits_go_first(steps):
    windows = (Window(3, SECOND), Window(7, 5 * SECOND), Window(20, 30 * SECOND))
    times = driven(Line(Budget(windows)), steps)
    for window in windows:
        assert not times or most_in(times, window.span_ns) <= window.calls


def test_orders_stay_under_nine_a_second_however_many_wait():
    line = Line(Budget(ORDERS))
    for number in range(700):
        line.join(number)
    times, now = [], 0
    while line.waiting:
        now = max(now, line.budget.free_ns())
        times += [now] * len(line.admit(now))
    assert most_in(times[:200], SECOND) == 8
    assert most_in(times[400:], 60 * SECOND) <= 500
    assert times[499] < 69 * SECOND
    assert times[500] >= 61 * SECOND


def test_our_windows_stay_under_the_published_ones():
    published = {  # facts 9.1: calls in a second, a minute, an hour
        Group.LOGIN: (1, None, None), Group.REFRESH: (1, None, 1000), Group.LOGOUT: (1, None, None),
        Group.PROFILE: (3, None, 1000), Group.FUNDS: (2, None, None), Group.ORDERS: (9, 500, 1000),
        Group.ORDER_BOOK: (1, None, None), Group.TRADE_BOOK: (1, None, None),
        Group.POSITIONS: (1, None, None), Group.DETAILS: (10, 500, 5000),
        Group.QUOTE: (10, 500, 5000), Group.MARGIN: (10, 500, 5000), Group.CANDLES: (3, 180, 5000),
    }  # fmt: skip
    for group, limits in published.items():
        for calls, span_s in zip(limits, (1, 60, 3600), strict=True):
            if calls is not None:
                assert any(
                    w.calls <= calls and w.span_ns >= span_s * SECOND for w in WINDOWS[group]
                )


def test_the_three_order_routes_share_one_group_and_nobody_else_is_in_it():
    assert {r.name for r in ALL if r.group is Group.ORDERS} == {r.name for r in ALL if r.is_write}


def test_refusals_rest_the_group_longer_and_longer():
    budget, now, rests = Budget(ORDERS), 0, []
    for _ in range(6):
        budget.refused(now, now + 1)
        rests.append((budget.free_ns() - now - 1) // SECOND)
        now = budget.free_ns()
    assert rests == [2, 4, 8, 16, 16, 16]


def test_one_burst_of_refusals_counts_once_and_success_ends_it():
    budget = Budget(ORDERS)
    budget.refused(5, 10)
    budget.refused(6, 11)
    assert budget.free_ns() == 10 + BACKOFF_NS[0]
    budget.answered(7)  # it left before the refusal: it says nothing
    budget.refused(20, 30)
    assert budget.free_ns() == 30 + BACKOFF_NS[1]
    budget.answered(40)
    budget.refused(50, 60)
    assert budget.free_ns() == 60 + BACKOFF_NS[0]


class Clock:
    """Stands still unless a test moves it; who waits looks at it again and again."""

    now = looks = 0

    def __call__(self):
        self.looks += 1
        return self.now


@pytest.fixture
def clock():
    return Clock()


async def test_an_exit_overtakes_those_who_wait_and_who_gives_up_leaves_no_hole(clock):
    windows = {group: (Window(1, SECOND // 50),) for group in Group}
    turnstile, went = Turnstile(clock, windows), []

    async def call(name, urgency=Urgency.PLAIN):
        await turnstile.turn(Group.ORDERS, urgency)
        went.append(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(call("first"))
        await asyncio.sleep(0)
        left = group.create_task(call("left"))
        group.create_task(call("entry"))
        group.create_task(call("stop", Urgency.PROTECTION))
        group.create_task(call("exit", Urgency.EXIT))
        await asyncio.sleep(0)
        load = next(each for each in turnstile.loads() if each.group is Group.ORDERS)
        assert (load.waiting, load.free_in_s) == (4, 0.02)
        left.cancel()
        for number in (2, 3, 4):
            clock.now += SECOND // 50
            await until(lambda number=number: len(went) == number)
    assert went == ["first", "exit", "stop", "entry"]


async def test_a_refused_group_makes_others_wait_and_other_groups_do_not(clock, monkeypatch):
    monkeypatch.setattr("rustro_kernel.brokers.angelone.limits.BACKOFF_NS", (SECOND // 50,))
    turnstile, went = Turnstile(clock), []

    async def call(group):
        went.append((group, await turnstile.turn(group)))

    turnstile.refused(Group.QUOTE, clock.now)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(call(Group.QUOTE))
        await call(Group.FUNDS)
        clock.now, looks = SECOND // 50 - 1, clock.looks
        await until(lambda: clock.looks > looks)
        assert went == [(Group.FUNDS, 0)]
        clock.now += 1
    assert went[1:] == [(Group.QUOTE, SECOND // 50)]


async def test_a_timeout_in_the_line_takes_the_caller_out(clock):
    turnstile = Turnstile(clock, {group: (Window(1, 60 * SECOND),) for group in Group})
    await turnstile.turn(Group.ORDERS)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await turnstile.turn(Group.ORDERS, Urgency.EXIT)
    assert all(load.waiting == 0 for load in turnstile.loads())


@given(st.lists(st.tuples(st.integers(0, SECOND), st.integers(0, 9)), max_size=40))
@settings(max_examples=50)
def test_what_is_left_is_what_may_leave_at_once(steps):
    budget, now = Budget(ORDERS), 0
    for wait, calls in steps:
        now += wait
        for _ in range(min(calls, budget.left(now))):
            budget.take(now)
    left = budget.left(now)
    for _ in range(left):
        budget.take(now)  # asserts that it may
    assert budget.left(now) == 0
    assert budget.free_ns() > now


def test_nothing_is_left_while_a_group_rests_and_who_waits_has_the_first_of_it():
    line = Line(Budget(ORDERS))
    assert line.left(0) == 8
    for caller in range(3):
        line.join(caller)
    assert line.left(0) == 5
    line.budget.refused(0, now_ns=0)
    assert line.left(BACKOFF_NS[0] - 1) == 0
    assert Turnstile(lambda: 0).left()["orders"] == 8
