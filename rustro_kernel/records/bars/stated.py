"""The bars a ledger states, as its corrections leave them."""

from collections.abc import Iterable

from rustro_kernel.domain.bars import Bar
from rustro_kernel.engine.events.market import BarCorrected, BarReady
from rustro_kernel.engine.turn import Event

StatedBar = BarReady | BarCorrected


def standing(events: Iterable[Event]) -> list[StatedBar]:
    """The bars stated, in that order, without those that were corrected later."""
    bars = [event.data for event in events if isinstance(event.data, StatedBar)]
    last = {_name(bar): bar for bar in bars if isinstance(bar, BarCorrected)}
    return [bar for bar in bars if last.get(_name(bar), bar) is bar]


def _name(bar: StatedBar) -> tuple[str, str, int]:
    return bar.instrument, bar.timeframe, bar.start_ns


def bar_of(stated: StatedBar) -> Bar:
    """The bar that is stated."""
    return Bar(
        stated.start_ns,
        stated.open_paise,
        stated.high_paise,
        stated.low_paise,
        stated.close_paise,
        stated.volume,
        auction=stated.auction,
        corrected=stated.corrected,
    )
