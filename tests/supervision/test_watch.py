"""What a look at a session amounts to; nobody sleeps here."""

import pytest
from hypothesis import given, strategies as st
from msgspec.structs import replace

from rustro_kernel.supervision.watch import (
    Limits,
    Sight,
    Verdict,
    Work,
    begun,
    look,
)

LIMITS = Limits(
    look_s=1, answer_s=1, start_s=60, silent_s=8, idle_s=30, work_s=120, end_s=100, overdue_s=600
)  # fmt: skip
OPEN = Sight(0, work=Work(1, 1, 1, 1), is_open=True, is_index_open=True)


def worked(seconds, by=(1, 1, 1, 1)):
    """A sight a second of a session whose figures grow by so many."""
    for second in range(1, seconds + 1):
        figures = [1 + step * second for step in by]
        yield replace(OPEN, at_s=float(second), work=Work(*figures))


def seen(sights, limits=LIMITS, watch=None):
    """The watch and every finding."""
    watch, findings = watch or begun(0.0), []
    for sight in sights:
        watch, found = look(watch, sight, limits)
        findings.append(found)
    return watch, findings


def first_bad(findings):
    """The first finding that is neither starting nor healthy, with its place."""
    calm = (Verdict.STARTING, Verdict.HEALTHY)
    return next(
        ((n, f.verdict, f.why) for n, f in enumerate(findings, 1) if f.verdict not in calm), None
    )


def test_a_session_that_works_is_healthy_all_day():
    _, findings = seen(worked(5000))
    assert {found.verdict for found in findings} == {Verdict.HEALTHY}


def test_before_its_first_answer_a_session_is_starting_and_then_stalled():
    silent = (replace(OPEN, at_s=float(n), work=None) for n in range(1, 100))
    _, findings = seen(silent)
    assert findings[0].verdict is Verdict.STARTING
    assert first_bad(findings) == (60, Verdict.STALLED, "no answer since its start")


def test_a_stopped_process_is_stalled_after_two_seconds():
    watch, _ = seen(worked(100))
    stopped = (replace(OPEN, at_s=100.0 + n, is_stopped=True, work=None) for n in range(1, 10))
    _, findings = seen(stopped, watch=watch)
    assert first_bad(findings) == (3, Verdict.STALLED, "its process is stopped (SIGSTOP)")
    assert findings[2].since_s == 101.0


def test_a_process_that_was_stopped_for_a_moment_is_left_alone():
    watch, _ = seen(worked(100))
    blink = [
        replace(OPEN, at_s=101.0, is_stopped=True, work=None),
        replace(OPEN, at_s=102.0, is_stopped=True, work=None),
        replace(OPEN, at_s=103.0, work=Work(200, 200, 200, 200)),
    ]
    assert first_bad(seen(blink, watch=watch)[1]) is None


def test_silence_is_found_after_its_patience():
    watch, _ = seen(worked(100))
    silent = (replace(OPEN, at_s=100.0 + n, work=None) for n in range(1, 20))
    assert first_bad(seen(silent, watch=watch)[1]) == (
        8, Verdict.STALLED, "no answer on its control socket",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("by", "after_s", "verdict", "why"),
    [
        ((0, 0, 0, 0), 60, Verdict.STALLED, "it takes in nothing"),
        ((1, 0, 0, 0), 121, Verdict.BLIND, "no ticks"),
        ((1, 1, 0, 0), 121, Verdict.BLIND, "ticks, but no bars"),
        ((1, 1, 1, 0), 121, Verdict.BLIND, "bars, but no checks"),
    ],
)
def test_each_step_of_the_work_is_watched(by, after_s, verdict, why):
    n, found, said = first_bad(seen(worked(400, by=by))[1])
    assert (found, said) == (verdict, why)
    assert n == after_s


def test_a_stall_of_the_work_is_found_as_soon_after_a_start_as_its_patience_allows():
    watch, _ = seen(worked(100))
    frozen = (replace(OPEN, at_s=100.0 + n, work=Work(101, 101, 101, 101)) for n in range(1, 99))
    assert first_bad(seen(frozen, watch=watch)[1])[0] == 30


def test_nothing_is_expected_while_the_market_is_closed():
    idle = (
        replace(OPEN, at_s=float(n), is_open=False, is_index_open=False) for n in range(1, 2000)
    )
    assert first_bad(seen(idle)[1]) is None


def test_no_checks_are_expected_once_the_index_stands_still_or_without_a_strategy():
    still = (replace(sight, is_index_open=False) for sight in worked(400, by=(1, 1, 1, 0)))
    assert first_bad(seen(still)[1]) is None
    collecting = replace(LIMITS, has_checks=False)
    assert first_bad(seen(worked(400, by=(1, 1, 1, 0)), collecting)[1]) is None


