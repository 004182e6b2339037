"""What a chart asks the session for now and then: bars before today, and the strategy's rules."""

from collections.abc import Callable
from typing import NamedTuple

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.engine.events.system import ParameterChanged
from rustro_widgets.panels.background import Asked
from rustro_widgets.panels.candle_sources import Source
from rustro_widgets.panels.candle_studies import Rules, rules_of
from rustro_widgets.panels.reading import Past, Reading


class Before(NamedTuple):
    """The answer: the bars before today of one underlying and timeframe, and the rules."""

    underlying: str = ""
    frame: Timeframe = Timeframe.M1
    bars: tuple[Bar, ...] = ()
    rules: Rules = Rules()


def asked_of(past: Past, underlying: str, frame: Timeframe) -> Before:
    """Ask, and wait for the answer."""
    bars = past.earlier_bars(underlying, frame.value) if underlying else ()
    return Before(underlying, frame, bars, rules_of(past.settings))


class BeforeToday:
    """Asks only when the answer may be another one, and never holds up who draws.

    Args:
        past: Whom; None: nobody, there is nothing before today and the rules are the defaults.
        changed: Called when there is an answer; on any thread.
    """

    def __init__(self, past: Past | None, changed: Callable[[object], object]) -> None:
        self._past = past
        self._question = "", Timeframe.M1
        self._wanted: object = None
        self._minutes = 0  # so many there were when it was asked
        self._asking = Asked(self._ask, changed)

    def of(self, reading: Reading, source: Source, frame: Timeframe) -> Before:
        """What is known of it by now."""
        known = self._asking.answer or Before()
        is_fit = (known.underlying, known.frame) == (source.underlying, frame)
        if self._past is not None:
            self._ask_again(reading, source, frame, is_known=is_fit and bool(known.bars))
        return known if is_fit else Before(source.underlying, frame, (), known.rules)

    def _ask_again(
        self, reading: Reading, source: Source, frame: Timeframe, *, is_known: bool
    ) -> None:
        view, changes = reading.view, len(reading.day.listed[ParameterChanged])
        # no bars may mean that the session had no time to answer: once more with the next minute
        again = 0 if is_known else len(source.minutes)
        wanted = view.session_id, view.state, changes, source.underlying, frame
        if wanted == self._wanted and again in (0, self._minutes):
            return
        self._question = source.underlying, frame
        is_asked = self._asking.ask()
        self._wanted, self._minutes = (wanted if is_asked else None), len(source.minutes)

    def _ask(self) -> Before:
        if self._past is None:
            return Before()
        return asked_of(self._past, *self._question)
