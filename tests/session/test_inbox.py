from hypothesis import given, strategies as st

from rustro_kernel.engine.inputs import Wake
from rustro_kernel.session.inbox import Inbox


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
