"""The minutes of one instrument's running day, as a broker's history has them."""

from rustro_kernel.domain.bars import Bar, merge
from rustro_kernel.domain.market_time import MINUTE


class DayMinutes:
    """1m bars built from what traded; a minute without a trade has none."""

    def __init__(self) -> None:
        self.bars: list[Bar] = []
        self.oi: list[int] = []

    def add(self, ts_ns: int, price: int, units: int, oi: int) -> None:
        """One trade, or for an index one value."""
        start_ns = ts_ns - ts_ns % MINUTE
        bar = Bar(start_ns, price, price, price, price, units)
        if self.bars and self.bars[-1].start_ns == start_ns:
            self.bars[-1], self.oi[-1] = merge(self.bars[-1], bar), oi
        else:
            self.bars.append(bar)
            self.oi.append(oi)
