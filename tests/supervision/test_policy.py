"""What a finding leads to."""

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from rustro_kernel.supervision.policy import Act, Day, act
from rustro_kernel.supervision.watch import Finding, Verdict

TODAY = Day(dt.date(2026, 7, 15))


def acts(*verdicts, most=3, is_stopping=False):
    day, found = TODAY, []
    for verdict in verdicts:
        said, day = act(Finding(verdict), day, most, is_stopping=is_stopping)
        found.append(said)
    return found


def test_three_restarts_a_day_and_then_it_is_given_up():
    assert acts(*[Verdict.DEAD] * 4) == [Act.RESTART, Act.RESTART, Act.RESTART, Act.GIVE_UP]


def test_a_stall_counts_like_a_crash():
    assert acts(Verdict.STALLED, Verdict.DEAD, Verdict.STALLED, Verdict.STALLED)[-1] is Act.GIVE_UP


def test_a_new_day_counts_from_none():
    _, day = act(Finding(Verdict.DEAD), TODAY, 1)
    assert act(Finding(Verdict.DEAD), day, 1)[0] is Act.GIVE_UP
    assert act(Finding(Verdict.DEAD), Day(dt.date(2026, 7, 16)), 1)[0] is Act.RESTART


def test_missing_market_data_are_worth_one_restart_a_day_and_never_a_sale():
    assert acts(*[Verdict.BLIND] * 5) == [Act.RESTART, Act.SAY, Act.SAY, Act.SAY, Act.SAY]
    assert acts(*[Verdict.DEAD] * 3, Verdict.BLIND)[-1] is Act.SAY


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict.STARTING, Act.WAIT), (Verdict.HEALTHY, Act.WAIT), (Verdict.DONE, Act.FINISH),
        (Verdict.REFUSED, Act.GIVE_UP), (Verdict.HANGS, Act.END),
    ],
)  # fmt: skip
def test_what_needs_no_restart_gets_none(verdict, expected):
    assert acts(verdict) == [expected]


def test_a_session_that_is_stopping_is_not_started_again():
    assert acts(Verdict.DEAD, is_stopping=True) == [Act.GIVE_UP]
    assert acts(Verdict.BLIND, is_stopping=True) == [Act.SAY]


@given(st.lists(st.sampled_from(list(Verdict)), max_size=100), st.integers(0, 5), st.booleans())
def test_never_more_restarts_than_allowed(verdicts, most, is_stopping):
    found = acts(*verdicts, most=most, is_stopping=is_stopping)
    assert found.count(Act.RESTART) <= (0 if is_stopping else most)
