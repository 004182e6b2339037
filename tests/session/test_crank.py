from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given, settings, strategies as st

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.engine.events.startup import LogInitialized
from rustro_kernel.engine.events.strategy import DailyDirectionDetermined
from rustro_kernel.engine.inputs import Input, Wake
from rustro_kernel.engine.turn import Turn
from rustro_kernel.engine.view import View
from rustro_kernel.session.crank import TURN_NS, Crank
from rustro_kernel.session.doorbell import Doorbell
from tests.session.stepping import SteppedDeque, SteppedLock, Steps


class Notes:
    """An engine that notes what it is given."""

    def __init__(self, fails_at: int = 0) -> None:
        self.applied: list[int] = []
        self._fails_at = fails_at

    def apply(self, item: Input) -> Turn:
        if item.n == self._fails_at:
            raise SessionFailed("cannot")
        self.applied.append(item.n)
        return Turn(item.n, item.ts, 0)

    def view(self) -> View:
        return View(input=self.applied[-1] if self.applied else 0)


class FakeLoop:
    """Callbacks for a notebook loop that somebody steps."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self.callbacks: list[Callable[[], None]] = []

    def call_soon_threadsafe(self, callback: Callable[[], None]) -> None:
        self._steps.point()
        self.callbacks.append(callback)


class SteppedBell(Doorbell):
    """A doorbell with a point before its flag is read or written."""

    steps: Steps

    @property
    def since_ns(self) -> int:
        self.steps.point()
        return self._since

    @since_ns.setter
    def since_ns(self, value: int) -> None:
        self.steps.point()
        self._since = value


INPUTS = 4


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2), max_size=150))
def test_whoever_turns_no_input_is_forgotten_and_the_order_is_kept(choices):
    steps = SteppedDeque.steps = SteppedBell.steps = Steps(choices)
    engine, loop, waiting, done = Notes(), FakeLoop(steps), SteppedDeque(), []
    bell = SteppedBell(loop, lambda: crank.turn("notebook"))
    crank = Crank(
        engine,
        waiting,
        lambda turn: None,
        lambda view: None,
        bell.ring,
        lock=SteppedLock(steps),
        clock=count(step=TURN_NS // 2).__next__,  # about one input a turn
    )

    def io() -> None:
        for n in range(1, INPUTS + 1):
            waiting.append((Input(n, n, Wake(n)), 0))
            bell.ring()
        done.append("io")

    def understudy() -> None:
        for _ in range(3):
            crank.turn("understudy")
        done.append("understudy")

    def notebook() -> None:
        while loop.callbacks or len(done) < 2:
            steps.point()
            if loop.callbacks:
                loop.callbacks.pop(0)()

    steps.run(io=io, understudy=understudy, notebook=notebook)
    assert engine.applied == list(range(1, INPUTS + 1))
    assert list(waiting) == []


def test_a_turn_ends_after_five_milliseconds_and_asks_for_another():
    asked = []
    waiting = SteppedDeque((Input(n, n, Wake(n)), 0) for n in range(1, 10))
    engine = Notes()
    clock = count(step=1_000_000).__next__  # every look costs a millisecond
    crank = Crank(
        engine,
        waiting,
        lambda turn: None,
        lambda view: None,
        lambda: asked.append(1),
        clock=clock,
    )
    assert crank.turn("notebook")
    assert 0 < len(engine.applied) <= 5
    assert asked == [1]


def test_a_broken_engine_is_never_turned_again():
    waiting = SteppedDeque((Input(n, n, Wake(n)), 0) for n in range(1, 4))
    engine = Notes(fails_at=2)
    crank = Crank(engine, waiting, lambda turn: None, lambda view: None, lambda: None)
    crank.turn("notebook")
    assert isinstance(crank.failure, SessionFailed)
    assert not crank.turn("understudy")
    assert engine.applied == [1]


def test_an_input_is_in_the_inbox_until_its_effects_have_been_asked_for():
    waiting = SteppedDeque([(Input(1, 1, Wake(1)), 0)])
    seen: list[int] = []
    crank = Crank(
        Notes(),
        waiting,
        lambda turn: seen.append(len(waiting)),
        lambda view: None,
        lambda: None,
    )
    assert crank.turn("notebook")
    assert seen == [1]
    assert not waiting


class Asks(Notes):
    """Its strategy takes so long at one input, by a clock of its own."""

    def __init__(self, at: int, took_ns: int, fact) -> None:
        super().__init__()
        self.now_ns = 0
        self._at, self._took_ns, self._fact = at, took_ns, fact

    def apply(self, item: Input) -> Turn:
        turn = super().apply(item)
        if item.n == self._at:
            turn.emit(self._fact)
            self.now_ns += self._took_ns
        return turn


def slow_calls(took_ns: int, fact) -> list[int]:
    """What the crank says of a strategy that takes so long at the second of three inputs."""
    engine = Asks(2, took_ns, fact)
    said: list[int] = []
    waiting = SteppedDeque((Input(n, n, Wake(n)), 0) for n in range(1, 4))
    crank = Crank(
        engine,
        waiting,
        lambda turn: None,
        lambda view: None,
        lambda: None,
        clock=lambda: engine.now_ns,
        slow_strategy=said.append,
    )
    while waiting:
        crank.turn("notebook")
    assert engine.applied == [1, 2, 3]
    return said


ASKED = DailyDirectionDetermined("NIFTY", "CE", (), 150, False)


@pytest.mark.parametrize(
    ("took_ns", "said"), [(1_000_000_000, []), (1_000_000_001, [1000]), (2_500_000_000, [2500])]
)
def test_a_strategy_that_takes_over_a_second_is_said_with_its_time(took_ns, said):
    assert slow_calls(took_ns, ASKED) == said


def test_a_turn_that_asked_no_strategy_is_not_the_strategys_fault():
    assert slow_calls(5_000_000_000, LogInitialized("s")) == []
