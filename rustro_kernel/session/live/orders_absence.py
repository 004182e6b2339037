"""When an order whose outcome is unknown is proven not to be at the broker.

An order book may lag by seconds and a read may fail: only several whole books in a row, the last
of them asked for long enough after the write's connection was closed, prove anything. "No orders
today" is what a broken book says too, and the first order of a day has no other row to tell them
apart by: empty books take longer.
"""

from rustro_kernel.session.live.desk_timings import DeskTimings


class Absence:
    """The proof of one order, as far as it has come.

    Args:
        since_s: When its connection was closed, on the clock that `seen` is told.
        timings: What it takes.
    """

    def __init__(self, since_s: float, timings: DeskTimings) -> None:
        self._since_s, self._timings = since_s, timings
        self._books = 0

    def missing(self, asked_s: float, *, is_empty: bool = False) -> bool:
        """A whole book, asked for at `asked_s`, lacks the order; whether that proves it."""
        if asked_s >= self._since_s:
            self._books += 1
        timings = self._timings
        wait_s = timings.absent_s * (timings.empty_times if is_empty else 1)
        return asked_s - self._since_s >= wait_s and self._books >= timings.books

    def failed(self) -> None:
        """A book could not be read: the row of them is broken."""
        self._books = 0
