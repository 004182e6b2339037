"""Whether a session works: what is seen of it comes in, a finding goes out. Pure.

Alive is not enough: inputs must come in, ticks must become bars, bars must be checked. All times
are monotonic seconds, so that a wall clock that jumps and a machine that slept prove nothing. While
this watch did not look either (its process stood still), nobody's patience is used up.
"""

from enum import Enum

import msgspec

STOPPED_S = 2.0
"""A process that SIGSTOP holds for so long is not going to be let go."""
GONE_S = 3.0
"""What `rustro run` has to say how it ended, once its kernel is gone."""
LATE_S = 3.0
"""A look that comes so much later than it can says something of us, not of the session."""
DONE_CODES, REFUSED_CODES = frozenset({0, 4}), frozenset({2, 3})


class Work(msgspec.Struct, frozen=True):
    """How much a session has done. Figures only grow, except across a restart."""

    input: int = 0
    ticks: int = 0
    bars: int = 0
    checks: int = 0


class Sight(msgspec.Struct, frozen=True):
    """One look at a session."""

    at_s: float
    exit_code: int | None = None  # None while the process is there; negative: killed by a signal
    is_kernel_gone: bool = False
    is_stopped: bool = False
    work: Work | None = None  # None: the control socket does not answer
    is_over: bool = False  # its last record says so
    is_open: bool = False  # derivatives trade now
    is_index_open: bool = False
    is_after_close: bool = False


class Limits(msgspec.Struct, frozen=True):
    """How long what may last; seconds of the wall."""

    look_s: float
    answer_s: float  # what one look may wait for an answer
    start_s: float  # from the start to the first answer
    silent_s: float  # no answer
    idle_s: float  # no input of any kind while the market is open
    work_s: float  # no ticks, bars or checks
    end_s: float  # from the last record to the end of the process
    overdue_s: float  # from the close to the last record
    has_checks: bool = True  # decisions are made at all


class Verdict(Enum):
    """What a look amounts to."""

    STARTING = "starting"
    HEALTHY = "healthy"
    STALLED = "stalled"  # it lives and does not work
    BLIND = "blind"  # it works and its market data do not come: perhaps not its fault
    DEAD = "dead"  # gone, and not in good order
    HANGS = "hangs"  # it should be gone
    REFUSED = "refused"  # gone, and starting it again would be refused again
    DONE = "done"


class Finding(msgspec.Struct, frozen=True):
    """A verdict with its reason, and since when it is so."""

    verdict: Verdict
    why: str = ""
    since_s: float = 0.0
    exit_code: int = 0


class Watch(msgspec.Struct, frozen=True):
    """What earlier looks have seen. Each `..._s` says since when something is so; None: it is not.

    `moved_s` are the moments at which the figures of `Work` changed last, or were not expected to.
    """

    begun_s: float
    looked_s: float
    answered_s: float | None = None
    work: Work | None = None
    moved_s: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    stopped_s: float | None = None
    gone_s: float | None = None
    over_s: float | None = None
    closed_s: float | None = None


def begun(at_s: float) -> Watch:
    """The watch over a session that starts now."""
    return Watch(at_s, at_s, moved_s=(at_s, at_s, at_s, at_s))


def look(watch: Watch, sight: Sight, limits: Limits) -> tuple[Watch, Finding]:
    """What is known after a look, and what it amounts to."""
    seen = _seen(_excused(watch, sight.at_s, limits), sight)
    return seen, _ended(sight) or _overdue(seen, sight, limits) or _well(seen)


def _excused(watch: Watch, now_s: float, limits: Limits) -> Watch:
    """Nobody's patience was used up while we did not look."""
    missed_s = now_s - watch.looked_s - limits.look_s
    if missed_s <= limits.answer_s + LATE_S:
        return watch

    def later(since_s: float | None) -> float | None:
        return None if since_s is None else since_s + missed_s

    return Watch(
        begun_s=watch.begun_s + missed_s,
        looked_s=watch.looked_s,
        answered_s=later(watch.answered_s),
        work=watch.work,
        moved_s=_four(*(since_s + missed_s for since_s in watch.moved_s)),
        stopped_s=later(watch.stopped_s),
        gone_s=later(watch.gone_s),
        over_s=later(watch.over_s),
        closed_s=later(watch.closed_s),
    )


