from hypothesis import given, strategies as st

from rustro_kernel.alerts.alert import LEVELS, Alert
from rustro_kernel.alerts.limits import Limits


def alert(at=0, level="warning", about="x"):
    return Alert(level, "text", about, at)


def test_the_fourth_about_one_thing_waits_until_the_first_is_long_past():
    limits = Limits(window_ns=100, most_per_about=3, most=10)
    verdicts = [limits.admits(alert(at)) for at in (0, 10, 20, 30, 99, 100, 101)]
    assert verdicts == [True, True, True, False, False, True, False]


def test_what_was_held_back_is_counted_once():
    limits = Limits(100, 1, 10)
    assert [limits.admits(alert(at)) for at in (0, 1, 2)] == [True, False, False]
    assert (limits.take_held(), limits.take_held()) == (2, 0)


def test_a_flood_of_warnings_holds_no_critical_alert_back():
    limits = Limits(100, 3, 5)
    flood = [limits.admits(alert(1, about=str(n))) for n in range(50)]
    assert flood.count(True) == 5
    assert limits.admits(alert(2, "critical", "kill"))


def test_a_critical_alert_goes_out_however_often_the_same_thing_was_warned_of():
    limits = Limits(100, 3, 5)
    assert [limits.admits(alert(1)) for _ in range(4)] == [True, True, True, False]
    assert limits.admits(alert(2, "critical"))


@given(
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from(LEVELS), st.sampled_from("abcdef"))),
    st.integers(1, 4),
    st.integers(1, 6),
)
def test_no_window_ever_holds_more_than_the_limits(told, most_per_about, most):
    limits, now, sent, held = Limits(50, most_per_about, most), 0, [], 0
    for pause, level, about in told:
        now += pause
        one = alert(now, level, about)
        if limits.admits(one):
            sent.append(one)
            held += limits.take_held()
    for one in sent:
        window = [s for s in sent if one.told_ns <= s.told_ns < one.told_ns + 50]
        of_level = [s.about for s in window if s.level == one.level]
        assert of_level.count(one.about) <= most_per_about
        assert len(of_level) <= most
    assert len(sent) + held + limits.held == len(told)
