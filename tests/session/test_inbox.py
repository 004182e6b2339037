from hypothesis import given, strategies as st

from rustro_kernel.engine.inputs import StepDone, Wake
from rustro_kernel.session.inbox import Inbox
from tests.session.fakes import tick


@given(st.lists(st.integers(min_value=0, max_value=1 << 60)))
def test_numbers_are_dense_and_times_never_go_back(times):
    inbox = Inbox()
    items = [inbox.number(Wake(ts), ts) for ts in times]
    assert [i.n for i in items] == list(range(1, len(times) + 1))
    assert [i.ts for i in items] == [max(times[: k + 1]) for k in range(len(times))]


def test_a_backlog_is_flagged_long_before_the_feed_has_to_wait():
    inbox = Inbox(backlog=2, bound=3)
    flags = []
    for n in range(1, 5):
        inbox.put(inbox.number(Wake(n), n))
        flags.append((inbox.is_backlogged, inbox.is_full))
    assert flags == [(False, False), (True, False), (True, True), (True, True)]
    assert len(inbox.waiting) == 4


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 9)), max_size=6))
def test_numbering_many_is_numbering_one_after_the_other(batches):
    one, many = Inbox(), Inbox()
    for size, ts in batches:
        bodies = [Wake(n) for n in range(size)]
        items = many.number_all(bodies, ts)
        many.put_all(items)
        assert items == [one.number(body, ts) for body in bodies]
        for item in items:
            one.put(item)
    assert [item for item, _ in many.waiting] == [item for item, _ in one.waiting]
    assert (many.n, many.ts_ns) == (one.n, one.ts_ns)


def test_ticks_are_counted_and_the_last_ones_age_is_known():
    inbox = Inbox()
    assert (inbox.ticks, inbox.data_age_ms(), inbox.queue_age_ms()) == (0, None, 0)
    inbox.number(StepDone("log"), 1)
    assert inbox.data_age_ms() is None
    inbox.put_all(inbox.number_all([tick(1), StepDone("log"), tick(2)], 2))
    inbox.put(inbox.number(tick(3), 3))
    assert inbox.ticks == 3
    age_ms = inbox.data_age_ms()
    assert age_ms is not None
    assert age_ms >= 0
