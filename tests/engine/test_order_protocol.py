"""The table of an order's life."""

import pytest

from rustro_kernel.domain.orders import FINAL, OrderStatus
from rustro_kernel.engine import order_protocol
from rustro_kernel.engine.order_protocol import CANCELS, FINALS, REPORTS, OrderState, diagram

LIVING = [state for state in OrderState if state not in FINALS]


def test_the_diagram_in_the_docstring_is_the_tables_own():
    lines = [line.strip() for line in (order_protocol.__doc__ or "").splitlines()]
    assert "\n".join(lines[lines.index("flowchart LR") :]) == diagram()


def test_every_state_has_a_row_and_every_report_can_be_true_somewhere():
    assert set(REPORTS) == set(OrderState)
    assert {said for row in REPORTS.values() for said in row} == set(OrderStatus)


@pytest.mark.parametrize("state", LIVING)
def test_an_order_can_end_from_everywhere_and_can_be_cancelled_once(state):
    ends = {said.value for said, after in REPORTS[state].items() if after in FINALS}
    assert ends >= {"complete", "cancelled", "rejected"}
    pending = {OrderState.CANCELLING, OrderState.WITHDRAWING}
    assert (CANCELS.get(state) in pending) is (state not in pending)


def test_what_is_over_is_over():
    assert {s.value for s in FINALS} == {s.value for s in FINAL}
    for state in FINALS:
        assert set(REPORTS[state].values()) <= FINALS
        assert state not in CANCELS


def test_an_order_that_was_seen_cannot_be_absent():
    seen = [OrderState.ACCEPTED, OrderState.OPEN, OrderState.PARTIAL, OrderState.CANCELLING]
    assert [state for state in seen if OrderStatus.ABSENT in REPORTS[state]] == []
    unseen = [OrderState.SENT, OrderState.UNKNOWN, OrderState.WITHDRAWING]
    assert {REPORTS[state][OrderStatus.ABSENT] for state in unseen} == {OrderState.ABSENT}


@pytest.mark.parametrize("state", OrderState)
def test_a_report_twice_is_the_report_once(state):
    for said, after in REPORTS[state].items():
        if said is not OrderStatus.CANCEL_REJECTED:  # the second one may answer a second wish
            assert REPORTS[after][said] is after
