"""Interrupts, many, at awkward moments: a turn is whole or it has not been."""

import random
import signal
import sys
from collections import deque
from collections.abc import Callable
from typing import ClassVar

import pytest

from rustro_kernel.domain.errors import SessionFailed
from rustro_kernel.engine.engine import Engine
from rustro_kernel.engine.inputs import Input
from rustro_kernel.session.crank import Crank
from rustro_kernel.session.safe_engine import ATTEMPTS, SafeEngine
from tests.engine.story import eventful_day

EVERY = 25
"""Inputs between two snapshots: a rebuild replays at most so many."""


class Day:
    """The inputs of an eventful day, what each of them causes, and the state it leaves."""

    def __init__(self) -> None:
        bench = eventful_day()
        self.registry, self.inputs = bench.registry, bench.inputs
        engine = self.fresh()
        self.turns = [engine.apply(item) for item in self.inputs]
        self.end = engine.snapshot()
        self.busy = [turn.n for turn in self.turns if len(turn.events) > 1 and turn.n > EVERY]

    def fresh(self) -> Engine:
        return Engine(self.registry)

    def restore(self, state: bytes) -> Engine:
        if At.now is not None:
            At.now.arm()
        return Engine.restore(state, self.registry)

    def safe(self, state: bytes | None = None) -> SafeEngine:
        return SafeEngine(self.fresh, self.restore, EVERY, state)

    def before(self, n: int) -> bytes:
        """The state before input n."""
        engine = self.fresh()
        for item in self.inputs[: n - 1]:
            engine.apply(item)
        return engine.snapshot()


@pytest.fixture(scope="module")
def day() -> Day:
    return Day()


class At:
    """Acts when these lines of the engine's code (by their number in the run) are about to run.

    Python stops tracing when that raises: whoever goes on after it arms it anew.
    """

    now: ClassVar["At | None"] = None

    def __init__(self, act: Callable[[], None], *lines: int, of: str = "rustro_kernel/engine/"):
        self.act, self.left, self.of, self.seen = act, sorted(lines), of, 0

    def __enter__(self) -> "At":
        At.now, self._before = self, sys.gettrace()
        self.arm()
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)
        At.now = None

    def arm(self) -> None:
        sys.settrace(self._enter_frame)

    def _enter_frame(self, frame, event, arg):
        return self._line if self.of in frame.f_code.co_filename.replace("\\", "/") else None

    def _line(self, frame, event, arg):
        if event == "line":
            self.seen += 1
            if self.left and self.seen == self.left[0]:
                self.left.pop(0)
                self.act()
        return self._line


def press() -> None:
    raise KeyboardInterrupt


def lines_of(day: Day, state: bytes, item: Input) -> int:
    """How many lines the engine runs for an input."""
    engine = day.safe(state)
    with At(press) as counted:
        engine.apply(item)
    return counted.seen


def test_wherever_an_interrupt_strikes_the_turn_is_the_same(day):
    dice = random.Random(5)
    for n in dice.sample(day.busy, 12):
        state, item = day.before(n), day.inputs[n - 1]
        lines = lines_of(day, state, item)
        for at in sorted(dice.sample(range(1, lines + 1), min(lines, 12))):
            engine = day.safe(state)
            with At(press, at):
                turn = engine.apply(item)
            assert turn == day.turns[n - 1], (n, at)
            assert engine.interrupted
            assert engine.rebuilt == 1
            assert engine.apply(day.inputs[n]) == day.turns[n]


def test_interrupts_in_the_rebuilding_too_leave_the_turn_the_same(day):
    dice = random.Random(7)
    for n in dice.sample(day.busy, 6):
        engine = day.safe(day.before(n - 10))
        for item in day.inputs[n - 11 : n - 1]:
            engine.apply(item)
        lines = lines_of(day, day.before(n), day.inputs[n - 1])
        gaps = [dice.randint(1, lines * 2) for _ in range(ATTEMPTS - 2)]
        with At(press, *(dice.randint(1, lines) + sum(gaps[:k]) for k in range(len(gaps)))) as at:
            turn = engine.apply(day.inputs[n - 1])
        assert turn == day.turns[n - 1]
        assert engine.rebuilt >= ATTEMPTS - 2 - len(at.left) > 1
        assert engine.apply(day.inputs[n]) == day.turns[n]


def test_a_whole_day_of_interrupts_is_the_day(day):
    dice, engine, struck = random.Random(11), day.safe(), 0
    for item, expected in zip(day.inputs, day.turns, strict=True):
        if dice.random() < 0.05:
            with At(press, dice.randint(1, 60)) as at:
                assert engine.apply(item) == expected
            struck += not at.left
        else:
            assert engine.apply(item) == expected
    assert struck > 100
    assert engine.rebuilt == struck
    assert engine.snapshot() == day.end


def test_who_never_stops_pressing_ends_the_session_and_not_in_the_middle_of_a_turn(day):
    n = day.busy[3]
    engine = day.safe(day.before(n))
    presses = [Interrupted() for _ in range(ATTEMPTS)]
    engine._engine = Interrupted()
    engine._restore = lambda state: presses.pop() if presses else day.restore(state)
    with pytest.raises(SessionFailed, match=f"input {n} cannot be applied: KeyboardInterrupt"):
        engine.apply(day.inputs[n - 1])
    assert engine.snapshot() == day.before(n)


class Interrupted:
    """An engine that is interrupted before it has done anything."""

    def apply(self, item):
        raise KeyboardInterrupt


def test_signals_while_the_crank_turns_come_after_whole_turns_and_lose_none(day):
    inputs = day.inputs[:1200]
    dice, dealt, presses = random.Random(3), [], []
    waiting = deque((item, 0) for item in inputs)
    crank = Crank(day.safe(), waiting, dealt.append, lambda view: None, lambda: None)
    lines = sorted(dice.sample(range(1, 300_000), 600))
    with At(lambda: signal.raise_signal(signal.SIGINT), *lines, of="rustro_kernel/") as at:
        while waiting:
            at.arm()
            try:
                crank.turn("notebook")
            except KeyboardInterrupt:
                presses.append(len(dealt))
    assert crank.failure is None
    assert len(presses) > 10
    assert dealt == day.turns[:1200]
