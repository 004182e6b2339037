"""From 1m bars to a longer timeframe: the one definition of where a bar begins."""

from collections.abc import Iterable

from msgspec.structs import replace

from rustro_kernel.domain.bars import SPAN_NS, Bar, Timeframe, merge
from rustro_kernel.domain.market_time import ist_date, midnight_ns


def bar_start(ts_ns: int, timeframe: Timeframe, anchor_ns: int) -> int:
    """The start of the bar that holds a moment.

    Bars are `SPAN_NS[timeframe]` long and counted from the anchor, forwards and backwards: the
    start is anchor + floor((ts - anchor) / span) x span. A 1d bar starts at IST midnight of its
    date, whatever the anchor.
    """
    if timeframe is Timeframe.D1:
        return midnight_ns(ist_date(ts_ns))
    return ts_ns - (ts_ns - anchor_ns) % SPAN_NS[timeframe]


def aggregate(bars: Iterable[Bar], timeframe: Timeframe, anchor_ns: int) -> list[Bar]:
    """The bars of a timeframe made from one day's shorter bars, oldest first.

    `anchor_ns` is the open of that day's session, or IST midnight for clock bars. A bar at the
    end of the day may hold fewer minutes than its span; a span without bars gives none.
    """
    built: list[Bar] = []
    for bar in bars:
        start_ns = bar_start(bar.start_ns, timeframe, anchor_ns)
        if built and built[-1].start_ns == start_ns:
            built[-1] = merge(built[-1], bar)
        else:
            built.append(replace(bar, start_ns=start_ns))
    return built
