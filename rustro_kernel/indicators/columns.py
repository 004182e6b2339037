"""Columns of prices, checked before a kernel sees them. Imported on the first array call."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rustro_kernel.domain.errors import BadIndicatorInput
from rustro_kernel.indicators.checks import bad_bar
from rustro_kernel.indicators.kernels import Column


def bar_columns(
    indicator: str, high: ArrayLike, low: ArrayLike, close: ArrayLike
) -> tuple[Column, Column, Column]:
    """Three read-only columns of one length.

    Raises:
        BadIndicatorInput: they are not.
    """
    highs = column(indicator, "high", high)
    lows = column(indicator, "low", low)
    closes = column(indicator, "close", close)
    if not highs.size == lows.size == closes.size:
        lengths = f"{highs.size}, {lows.size}, {closes.size}"
        raise BadIndicatorInput(indicator, f"high, low and close differ in length: {lengths}")
    return highs, lows, closes


def column(indicator: str, name: str, values: ArrayLike) -> Column:
    """A read-only column of numbers.

    Raises:
        BadIndicatorInput: not one column, or not numbers.
    """
    try:
        given = np.asarray(values)
    except ValueError as exc:  # lists of unequal length
        raise BadIndicatorInput(indicator, f"{name} is not a column of numbers") from exc
    if given.ndim != 1:
        raise BadIndicatorInput(indicator, f"{name} must be one column, got shape {given.shape}")
    if given.size and given.dtype.kind not in "iuf":
        raise BadIndicatorInput(indicator, f"{name} must hold numbers, got {given.dtype}")
    return _frozen(given)


def blank(like: Column) -> Column:
    """An array of the same length for a kernel to fill."""
    return np.empty(like.shape[0])


def refuse(indicator: str, bar: int, **prices: Column) -> None:
    """Raise for the bar a kernel stopped at; -1 means it took them all.

    Raises:
        BadIndicatorInput: `bar` is not -1.
    """
    if bar >= 0:
        raise bad_bar(indicator, bar, **{name: float(prices[name][bar]) for name in prices})


def _frozen(given: NDArray[np.generic]) -> Column:
    """A contiguous read-only view (or copy): one kind of array, so each kernel compiles once."""
    frozen = np.ascontiguousarray(given, dtype=np.float64).view()
    frozen.flags.writeable = False
    return frozen
