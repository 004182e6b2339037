"""Bars as numpy columns: what the store loads and imports hand in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from rustro_kernel.domain.bars import Bar

Ints = NDArray[np.int64]

AUCTION, CORRECTED, STUB, SPECIAL, FILLED, SYNTHETIC = 1, 2, 4, 8, 16, 32
"""Bits of `flags`: those of a `Bar`, a minute that was only filled in, a price that was made up."""

PASSING = CORRECTED | STUB | SPECIAL
"""Marks that do not make another bar of the same figures: history, and what the calendar tells."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Bars of one instrument and timeframe, oldest first: ns, paise, units, all int64."""

    start_ns: Ints
    open_paise: Ints
    high_paise: Ints
    low_paise: Ints
    close_paise: Ints
    volume: Ints
    flags: Ints

    def __len__(self) -> int:
        return len(self.start_ns)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Columns):
            return NotImplemented
        return all(map(np.array_equal, self.arrays(), other.arrays()))

    __hash__ = None  # type: ignore[assignment]  # arrays change

    def arrays(self) -> tuple[Ints, ...]:
        """The seven columns, in order."""
        return tuple(getattr(self, name) for name in NAMES)

    def where(self, wanted: NDArray[np.bool_] | Ints | slice) -> "Columns":
        """The bars that a mask, a slice or positions pick."""
        return Columns(*(column[wanted] for column in self.arrays()))

    def between(self, from_ns: int, to_ns: int) -> "Columns":
        """The bars that start at `from_ns` or later and before `to_ns`."""
        first, last = np.searchsorted(self.start_ns, [from_ns, to_ns])
        return self.where(slice(int(first), int(last)))

    def bars(self) -> list[Bar]:
        """The same as bars."""
        rows = zip(*(column.tolist() for column in self.arrays()), strict=True)
        return [bar_of(*row) for row in rows]


NAMES = tuple(field.name for field in fields(Columns))


def empty() -> Columns:
    """No bars."""
    return Columns(*(np.empty(0, np.int64) for _ in NAMES))


def of_bars(bars: Iterable[Bar]) -> Columns:
    """Bars as columns, in the order given."""
    rows = [(b.start_ns, b.open, b.high, b.low, b.close, b.volume, flags_of(b)) for b in bars]
    return Columns(*np.array(rows, np.int64).reshape(-1, len(NAMES)).T.copy())


def joined(parts: Sequence[Columns]) -> Columns:
    """Parts one after the other, as they are."""
    if len(parts) == 1:
        return parts[0]
    return Columns(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in NAMES)
        if parts
        else empty().arrays()
    )


def latest(versions: Columns) -> Columns:
    """Each start once, oldest first; of several versions the one that stands last."""
    starts = versions.start_ns
    if len(starts) < 2 or bool((starts[1:] > starts[:-1]).all()):
        return versions
    order = np.argsort(starts, kind="stable")
    ordered = starts[order]
    is_last = np.append(ordered[1:] != ordered[:-1], True)
    return versions.where(order[is_last])


def flags_of(bar: Bar, *, synthetic: bool = False) -> int:
    """A bar's marks as bits."""
    return (
        AUCTION * bar.auction
        | CORRECTED * bar.corrected
        | STUB * bar.stub
        | SPECIAL * bar.special
        | SYNTHETIC * synthetic
    )


def bar_of(start: int, first: int, high: int, low: int, last: int, volume: int, flags: int) -> Bar:
    """One row as a bar."""
    return Bar(
        start,
        first,
        high,
        low,
        last,
        volume,
        auction=bool(flags & AUCTION),
        corrected=bool(flags & CORRECTED),
        stub=bool(flags & STUB),
        special=bool(flags & SPECIAL),
    )
