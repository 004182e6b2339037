"""The gate funnel: how far the evaluated minutes of a day came."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.events.strategy import EntryEvaluated

Value = float | int | str | bool | None


class FunnelRow(msgspec.Struct, frozen=True):
    """One gate: how many minutes came as far, how many stopped here, and its last figures.

    `said_no` counts every no, also of minutes that had stopped before or found another way.
    """

    gate: str
    reached: int
    stopped: int
    said_no: int
    last_value: Value
    threshold: Value


class Funnel(msgspec.Struct, frozen=True):
    """The minutes of one underlying, through its gates in order."""

    underlying: str
    evaluated: int
    passed: int
    rows: tuple[FunnelRow, ...]


def funnels(evaluated: Sequence[EntryEvaluated]) -> tuple[Funnel, ...]:
    """One funnel for each underlying, in order of appearance."""
    names = dict.fromkeys(e.underlying for e in evaluated)
    return tuple(_funnel(name, [e for e in evaluated if e.underlying == name]) for name in names)


def _funnel(name: str, minutes: Sequence[EntryEvaluated]) -> Funnel:
    stops = Counter(e.first_no for e in minutes if e.first_no is not None)
    noes = Counter(g.name for m in minutes for g in m.gates if g.ok is False)
    last = _last_gates(minutes)
    left, rows = len(minutes), []
    for gate in _in_order(minutes):
        figures = last.get(gate, Gate(gate, None, None, None))
        counts = (left, stops[gate], noes[gate])
        rows.append(FunnelRow(gate, *counts, figures.value, figures.threshold))
        left -= stops[gate]
    return Funnel(name, len(minutes), left, tuple(rows))


def _in_order(minutes: Sequence[EntryEvaluated]) -> list[str]:
    """Every gate's name as the fullest minute lists them; any other at the end."""
    fullest = max(minutes, key=lambda minute: len(minute.gates))
    names = dict.fromkeys(g.name for m in (fullest, *minutes) for g in m.gates)
    stops = dict.fromkeys(m.first_no for m in minutes if m.first_no is not None)
    return list(names | stops)


def _last_gates(minutes: Iterable[EntryEvaluated]) -> dict[str, Gate]:
    """Each gate as it was last evaluated."""
    return {g.name: g for m in minutes for g in m.gates if g.ok is not None}
