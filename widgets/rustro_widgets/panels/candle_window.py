"""Which part of the axis is seen. The last bar is followed only while it is in view."""

WIDTH = 120.0
LEAST, MOST = 12.0, 1200.0
BEGIN = -1.0
"""Left of the first bar; from there the window grows to its usual width before it moves on."""
YOUNG = 31.0
AIR = 0.1
"""Of the width is free to the right of the last bar."""


class Window:
    """From `low` to `high` on an axis that counts bars. Pure; called on the notebook's loop."""

    def __init__(self) -> None:
        self.low, self.high = BEGIN, BEGIN + YOUNG
        self._last = -1
        self._has_anchor = False

    @property
    def is_following(self) -> bool:
        """Whether the last bar is in view."""
        return self._last <= self.high

    def show(self, count: int) -> None:
        """There are so many bars now: go on with the last one, if it was in view."""
        was_seen, self._last = self.is_following, count - 1
        way = max(self._right(self.high - self.low) - self.high, 0.0) if was_seen else 0.0
        self.high += way
        is_young = self.low <= BEGIN and self.high - self.low <= WIDTH
        self.low += 0.0 if self._has_anchor or is_young else way

    def moved(self, low: float, high: float) -> None:
        """A person has moved it."""
        self._has_anchor = False
        self.low, self.high = low, high

    def begin(self, count: int) -> None:
        """Other bars are shown: the last ones, in the usual width."""
        self._last = count - 1
        self._end_with_last(WIDTH)

    def now(self) -> None:
        """Back to the last bar, in the width that was chosen."""
        self._end_with_last(self.high - self.low)

    def zoom(self, factor: float) -> None:
        """See so many times as many bars; the last one stays where it is, if it is in view."""
        self._has_anchor = False
        width = min(max((self.high - self.low) * factor, LEAST), MOST)
        right = self._right(width) if self.is_following else (self.high + self.low + width) / 2
        self.low, self.high = right - width, right

    def pan(self, share: float) -> None:
        """Go so many widths to the right; never out of sight of all bars."""
        self._has_anchor = False
        width = self.high - self.low
        way = share * width
        way = min(way, max(self._right(width) - self.high, 0.0))
        way = max(way, min(LEAST - self.high, 0.0))
        self.low, self.high = self.low + way, self.high + way

    def whole(self, first: int) -> None:
        """See everything from a bar on, also what is still to come."""
        self._has_anchor = True
        width = max(self._last - first, LEAST) / (1 - AIR)
        self.low, self.high = first + BEGIN, first + width

    def _end_with_last(self, width: float) -> None:
        self._has_anchor = False
        right = self._right(width)
        self.low = max(right - width, BEGIN)
        self.high = min(self.low + width, max(right, self.low + YOUNG))

    def _right(self, width: float) -> float:
        return self._last + AIR * width