def test_the_open_begins_a_new_patience():
    watch, _ = seen(
        replace(OPEN, at_s=float(n), is_open=False, is_index_open=False) for n in range(1, 1000)
    )
    opened = (replace(OPEN, at_s=999.0 + n) for n in range(1, 100))
    n, verdict, _ = first_bad(seen(opened, watch=watch)[1])
    assert (n, verdict) == (30, Verdict.STALLED)


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (0, Verdict.DONE), (4, Verdict.DONE), (2, Verdict.REFUSED), (3, Verdict.REFUSED),
        (1, Verdict.DEAD), (-9, Verdict.DEAD), (138, Verdict.DEAD),
    ],
)  # fmt: skip
def test_an_exit_code_says_how_it_ended(code, verdict):
    _, (found,) = seen([replace(OPEN, at_s=1.0, exit_code=code, work=None)])
    assert (found.verdict, found.exit_code) == (verdict, code)


@pytest.mark.parametrize("code", [1, 2, 3, -9])
def test_a_session_that_failed_after_its_last_record_is_not_begun_again(code):
    _, (found,) = seen([replace(OPEN, at_s=1.0, exit_code=code, work=None, is_over=True)])
    assert (found.verdict, found.exit_code) == (Verdict.DONE, code)


def test_a_kernel_that_is_gone_is_dead_even_if_nobody_says_so():
    gone = (replace(OPEN, at_s=float(n), is_kernel_gone=True, work=None) for n in range(1, 10))
    assert first_bad(seen(gone)[1]) == (4, Verdict.DEAD, "its kernel is gone")


def test_after_its_last_record_a_session_may_be_silent_and_must_end():
    watch, _ = seen(worked(100))
    over = (replace(OPEN, at_s=100.0 + n, is_over=True, work=None) for n in range(1, 200))
    assert first_bad(seen(over, watch=watch)[1]) == (
        101, Verdict.HANGS, "the day is over, its process is not",
    )  # fmt: skip


def test_a_session_that_goes_on_long_after_the_close_hangs():
    late = (replace(s, is_open=False, is_after_close=True) for s in worked(1000))
    n, verdict, why = first_bad(seen(late)[1])
    assert (n, verdict, why) == (601, Verdict.HANGS, "the market has closed, it goes on")


def test_a_watch_that_stood_still_itself_blames_nobody():
    watch, _ = seen(worked(100))
    woken = [replace(OPEN, at_s=5000.0, work=None), replace(OPEN, at_s=5001.0, work=None)]
    assert first_bad(seen(woken, watch=watch)[1]) is None
    silent = (replace(OPEN, at_s=5001.0 + n, work=None) for n in range(1, 20))
    watch, _ = seen(woken, watch=watch)
    assert first_bad(seen(silent, watch=watch)[1])[1:] == (
        Verdict.STALLED, "no answer on its control socket",
    )  # fmt: skip


steps = st.floats(0.05, 4.9)  # later than that we were frozen ourselves
flags = st.booleans()


@given(st.lists(st.tuples(steps, flags, flags), min_size=1, max_size=200))
def test_whoever_works_is_never_blamed_whatever_the_wall_clock_says(looks):
    watch, now_s, n = begun(0.0), 0.0, 0
    for step_s, is_open, is_index_open in looks:  # a clock that jumps opens and closes the market
        now_s, n = now_s + step_s, n + 1
        sight = Sight(
            now_s, work=Work(n, n, n, n), is_open=is_open, is_index_open=is_index_open
        )  # fmt: skip
        watch, found = look(watch, sight, LIMITS)
        assert found.verdict is Verdict.HEALTHY


@given(st.lists(steps, min_size=1, max_size=30), st.integers(1, 500))
def test_silence_is_always_found_and_never_too_early(before, seed):
    watch, now_s = begun(0.0), 0.0
    for n, step_s in enumerate(before, 1):
        now_s += step_s
        watch, _ = look(watch, replace(OPEN, at_s=now_s, work=Work(n, n, n, n)), LIMITS)
    silent_s = now_s
    for _ in range(40):
        now_s += 0.3 + seed % 7 / 10
        watch, found = look(watch, replace(OPEN, at_s=now_s, work=None), LIMITS)
        is_late = now_s - silent_s >= LIMITS.silent_s
        assert (found.verdict is Verdict.STALLED) == is_late


@given(
    st.lists(
        st.builds(
            Sight,
            at_s=st.just(0.0),
            exit_code=st.none(),
            is_kernel_gone=flags,
            is_stopped=flags,
            work=st.none() | st.builds(Work, *[st.integers(0, 3)] * 4),
            is_over=flags,
            is_open=flags,
            is_index_open=flags,
            is_after_close=flags,
        ),
        max_size=60,
    ),
    st.lists(st.floats(0.01, 300), min_size=60, max_size=60),
)
def test_any_sequence_of_looks_has_a_finding_that_began_before_it(sights, steps_s):
    watch, now_s = begun(0.0), 0.0
    for sight, step_s in zip(sights, steps_s, strict=False):
        now_s += step_s
        watch, found = look(watch, replace(sight, at_s=now_s), LIMITS)
        assert found.since_s <= now_s
        assert found.verdict not in (Verdict.DONE, Verdict.REFUSED)  # nothing has exited
