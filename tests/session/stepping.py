"""Real threads that move one step at a time, in an order somebody else chooses."""

from collections import deque
from collections.abc import Callable, Iterable
from threading import Condition, Thread, current_thread


class Steps:
    """Every thread stops at each `point` until it is chosen."""

    def __init__(self, choices: Iterable[int]) -> None:
        self._choices = iter(choices)
        self._cond = Condition()
        self._stopped: list[str] = []
        self._chosen = ""
        self._alive: set[str] = set()

    def point(self) -> None:
        me = current_thread().name
        if me not in self._alive:
            return
        with self._cond:
            self._stopped.append(me)
            self._cond.notify_all()
            self._cond.wait_for(lambda: self._chosen == me)
            self._chosen = ""

    def run(self, **bodies: Callable[[], None]) -> None:
        """Run each body in a thread of its own until all have returned."""
        self._alive = set(bodies)
        threads = [Thread(target=self._body, args=(b,), name=n) for n, b in bodies.items()]
        for thread in threads:
            thread.start()
        while self._alive:
            self._choose()
        for thread in threads:
            thread.join()

    def _choose(self) -> None:
        with self._cond:
            assert self._cond.wait_for(lambda: set(self._stopped) == self._alive, 60)
            if self._alive:
                ready = sorted(self._stopped)
                self._chosen = ready[next(self._choices, 0) % len(ready)]
                if next(self._choices, None) is None:
                    self._chosen = self._stopped[0]  # in turn, so that everybody comes to the end
                self._stopped.remove(self._chosen)
                self._cond.notify_all()
                assert self._cond.wait_for(lambda: self._chosen == "", 60)

    def _body(self, body: Callable[[], None]) -> None:
        self.point()
        body()
        with self._cond:
            self._alive.discard(current_thread().name)
            self._cond.notify_all()


class SteppedDeque(deque):  # type: ignore[type-arg]
    """A deque with a point before each use."""

    steps: Steps

    def __len__(self) -> int:
        self.steps.point()
        return super().__len__()

    def append(self, item: object) -> None:
        self.steps.point()
        super().append(item)

    def popleft(self) -> object:
        self.steps.point()
        return super().popleft()


class SteppedLock:
    """A lock with a point before each use."""

    def __init__(self, steps: Steps) -> None:
        self._steps, self._held = steps, False

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        self._steps.point()
        assert not blocking
        if self._held:
            return False
        self._held = True
        return True

    def release(self) -> None:
        self._steps.point()
        assert self._held
        self._held = False
