"""The displayed book of one instrument, less what our own fills have taken of it."""

from rustro_kernel.domain.orders import Side
from rustro_kernel.domain.ticks import Level, Tick


def displayed(tick: Tick, side: Side) -> tuple[Level, ...]:
    """What an order of that side can hit, best first: the depth, else the top of the book."""
    if tick.depth is not None:
        return tick.depth.asks if side is Side.BUY else tick.depth.bids
    return ((tick.ask, tick.ask_qty) if side is Side.BUY else (tick.bid, tick.bid_qty),)


def reaches(level_paise: int, side: Side, limit_paise: int) -> bool:
    """Whether an order of that side and limit may trade at a displayed price."""
    if level_paise <= 0:
        return False
    return level_paise <= limit_paise if side is Side.BUY else level_paise >= limit_paise


class Book:
    """What one instrument shows. Size we took is not there again until its next tick."""

    __slots__ = ("_taken", "tick")

    def __init__(self) -> None:
        self.tick: Tick | None = None
        self._taken: dict[tuple[Side, int], int] = {}

    def show(self, tick: Tick) -> None:
        """Replace the displayed book."""
        self.tick = tick
        if self._taken:
            self._taken.clear()

    @property
    def ltp_paise(self) -> int:
        """The last price; 0 if none."""
        return self.tick.ltp if self.tick else 0

    @property
    def reference_paise(self) -> int:
        """The price a band is measured from: mid of a two-sided book, else last; 0 if none."""
        if self.tick is None:
            return 0
        if self.tick.bid and self.tick.ask:
            return (self.tick.bid + self.tick.ask) // 2
        return self.tick.ltp

    def take(self, side: Side, limit_paise: int, units: int) -> list[Level]:
        """Take up to `units` within the limit, best price first."""
        got: list[Level] = []
        for price, shown in displayed(self.tick, side) if self.tick else ():
            if not units or not reaches(price, side, limit_paise):
                break
            taken = self._taken.get((side, price), 0)
            size = min(units, shown - taken)
            if size > 0:
                self._taken[side, price] = taken + size
                got.append((price, size))
                units -= size
        return got