def _seen(watch: Watch, sight: Sight) -> Watch:
    now_s = sight.at_s

    def since(earlier_s: float | None, *, is_so: bool) -> float | None:
        return (now_s if earlier_s is None else earlier_s) if is_so else None

    has_answered = sight.work is not None
    return Watch(
        begun_s=watch.begun_s,
        looked_s=now_s,
        answered_s=now_s if has_answered else watch.answered_s,
        work=sight.work or watch.work,
        moved_s=_moved(watch, sight),
        stopped_s=since(watch.stopped_s, is_so=sight.is_stopped),
        gone_s=since(watch.gone_s, is_so=sight.is_kernel_gone),
        over_s=since(watch.over_s, is_so=sight.is_over),
        closed_s=since(watch.closed_s, is_so=sight.is_after_close),
    )


def _moved(watch: Watch, sight: Sight) -> tuple[float, float, float, float]:
    """When each figure changed last. A silent session is silent, not idle: that is judged first."""
    now_s, new, old = sight.at_s, sight.work, watch.work
    if new is None:
        return watch.moved_s
    if old is None or not sight.is_open:
        return _four(now_s, now_s, now_s, now_s)
    pairs = ((new.input, old.input), (new.ticks, old.ticks), (new.bars, old.bars))
    moved = [
        now_s if later != earlier else since_s
        for (later, earlier), since_s in zip(pairs, watch.moved_s, strict=False)
    ]
    is_checked = new.checks != old.checks or not sight.is_index_open
    return _four(*moved, now_s if is_checked else watch.moved_s[3])


def _ended(sight: Sight) -> Finding | None:
    """What an exit code says."""
    code = sight.exit_code
    if code is None:
        return None
    if code in DONE_CODES:
        return Finding(Verdict.DONE, f"exit code {code}", sight.at_s, code)
    if sight.is_over:  # started again it would be a new session, on a day that is over
        return Finding(Verdict.DONE, f"exit code {code} after its last record", sight.at_s, code)
    if code in REFUSED_CODES:
        return Finding(Verdict.REFUSED, f"exit code {code}", sight.at_s, code)
    how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
    return Finding(Verdict.DEAD, how, sight.at_s, code)


def _overdue(watch: Watch, sight: Sight, limits: Limits) -> Finding | None:
    """The first thing that lasts longer than it may."""
    for since_s, most_s, verdict, why in _patience(watch, sight, limits):
        if since_s is not None and sight.at_s - since_s >= most_s:
            return Finding(verdict, why, since_s)
    return None


Patience = tuple[float | None, float, Verdict, str]


def _patience(watch: Watch, sight: Sight, limits: Limits) -> tuple[Patience, ...]:
    """Since when, how long it may last, and what it is then; the more certain first."""
    if sight.is_over:
        return ((watch.over_s, limits.end_s, Verdict.HANGS, "the day is over, its process is not"),)
    first = watch.begun_s if watch.answered_s is None else None
    input_s, ticks_s, bars_s, checks_s = _expected(watch, sight, limits)
    return (
        (watch.gone_s, GONE_S, Verdict.DEAD, "its kernel is gone"),
        (watch.stopped_s, STOPPED_S, Verdict.STALLED, "its process is stopped (SIGSTOP)"),
        (first, limits.start_s, Verdict.STALLED, "no answer since its start"),
        (watch.answered_s, limits.silent_s, Verdict.STALLED, "no answer on its control socket"),
        (watch.closed_s, limits.overdue_s, Verdict.HANGS, "the market has closed, it goes on"),
        (input_s, limits.idle_s, Verdict.STALLED, "it takes in nothing"),
        (ticks_s, limits.work_s, Verdict.BLIND, "no ticks"),
        (bars_s, limits.work_s, Verdict.BLIND, "ticks, but no bars"),
        (checks_s, limits.work_s, Verdict.BLIND, "bars, but no checks"),
    )


def _expected(watch: Watch, sight: Sight, limits: Limits) -> tuple[float | None, ...]:
    """Since when figures that should grow do not; a start has its own patience."""
    is_started = sight.at_s - watch.begun_s >= limits.start_s
    if not (sight.is_open and is_started and watch.answered_s is not None):
        return (None, None, None, None)
    input_s, ticks_s, bars_s, checks_s = watch.moved_s
    is_checking = limits.has_checks and sight.is_index_open
    return (input_s, ticks_s, bars_s, checks_s if is_checking else None)


def _well(watch: Watch) -> Finding:
    if watch.answered_s is None:
        return Finding(Verdict.STARTING, since_s=watch.begun_s)
    return Finding(Verdict.HEALTHY, since_s=watch.answered_s)


def _four(*values: float) -> tuple[float, float, float, float]:
    first, second, third, fourth = values
    return first, second, third, fourth
