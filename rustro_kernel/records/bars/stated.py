"""The bars a ledger states, as its corrections leave them."""

from collections.abc import Iterable

from rustro_kernel.domain.bars import Bar
from rustro_kernel.engine.events.market import BarCorrected, BarReady
from rustro_kernel.engine.turn import Event

StatedBar = BarReady | BarCorrected


def standing(events: Iterable[Event]) -> list[StatedBar]:
    """The last version of each bar, in the order in which they were first stated."""
    found: dict[tuple[str, str, int], StatedBar] = {}
    for event in events:
        bar = event.data
        if isinstance(bar, StatedBar):
            found[_name(bar)] = bar
    return list(found.values())


def to_store(events: Iterable[Event]) -> list[StatedBar]:
    """The bars stated, without those that were corrected later: a store may know better by now."""
    bars = [event.data for event in events if isinstance(event.data, StatedBar)]
    other = {_name(bar) for bar in bars if isinstance(bar, BarCorrected)}
    return [bar for bar in bars if isinstance(bar, BarCorrected) or _name(bar) not in other]


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
