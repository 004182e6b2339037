"""The bars of a chart: those before today, today's put together from minutes, the one being built.

Longer bars are made by the one definition the engine has (`domain.aggregate`), on its grid.
"""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from rustro_kernel.domain.aggregate import aggregate, bar_start
from rustro_kernel.domain.bars import SPAN_NS, Bar, Timeframe, merge
from rustro_kernel.domain.market_time import MINUTE


class Bars(NamedTuple):
    """Bars of one timeframe, side by side.

    The first `done` are complete; there is at most one more, which has complete minutes only.
    """

    frame: Timeframe
    anchor_ns: int
    all: tuple[Bar, ...] = ()
    today: int = 0  # the number of today's first bar
    done: int = 0


def bars_of(
    earlier: Sequence[Bar],
    minutes: Sequence[Bar],
    frame: Timeframe,
    anchor_ns: int,
    *,
    is_over: bool = False,
) -> Bars:
    """The bars of a timeframe, oldest first.

    Args:
        earlier: Those before today, in this timeframe.
        minutes: Today's complete ones.
        frame: The timeframe.
        anchor_ns: Where today's grid starts.
        is_over: Whether the market has closed: what was cut by the close is complete.
    """
    if frame is Timeframe.M1:
        made = list(minutes)
        return Bars(frame, anchor_ns, (*earlier, *made), len(earlier), len(earlier) + len(made))
    traded = [bar for bar in minutes if not bar.auction]
    made = aggregate(traded, frame, anchor_ns)
    done = len(earlier) + len(made)
    if made and traded[-1].start_ns + MINUTE < made[-1].start_ns + SPAN_NS[frame]:
        made[-1] = replace(made[-1], stub=is_over and frame is not Timeframe.D1)
        done -= not is_over
    return Bars(frame, anchor_ns, (*earlier, *made), len(earlier), done)


def built(bars: Bars, partial: Bar | None) -> Bar | None:
    """The bar being built, with the minute being built in it; None while there is none."""
    rest = bars.all[bars.done] if bars.done < len(bars.all) else None
    if partial is None:
        return rest
    start_ns = bar_start(partial.start_ns, bars.frame, bars.anchor_ns)
    if rest is not None and rest.start_ns == start_ns:
        return merge(rest, partial)
    return replace(partial, start_ns=start_ns)


def number_of(bars: Sequence[Bar], ts_ns: int) -> int:
    """The number of the bar that a moment belongs to; -1 before the first."""
    low, high = 0, len(bars)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if bars[middle].start_ns <= ts_ns else (low, middle)
    return low - 1


def fed(bars: Bars) -> list[int]:
    """The numbers of the bars that an indicator takes in, as the engine does.

    Never a bar that is being built, an auction or today's day; the short last hour only where the
    hours before today have theirs.
    """
    last = bars.today if bars.frame is Timeframe.D1 else bars.done
    keeps = bars.frame is not Timeframe.H1 or any(bar.stub for bar in bars.all[: bars.today])
    return [
        number
        for number, bar in enumerate(bars.all[:last])
        if not bar.auction and (keeps or not bar.stub)
    ]
