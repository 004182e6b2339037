"""All of a strategy's indicators of one timeframe in one pass over its bars.

Each has the bits of its own array form; together they cost little more than the slowest alone,
because a processor works on all their chains of operations at once.
"""

from typing import TYPE_CHECKING, NamedTuple

from rustro_kernel.indicators.checks import checked_period

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from rustro_kernel.indicators.kernels import Column


class Together(NamedTuple):
    """New float64 arrays of one length; NaN where an indicator has no value yet."""

    adx: "Column"
    plus_di: "Column"
    minus_di: "Column"
    rsi: "Column"
    fast: "Column"
    slow: "Column"


def together(
    high: "ArrayLike",
    low: "ArrayLike",
    close: "ArrayLike",
    *,
    adx_period: int = 14,
    rsi_period: int = 14,
    fast: int = 9,
    slow: int = 20,
) -> Together:
    """ADX with both DIs, RSI (both Wilder 1978) and two EMAs (as in TA-Lib) of whole columns.

    Args:
        high: one column of n numbers, oldest first; `low` and `close` alike.
        low: not above `high`.
        close: may lie outside high..low.
        adx_period: bars of ADX and DIs, 2 or more.
        rsi_period: bars of RSI, 2 or more.
        fast: bars of one EMA, 1 or more.
        slow: bars of the other one.

    Returns:
        A tuple of new float64 arrays of shape (n,): `adx`, `plus_di`, `minus_di` and `rsi` 0..100,
        `fast` and `slow` in the unit of `close`; NaN where there is no value yet.

    Raises:
        BadIndicatorInput: as `adx`, `rsi` and `ema` do.
    """
    from rustro_kernel.indicators import columns, kernels

    periods = (
        checked_period("ADX", adx_period, 2),
        checked_period("RSI", rsi_period, 2),
        checked_period("EMA", fast, 1),
        checked_period("EMA", slow, 1),
    )
    highs, lows, closes = columns.bar_columns("ADX", high, low, close)
    out = Together(*(columns.blank(closes) for _ in Together._fields))
    stopped = kernels.together(highs, lows, closes, *periods, *out)
    columns.refuse("ADX", stopped, high=highs, low=lows, close=closes)
    return out
