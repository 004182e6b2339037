"""Option quotes of single minutes, compiled: `option_quotes` on scalars, to the bit."""

from numba.extending import register_jitable

from rustro_kernel.domain.market_time import MINUTE, SECOND
from rustro_kernel.pricing import term
from rustro_kernel.research import option_quotes
from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.layout import MOMENTS, ROWS, Row, Rows

CLOSE = 3
SLOTS = 96
"""Options of one day whose quotes are kept while a block of sets is played."""
AFTER_NS = (0, 20 * SECOND, 40 * SECOND, 59 * SECOND)
YEAR_NS, OVERNIGHT = term.YEAR_NS, term.OVERNIGHT
CLOSED, PER_SESSION = term.CLOSED, term.PER_SESSION

for _part in (option_quotes.fair, option_quotes.quoted):
    register_jitable(_part)
_fair, _quoted = option_quotes.fair, option_quotes.quoted


@compiled
def place_of(curves: Rows, used: int, expiry: int, call: int, strike: int) -> int:
    """Where an option's quotes are among the `used` ones; `used` itself if nowhere."""
    for at in range(used):
        curve = curves[at]
        if curve.strike == strike and curve.call == call and curve.expiry == expiry:
            return at
    return used


@compiled
def begin_curve(curve: Row, expiry: int, call: int, strike: int) -> None:
    """An option of which nothing is quoted yet."""
    curve.strike, curve.call, curve.expiry = strike, call, expiry
    for row in range(ROWS):
        curve.is_known[row] = 0


@compiled
def price(curve: Row, day: Row, row: int) -> None:
    """Make sure that a minute is quoted."""
    if curve.is_known[row]:
        return
    expiry, length = curve.expiry, day.close_ns - day.open_ns
    for moment in range(MOMENTS):
        ts = day.first_ns + row * MINUTE + AFTER_NS[moment]
        years = max(day.end_ns[expiry] - ts, 0) / YEAR_NS
        today = min(max((day.close_ns - ts) / length, 0.0), 1.0)
        part = (1.0 - OVERNIGHT) * today + day.sessions[expiry] + CLOSED * day.closed_days[expiry]
        clock_years = part * PER_SESSION
        spot = float(max(day.spots[row, moment], 1))
        vix = day.felt_vix[row + (moment == CLOSE)]
        strike, call = float(curve.strike), float(curve.call)
        premium, away = _fair(spot, strike, years, clock_years, vix, call)
        last, bid, ask, lots = _quoted(premium, away, float(expiry), float(day.tick))
        curve.quotes[row, moment, 0], curve.quotes[row, moment, 1] = int(last), int(bid)
        curve.quotes[row, moment, 2], curve.quotes[row, moment, 3] = int(ask), int(lots)
    _keep_extremes(curve, row)
    curve.is_known[row] = 1


@compiled
def _keep_extremes(curve: Row, row: int) -> None:
    low = high = curve.quotes[row, 0, 0]
    bid = curve.quotes[row, 0, 1]
    for moment in range(1, MOMENTS):
        low, high = min(low, curve.quotes[row, moment, 0]), max(high, curve.quotes[row, moment, 0])
        bid = min(bid, curve.quotes[row, moment, 1])
    curve.extremes[row, 0], curve.extremes[row, 1], curve.extremes[row, 2] = low, high, bid
