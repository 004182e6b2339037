"""The bars before today, as the warm-up has them; 15m bars are put together from 5m ones."""

from rustro_kernel.domain.aggregate import aggregate
from rustro_kernel.domain.bars import SPAN_NS, Bar, Timeframe
from rustro_kernel.domain.market_time import DAY, HOUR, IST_OFFSET, MINUTE
from rustro_kernel.engine.asked import AtHand

OPEN_NS = 9 * HOUR + 15 * MINUTE - IST_OFFSET
"""09:15 of the first day there is: quarters of an hour count from it on every day."""


def earlier_bars(at_hand: AtHand, timeframe: str) -> tuple[Bar, ...]:
    """Oldest first; none where the warm-up has none, as of minutes."""
    if timeframe == Timeframe.M15.value:
        return _quarters(at_hand.earlier.get(Timeframe.M5.value, ()))
    return at_hand.earlier.get(timeframe, ())


def _quarters(fives: tuple[Bar, ...]) -> tuple[Bar, ...]:
    """Whole ones: the warm-up may begin in the middle of one."""
    made = aggregate(fives, Timeframe.M15, OPEN_NS)
    begins_whole = bool(fives) and not (fives[0].start_ns - OPEN_NS) % SPAN_NS[Timeframe.M15] % DAY
    return tuple(made if begins_whole else made[1:])
