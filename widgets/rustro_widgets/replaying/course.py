"""Where one stands in a recorded day, and where one is going. No clock, no widget.

Every wish is an input to go to; `work` does a portion of what is left to do: first the way there,
then the survey of the rest of the day. A wish whose place is not known yet waits for the survey.
"""

from collections.abc import Callable
from enum import Enum

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.stepper import Stepper
from rustro_kernel.records.stops import Stop

AS_FAST_AS_IT_GOES = 0
BURST = 2048
"""Inputs between two looks at the breakpoints when played as fast as it goes."""
SECOND_NS = 1_000_000_000
LONGEST_S = 0.5
"""A blocked notebook does not make the day jump ahead."""

Place = Callable[[], int | None]
"""The input to go to; None where it is not known (yet)."""


class Unit(Enum):
    """How far one step goes."""

    INPUT = "input"
    EVENT = "event"
    MINUTE = "minute"


class Course:
    """Moves a stepper.

    Attributes:
        stepper: The day.
        speed: How many seconds of the day pass in one; `AS_FAST_AS_IT_GOES`.
        is_playing: The day goes on by itself until a breakpoint or its end.
        stops: The breakpoints.
        note: Why it stands where it stands, in words; empty where that is plain.
    """

    def __init__(self, stepper: Stepper, speed: int = 60) -> None:
        self.stepper, self.speed = stepper, speed
        self.is_playing = False
        self.stops: tuple[Stop, ...] = ()
        self.note = ""
        self._wish: tuple[Place, str, str] | None = None
        self._clock_ns = 0

    @property
    def is_waiting(self) -> bool:
        """A wish waits for the survey, or for the way to be fed."""
        return self._wish is not None or not self.stepper.is_there

    def step(self, unit: Unit, *, back: bool = False) -> None:
        """One input, event or minute on, or back."""
        self.go(_STEPS[unit, back](self.stepper))

    def go(self, place: Place, note: str = "", missed: str = "") -> None:
        """Go to a place.

        Args:
            place: Asked again while the survey finds out more.
            note: Said when it is reached.
            missed: Said when the day has no such place.
        """
        self.is_playing = False
        self.note = ""
        self._wish = (place, note, missed)
        self._resolve()

    def go_to(self, n: int) -> None:
        """Go to an input; beyond the day is its end."""
        self.go(lambda: n)

    def to_end(self) -> None:
        """Go to the last input."""
        self.go(lambda: self.stepper.last)

    def run_to(self, stop: Stop, *, back: bool = False) -> None:
        """Go to the next place where `stop` stops, or the one before."""
        events, here = self.stepper.survey.events, self.stepper.n

        def place() -> int | None:
            find = events.last_hit if back else events.next_hit
            hit = find([stop], here)
            return hit[0].input if hit else None

        self.go(place, f"at {stop}", f"no {'earlier' if back else 'later'} place where {stop}")

    def play(self) -> None:
        """Let the day go on from here."""
        self._wish, self.note = None, ""
        self.is_playing = True
        self._clock_ns = self.stepper.now_ns

    def pause(self) -> None:
        """Stand still."""
        self.is_playing = False

    def play_or_pause(self) -> None:
        """The one that makes a difference."""
        if self.is_playing:
            self.pause()
        else:
            self.play()

    def set_speed(self, speed: int) -> None:
        """Go on from here at another speed."""
        self.speed = speed
        self._clock_ns = self.stepper.now_ns

    def go_by(self, found: Callable[[], Place]) -> None:
        """Go where a person points to, or say why that is nowhere."""
        try:
            self.go(found())
        except BadUsage as exc:
            self.note = str(exc)

    def add(self, stop: Stop) -> None:
        """One more breakpoint."""
        self.stops = tuple(dict.fromkeys((*self.stops, stop)))

    def remove(self, stop: Stop) -> None:
        """One breakpoint less."""
        self.stops = tuple(kept for kept in self.stops if kept != stop)

    def pass_time(self, passed_s: float) -> None:
        """So much time has passed for the one who watches."""
        if not self.is_playing or self.speed == AS_FAST_AS_IT_GOES or not self.stepper.last:
            return
        self._clock_ns = self._clock_ns or self.stepper.survey.tape.first_ts
        self._clock_ns += round(min(passed_s, LONGEST_S) * self.speed * SECOND_NS)
        self._play_to(self.stepper.at(self._clock_ns))

    def work(self, most: int) -> bool:
        """Feed at most so many inputs; false when there is nothing to do."""
        self._resolve()
        if self.is_playing and self.speed == AS_FAST_AS_IT_GOES and self.stepper.is_there:
            self._play_to(self.stepper.n + BURST)
        if not self.stepper.is_there:
            self.stepper.go_on(most)
        else:
            self.stepper.survey.go_on(most)
        is_rushing = self.is_playing and self.speed == AS_FAST_AS_IT_GOES
        return self.is_waiting or is_rushing or not self.stepper.survey.is_over

    def _resolve(self) -> None:
        """Set out for the place that was wished for, once it is certain."""
        if self._wish is None:
            return
        place, note, missed = self._wish
        found, is_over = place(), self.stepper.survey.is_over
        if found is None and is_over:
            self._wish, self.note = None, missed
        elif found is not None and (found < self.stepper.last or is_over):
            self._wish, self.note = None, note
            self.stepper.aim(found)

    def _play_to(self, n: int) -> None:
        """Go on to an input, or to the first breakpoint before it."""
        n = min(n, self.stepper.last)
        hit = (
            self.stepper.survey.events.next_hit(self.stops, self.stepper.n) if self.stops else None
        )
        if hit is not None and hit[0].input <= n:
            self._stop_at(hit)
        elif n > self.stepper.n:
            self.stepper.aim(n)
        elif self.stepper.n == self.stepper.last and self.stepper.survey.is_over:
            self.is_playing, self.note = False, "the end of the day"

    def _stop_at(self, hit: tuple[Event, Stop]) -> None:
        event, stop = hit
        self.is_playing, self.note = False, f"breakpoint: {stop}"
        self.stepper.aim(event.input)


_STEPS: dict[tuple[Unit, bool], Callable[[Stepper], Place]] = {
    (Unit.INPUT, False): lambda s: _fixed(s.n + 1),
    (Unit.INPUT, True): lambda s: _fixed(s.n - 1),
    (Unit.EVENT, False): lambda s: s.event_after,
    (Unit.EVENT, True): lambda s: s.event_before,
    (Unit.MINUTE, False): lambda s: s.minute_after,
    (Unit.MINUTE, True): lambda s: s.minute_before,
}


def _fixed(n: int) -> Place:
    return lambda: n
