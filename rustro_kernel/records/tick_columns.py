"""The recorded ticks of a run as numpy columns, many times as fast as one by one."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rustro_kernel.records.lines import until_damage
from rustro_kernel.records.tick_block import Packed
from rustro_kernel.records.tick_log import read_packed

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class TickColumns:
    """Ticks by input number: ns, paise, units. `instrument` is a place in `names`.

    `volume` is the day's so far; a `bid_paise` or `ask_paise` of 0 is an empty side.
    """

    names: tuple[str, ...]
    instrument: Ints
    n: Ints
    ts_ns: Ints
    exch_ts_ns: Ints
    ltp_paise: Ints
    ltt_ns: Ints
    volume: Ints
    oi: Ints
    bid_paise: Ints
    ask_paise: Ints
    bid_qty: Ints
    ask_qty: Ints

    def __len__(self) -> int:
        return len(self.n)

    def arrays(self) -> dict[str, Ints]:
        """The columns by name, `instrument` left out."""
        return {name: getattr(self, name) for name in FIGURES}


FIGURES = tuple(field.name for field in fields(TickColumns))[2:]


def tick_columns(run: Path) -> TickColumns:
    """The ticks of a run up to the first damage: a running session's last block may be torn."""
    names: dict[str, int] = {}
    parts = [_unpacked(block, names) for block in until_damage(read_packed(run))]
    empty = np.empty((len(FIGURES) + 1, 0), np.int64)
    return TickColumns(tuple(names), *np.concatenate([empty, *parts], axis=1))


def _unpacked(block: Packed, names: dict[str, int]) -> Ints:
    """A block's columns as rows of an array, in the order of `TickColumns`."""
    places = np.array([names.setdefault(name, len(names)) for name in block.names], np.int64)
    name, age, *steps, bid, ask, bid_qty, ask_qty = np.array(block.figures, np.int64)
    ltp, ltt, volume, oi = _summed(name, steps)
    ts = np.cumsum(np.array(block.ts_step, np.int64))
    numbers = np.cumsum(np.array(block.n_step, np.int64))
    sides = (bid + ltp, ask + ltp, bid_qty, ask_qty)
    return np.stack([places[name], numbers, ts, ts - age, ltp, ltt, volume, oi, *sides])


def _summed(name: Ints, steps: Sequence[Ints]) -> Ints:
    """Running sums within each instrument; that of all may overflow, its differences are right."""
    order = np.argsort(name, kind="stable")
    firsts = np.flatnonzero(np.diff(name[order], prepend=-1))
    sizes = np.diff(firsts, append=len(name))
    sums = np.cumsum(np.stack(steps)[:, order], axis=1)
    before = np.concatenate([np.zeros((len(steps), 1), np.int64), sums[:, firsts[1:] - 1]], axis=1)
    found = np.empty_like(sums)
    found[:, order] = sums - np.repeat(before, sizes, axis=1)
    return found
