"""How much of its life a contract has left, on the calendar and on the market's own clock.

Interest runs by the calendar. Prices move when the exchange is open, little overnight and hardly
on closed days, and premiums decay accordingly: an hour of trading on expiry day takes more than a
Sunday does.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rustro_kernel.domain.market_time import DAY, at
from rustro_kernel.pricing.formula import Floats

CLOSED = 0.05
"""How much prices move over a day without trading, as a part of a trading day's variance."""
OVERNIGHT = 0.17
"""The part of a trading day's variance before its open; the rest comes evenly until the close."""
PER_SESSION = 7 / (5 + 2 * CLOSED) / 365
"""Clock years of a trading day: an ordinary week of seven days is 7 / 365 years on both clocks."""
YEAR_NS = 365 * DAY
EXPIRES_AT = "15:30"
ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5


def weekday(date: dt.date) -> bool:
    """Whether a date is a trading day as far as one knows without a list of holidays."""
    return date.weekday() < SATURDAY


@dataclass(frozen=True, slots=True)
class Term:
    """One contract's remaining life as seen on one day."""

    open_ns: int  # today's trading in it
    close_ns: int
    end_ns: int  # its last moment
    sessions: int  # trading days after today, its last day included
    closed_days: int  # the other days until then

    @classmethod
    def of(
        cls,
        expiry: str,
        today: dt.date,
        hours: tuple[int, int],
        trades: Callable[[dt.date], bool] = weekday,
    ) -> "Term":
        """A contract that ends on `expiry` (ISO), seen on a day that trades from `hours[0]` on.

        A contract that ends today trades to today's close. `trades` tells trading days.
        """
        last = dt.date.fromisoformat(expiry)
        ahead = [today + n * ONE_DAY for n in range(1, (last - today).days + 1)]
        sessions = sum(trades(date) for date in ahead)
        end_ns = at(last, EXPIRES_AT) if ahead else hours[1]
        return cls(*hours, end_ns, sessions, len(ahead) - sessions)

    def years(self, ts_ns: NDArray[np.int64] | int) -> Floats:
        """Calendar years from each moment to the end, never negative."""
        left: Floats = np.maximum(self.end_ns - np.asarray(ts_ns), 0) / YEAR_NS
        return left

    def clock_years(self, ts_ns: NDArray[np.int64] | int) -> Floats:
        """The same on the market's clock, on which only what moves prices counts.

        Before today's open all of today's trading is still to come, after the close none of it.
        """
        length = self.close_ns - self.open_ns
        today = np.clip((self.close_ns - np.asarray(ts_ns)) / length, 0.0, 1.0)
        left: Floats = (
            (1.0 - OVERNIGHT) * today + self.sessions + CLOSED * self.closed_days
        ) * PER_SESSION
        return left
