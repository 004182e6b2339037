"""Rolling-window rate limits of one client, shared by all its keys and addresses."""

from collections import defaultdict, deque

from rustro_kernel.domain.market_time import HOUR, MINUTE, SECOND

Budget = tuple[tuple[int, int], ...]
"""(window in ns, calls in it), shortest first."""

FULL: Budget = ((SECOND, 10), (MINUTE, 500), (HOUR, 5000))
ORDERS: Budget = ((SECOND, 9), (MINUTE, 500), (HOUR, 1000))
ONE: Budget = ((SECOND, 1),)
BUDGETS: dict[str, Budget] = {
    "login": ONE,
    "tokens": ((SECOND, 1), (HOUR, 1000)),
    "profile": ((SECOND, 3), (HOUR, 1000)),
    "logout": ONE,
    "rms": ((SECOND, 2),),
    "orders": ORDERS,
    "gtt_writes": ((SECOND, 9), (MINUTE, 500), (HOUR, 5000)),
    "candles": ((SECOND, 3), (MINUTE, 180), (HOUR, 5000)),
    **dict.fromkeys(("order_book", "trade_book", "positions", "holdings", "all_holdings"), ONE),
    **dict.fromkeys(("search", "greeks"), ONE),
    **dict.fromkeys(("details", "ltp", "quote", "convert", "margin", "charges", "gtt"), FULL),
}
"""By group of routes. The three order writes are one group."""

REMEMBERED = 5_000
"""Calls remembered in a window: no limit is higher."""


class Windows:
    """When each group was called; a refused call counts in the longer windows too."""

    def __init__(self) -> None:
        self._calls: dict[tuple[str, int], deque[int]] = defaultdict(
            lambda: deque(maxlen=REMEMBERED)
        )
        self.refused = 0

    def admits(self, group: str, now_ns: int) -> bool:
        """Count a call and say whether it is within the limits."""
        budget = BUDGETS.get(group, ())
        is_free = all(self._count(group, span, now_ns) < most for span, most in budget)
        for span, _ in budget:
            if is_free or span > SECOND:
                self._calls[group, span].append(now_ns)
        self.refused += not is_free
        return is_free

    def _count(self, group: str, span_ns: int, now_ns: int) -> int:
        calls = self._calls[group, span_ns]
        while calls and calls[0] <= now_ns - span_ns:
            calls.popleft()
        return len(calls)
