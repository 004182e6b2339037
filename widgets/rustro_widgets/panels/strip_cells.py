"""Today's minutes, each coloured by the first gate that said no: pure.

The strip is made of hours, and an hour of runs of minutes with the same reason, so that a minute
costs a few hundred bytes and not the whole day.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from rustro_kernel.domain.market_time import MINUTE, at, show_clock
from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_widgets.charts.palette import GATES
from rustro_widgets.panels.words import escape

SIGNAL = "signal"
OTHER = "other"
OPEN, CLOSE = "09:15", "15:30"
PART = 60
SPECIAL_MINUTES = 120
"""Minutes shown of a day with hours of its own, such as a Muhurat day."""


class Stretch(NamedTuple):
    """The minutes of the strip."""

    first_ns: int
    minutes: int

    def number(self, start_ns: int) -> int:
        """Which minute of the strip begins then."""
        return (start_ns - self.first_ns) // MINUTE


Reasons = Mapping[int, str]
"""By minute of the strip: the gate that said no first, or SIGNAL."""


def stretch(date: str, judged: Sequence[EntryEvaluated]) -> Stretch:
    """The hours of an ordinary day, or those the first judged minute begins."""
    day = dt.date.fromisoformat(date) if date else dt.date(2000, 1, 3)
    start, end = at(day, OPEN), at(day, CLOSE)
    first = judged[0].at_ns - MINUTE if judged else start
    if start <= first < end:
        return Stretch(start, (end - start) // MINUTE)
    return Stretch(first - first % (15 * MINUTE), SPECIAL_MINUTES)


def reasons(judged: Sequence[EntryEvaluated], over: Stretch) -> Reasons:
    """What decided each minute; one judged twice counts as judged last."""
    return {over.number(e.at_ns - MINUTE): e.first_no or SIGNAL for e in judged}


def parts(found: Reasons, over: Stretch) -> list[str]:
    """The strip, one part for each hour from its beginning."""
    return [
        part_html(found, first, min(first + PART, over.minutes))
        for first in range(0, over.minutes, PART)
    ]


def part_html(found: Reasons, first: int, end: int) -> str:
    """Runs of minutes with the same reason, as wide as they are long."""
    runs = groupby(found.get(minute, "") for minute in range(first, end))
    return "".join(_run(reason, len(list(minutes))) for reason, minutes in runs)


def counts(found: Reasons) -> list[tuple[str, int]]:
    """Reasons with their number of minutes: signals first, then the most frequent."""
    counted = Counter(found.values())
    return sorted(counted.items(), key=lambda item: (item[0] != SIGNAL, -item[1], item[0]))


def legend_html(found: Reasons) -> str:
    """The gates that said no first today, and how often."""
    if not found:
        return '<span class="rustro-heading">no minute was judged yet</span>'
    keys = (
        f'<span class="rustro-key"><i class="g-{css(reason)}"></i>{escape(words(reason))}'
        f" <b>{number}</b></span>"
        for reason, number in counts(found)
    )
    return f'<div class="rustro-bar rustro-legend">{"".join(keys)}</div>'


def hours_html(over: Stretch) -> str:
    """The hours below the strip."""
    labels = []
    for minute in range(over.minutes):
        clock = show_clock(over.first_ns + minute * MINUTE)[:5]
        if clock.endswith(":00"):
            labels.append(f'<span style="left:{minute / over.minutes:.2%}">{clock}</span>')
    return f'<div class="rustro-hours">{"".join(labels)}</div>'


def css(reason: str) -> str:
    """The class of a reason's colour; a gate of one's own has that of the others."""
    return reason if reason == SIGNAL or reason in GATES else OTHER


def words(reason: str) -> str:
    """A gate's name to read: its price is in rupees when shown."""
    return reason.removesuffix("_paise").replace("_", " ")


def _run(reason: str, minutes: int) -> str:
    kind = f' class="g-{css(reason)}"' if reason else ""
    return f'<i{kind} style="flex:{minutes}"></i>'
