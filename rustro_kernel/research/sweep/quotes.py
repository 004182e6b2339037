"""Option quotes of single minutes, compiled: `option_quotes` on scalars, to the bit."""

import numpy as np
from numba.extending import register_jitable

from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.pricing import term
from rustro_kernel.research import option_quotes
from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.layout import Ints, Kept, Market, Row

MOMENTS, CLOSE = 4, 3
FIELDS = 4
"""Last price, bid, ask in paise; lots at each."""
SLOTS = 96
"""Options of one day whose quotes are kept while a block of sets is played."""
AFTER_NS = (0, 20 * SECOND, 40 * SECOND, 59 * SECOND)
YEAR_NS, OVERNIGHT = term.YEAR_NS, term.OVERNIGHT
CLOSED, PER_SESSION = term.CLOSED, term.PER_SESSION

for _part in (option_quotes.fair, option_quotes.quoted):
    register_jitable(_part)
_fair, _quoted = option_quotes.fair, option_quotes.quoted


@compiled
def slot_of(kept: Kept, expiry: int, call: int, strike: int) -> int:
    """Where an option's quotes are kept; the first time they are empty."""
    for at in range(kept.used[0]):
        name = kept.names[at]
        if name[0] == strike and name[1] == call and name[2] == expiry:
            return at
    at = kept.used[0]
    if at == SLOTS:  # a day with so many is rare: begin anew
        at = 0
    kept.used[0] = at + 1
    kept.names[at, 0], kept.names[at, 1], kept.names[at, 2] = strike, call, expiry
    kept.is_known[at] = False
    return at


@compiled
def quote(kept: Kept, at: int, market: Market, day: Row, row: int, moment: int) -> Ints:
    """The quote of a kept option: a row of FIELDS."""
    if not kept.is_known[at, row]:
        _price(kept, at, market, day, row)
    return kept.quotes[at, row, moment]


@compiled
def _price(kept: Kept, at: int, market: Market, day: Row, row: int) -> None:
    about, expiry = market.days[day], market.expiries[day, kept.names[at, 2]]
    strike, call = float(kept.names[at, 0]), float(kept.names[at, 1])
    rank, tick = float(kept.names[at, 2]), float(about.tick)
    length = about.close_ns - about.open_ns
    for moment in range(MOMENTS):
        ts = about.first_ns + row * MINUTE + AFTER_NS[moment]
        years = max(expiry.end_ns - ts, 0) / YEAR_NS
        today = min(max((about.close_ns - ts) / length, 0.0), 1.0)
        part = (1.0 - OVERNIGHT) * today + expiry.sessions + CLOSED * expiry.closed_days
        clock_years = part * PER_SESSION
        spot = float(max(market.spots[day, row, moment], 1))
        vix = market.felt_vix[day, row + (moment == CLOSE)]
        premium, away = _fair(spot, strike, years, clock_years, vix, call)
        last, bid, ask, lots = _quoted(premium, away, rank, tick)
        kept.quotes[at, row, moment, 0] = np.int64(last)
        kept.quotes[at, row, moment, 1] = np.int64(bid)
        kept.quotes[at, row, moment, 2] = np.int64(ask)
        kept.quotes[at, row, moment, 3] = np.int64(lots)
    kept.is_known[at, row] = True
