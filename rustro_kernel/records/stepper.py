"""A recorded day, moment by moment, forward and back: the engine itself, fed again.

Pure but for the run folder it reads. Nothing runs by itself: `survey.go_on` and `go_on` do a
portion of the work each, so that whoever calls can stay responsive.
"""

from bisect import bisect_right
from collections.abc import Callable
from operator import attrgetter

from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.asked import AtHand
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import View
from rustro_kernel.records.minutes import AFTER_NS
from rustro_kernel.records.survey import Rewindable, Survey


class Stepper:
    """Stands after input `n` of a day that `survey` has passed, at least so far.

    `aim` at an input, then `go_on` until it is reached.
    """

    def __init__(
        self,
        survey: Survey,
        fresh: Callable[[], Rewindable],
        restore: Callable[[bytes], Rewindable],
    ) -> None:
        self.survey = survey
        self.n = self.target = 0
        self._fresh, self._restore = fresh, restore
        self._engine = fresh()

    @property
    def last(self) -> int:
        """The last input that can be reached now."""
        return len(self.survey.tape)

    @property
    def is_there(self) -> bool:
        """The input that was aimed at is reached."""
        return self.n == self.target

    def aim(self, n: int) -> None:
        """Go for input `n`; beyond the day is its end, before it its beginning."""
        self.target = min(max(n, 0), self.last)
        mark = self.survey.marks[bisect_right(self.survey.marks, self.target, key=_n) - 1]
        if self.target < self.n or mark.n > self.n:
            self.n = mark.n
            self._engine = self._fresh() if mark.state is None else self._restore(mark.state)

    def go_on(self, most: int) -> bool:
        """Feed at most so many inputs towards the target; false when it is reached."""
        for _ in range(most):
            if self.is_there:
                return False
            self.n += 1
            self._engine.apply(self.survey.tape[self.n])
        return not self.is_there

    def view(self) -> View:
        """The engine's picture after input `n`."""
        return self._engine.view()

    def at_hand(self, name: str = "") -> AtHand:
        """What the engine has of an underlying after input `n`."""
        return self._engine.at_hand(name)

    @property
    def now_ns(self) -> int:
        """When input `n` came; 0 before the first."""
        return self.survey.tape.ts(self.n)

    def events(self) -> list[Event]:
        """What inputs 1 to `n` have caused."""
        known = self.survey.events.all
        return known[: bisect_right(known, self.n, key=_input)]

    def event_after(self) -> int:
        """The next input that causes an event; the last input if none does."""
        known = self.survey.events.all
        place = bisect_right(known, self.n, key=_input)
        return known[place].input if place < len(known) else self.last

    def event_before(self) -> int:
        """The input before this one that caused an event; 0 if none did."""
        known = self.survey.events.all
        place = bisect_right(known, self.n - 1, key=_input)
        return known[place - 1].input if place else 0

    def minute_after(self) -> int:
        """The end of the next minute in which anything came, its bars and verdicts included."""
        if self.n >= self.last:
            return self.last
        tape = self.survey.tape
        return tape.last_until(_picture(tape.ts(self.n + 1)))

    def minute_before(self) -> int:
        """The same of the minute before."""
        return self.survey.tape.last_until(_picture(self.now_ns) - MINUTE) if self.n else 0

    def at(self, ts_ns: int) -> int:
        """The last input up to a moment."""
        return self.survey.tape.last_until(ts_ns)

    def at_minute(self, ts_ns: int) -> int:
        """The last input that belongs to the picture of the minute that ends at a moment."""
        return self.at(ts_ns + AFTER_NS)

    def at_seq(self, seq: int) -> int:
        """The input that caused event `seq`; the last one where there is no such event."""
        known = self.survey.events.all
        return known[max(seq, 1) - 1].input if seq <= len(known) else self.last


_n, _input = attrgetter("n"), attrgetter("input")


def _picture(ts_ns: int) -> int:
    """The first moment from here on at which a minute's bars and verdicts have come."""
    return ts_ns + (AFTER_NS - ts_ns) % MINUTE
