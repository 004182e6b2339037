"""What an option is worth at the moments of a backtest's minutes: as its bar says, or modelled.

A minute has four moments: open, the two extremes, close. In a minute with a real bar the option is
at its own open and close there; where the index is at its high a call is at its own high and a put
at its low, and the other way round. In a minute without one the model stands in, led by the last
real close of the day before it (times real/modelled), so that a premium does not jump because
nobody traded. Before the day's first real bar it is the model alone.

Prices are fair premiums in paise; `formula.on_tick` makes them quotable. A trade counts as real
only if every minute from its entry to its exit had a bar of its own: `source`.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from rustro_kernel.bar_files.arrays import Floats, Ints, Mask
from rustro_kernel.domain.instruments import Instrument, Right
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.pricing import formula
from rustro_kernel.pricing.term import Term
from rustro_kernel.research.option_bars import OptionBars

OPEN, HIGH, LOW, CLOSE = range(4)


class Source(Enum):
    """Where the premiums of a trade came from."""

    REAL = "real"
    MODELLED = "modelled"


@dataclass(frozen=True, slots=True)
class Premiums:
    """Fair premiums in paise, in the shape of the moments asked for.

    `away` is how many standard deviations the strike lies above the forward, which decides the
    spread; `is_real` has one value a minute.
    """

    fair: Floats
    away: Floats
    is_real: Mask


def modelled(
    strike: Floats | float, right: Right, term: Term, ts_ns: Ints, spot: Ints, vix: Floats
) -> Premiums:
    """The model alone, at any moments: every array has the same shape; `spot` in paise."""
    years, clock = term.years(ts_ns), term.clock_years(ts_ns)
    price = spot.astype(np.float64)
    width = formula.deviation(vix, clock)
    away = formula.away(formula.forward(price, years), strike, width)
    fair = formula.premium(price, strike, years, clock, vix, float(right is Right.CE))
    return Premiums(fair, away, np.zeros(len(ts_ns), dtype=np.bool_))


def of_minutes(
    option: Instrument,
    term: Term,
    ts_ns: Ints,
    spot: Ints,
    vix: Floats,
    bars: OptionBars | None = None,
) -> Premiums:
    """One option through some minutes of a day: one row a minute, one column a moment.

    Ask for a whole day, or from its beginning: what leads the model is looked for in these rows.
    """
    right = option.right or Right.CE
    model = modelled(float(option.strike), right, term, ts_ns, spot, vix)
    series = bars.minutes(option.expiry, option.strike, right) if bars else None
    if series is None:
        return model
    ohlc, found = series.rows(ts_ns[:, 0] - ts_ns[:, 0] % MINUTE)
    real = _moments(ohlc, spot, is_call=right is Right.CE)
    fair = np.where(found[:, None], real, model.fair * _lead(real, model.fair, found)[:, None])
    return Premiums(fair, model.away, found)


def source(is_real: Mask, entry: int, leaving: int) -> Source:
    """The label of a trade that entered in one minute and left in another, by their rows."""
    return Source.REAL if is_real[entry : leaving + 1].all() else Source.MODELLED


def _moments(ohlc: Ints, spot: Ints, *, is_call: bool) -> Floats:
    """A bar's prices in the order of the index's: open, its two extremes, close."""
    is_high_first = spot[:, 1] > spot[:, 2]
    is_dear_first = is_high_first if is_call else ~is_high_first
    first = np.where(is_dear_first, ohlc[:, HIGH], ohlc[:, LOW])
    second = np.where(is_dear_first, ohlc[:, LOW], ohlc[:, HIGH])
    return np.column_stack((ohlc[:, OPEN], first, second, ohlc[:, CLOSE])).astype(np.float64)


def _lead(real: Floats, model: Floats, found: Mask) -> Floats:
    """For each minute real over modelled at the last real close before it; 1 before the first."""
    last = np.maximum.accumulate(np.where(found, np.arange(len(found)), -1))
    known = np.maximum(last, 0)
    ratio = real[known, -1] / np.maximum(model[known, -1], 1.0)
    led: Floats = np.where(last >= 0, ratio, 1.0)
    return led
