"""The minutes of a day at whose end the engine closes whatever it holds: `engine.technical`."""

import numpy as np
from numpy.typing import NDArray

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.engine.events.strategy import HourlyAlignmentDetermined
from rustro_kernel.engine.technical import IN_A_ROW, QUARTERS
from rustro_kernel.research.past_bars import FRAMES
from rustro_kernel.research.plan import DayOutcome, Plan

Ints = NDArray[np.int64]
IN_QUARTER = 15


def lost_rows(plan: Plan, day: DayOutcome) -> Ints:
    """Where an hour was complete that did not agree with the day."""
    first_ns = plan.history.day(day.number).course.first_ns
    stated = [
        (event.ts - first_ns) // MINUTE - 1
        for event in day.events
        if isinstance(event.data, HourlyAlignmentDetermined) and not event.data.aligned
    ]
    return np.array(stated, dtype=np.int64)


def quiet_rows(plan: Plan, number: int) -> Ints:
    """Where the future had been quiet for IN_A_ROW minutes; none if that is no reason to leave."""
    if not plan.engine.exits.low_volume_exit:
        return np.zeros(0, dtype=np.int64)
    course = plan.history.day(number).course
    minutes = np.cumsum([0, *course.volumes])
    before, after_rows = _quarters(plan, number, course.first_ns)
    rows = np.arange(IN_A_ROW - 1, len(course))
    known = len(before) - len(after_rows) + np.searchsorted(after_rows, rows)
    sums = np.cumsum([0, *before])
    last = minutes[rows + 1] - minutes[rows + 1 - IN_A_ROW]
    mean = sums[known] - sums[np.maximum(known - QUARTERS, 0)]
    is_quiet = (known >= QUARTERS) & (2 * QUARTERS * last < mean)
    runs = np.convolve(is_quiet, np.ones(IN_A_ROW, dtype=np.int64))[: len(rows)]
    found: Ints = rows[runs == IN_A_ROW]
    return found


def _quarters(plan: Plan, number: int, first_ns: int) -> tuple[list[int], Ints]:
    """Volumes of quarter-hours up to the day's end, and the rows that the day's own end with."""
    bars, first = plan.history.longer(FRAMES.index(("future", Timeframe.M15)))
    keep = plan.engine.strategy.special_days == "keep"
    past = [bar.volume for bar in bars[: first[number]] if keep or not bar.special]
    own = bars[first[number] : first[number + 1]]
    ends = [(bar.start_ns - first_ns) // MINUTE + IN_QUARTER - 1 for bar in own]
    return [*past[-QUARTERS:], *(bar.volume for bar in own)], np.array(ends, dtype=np.int64)
