"""Sums and rows of trades, compiled."""

from rustro_kernel.research.sweep.compiled import compiled
from rustro_kernel.research.sweep.layout import Row


@compiled
def clear(total: Row) -> None:
    """Begin at nothing."""
    total.trades = total.wins = total.net = total.gross = 0
    total.won = total.lost = total.held_ns = total.unsized = 0


@compiled
def add(total: Row, today: Row) -> None:
    """A day is over: it counts."""
    total.trades += today.trades
    total.wins += today.wins
    total.net += today.net
    total.gross += today.gross
    total.won += today.won
    total.lost += today.lost
    total.held_ns += today.held_ns
    total.unsized += today.unsized


@compiled
def count(total: Row, w: Row) -> None:
    """One more trade."""
    total.trades += 1
    total.net += w.net
    total.gross += w.sell_value - w.buy_value
    total.held_ns += w.closed_ns - w.entry_ns
    if w.net > 0:
        total.wins += 1
        total.won += w.net
    else:
        total.lost -= w.net


@compiled
def record(trade: Row, number: int, w: Row) -> None:
    """The trade as a row."""
    trade.set, trade.day, trade.trigger, trade.right = number, w.day, w.trigger, w.way
    trade.strike, trade.expiry, trade.units = w.strike, w.expiry, w.bought
    trade.entry_ns, trade.exit_ns = w.entry_ns, w.closed_ns
    trade.buy_value, trade.sell_value = w.buy_value, w.sell_value
    trade.net, trade.reason = w.net, w.exit_reason
