"""The figures behind the ADX panes."""

import math

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.verdicts import Gate
from rustro_widgets.charts.captions import gate_figures
from rustro_widgets.charts.history import Seen, Strength, strengths, window
from rustro_widgets.charts.run_data import RunData

Gates = tuple[Gate, ...]


def before_today(run: RunData, found: Seen, name: str, timeframe: Timeframe) -> list[Strength]:
    """The ADX after each bar before today, as the engine computed it."""
    bars = window(found, run.keys.get(name, ""), timeframe)
    return strengths(bars, found.setting("adx_period", 14))


def of_today(run: RunData, name: str) -> list[Strength]:
    """The figures of today's hourly verdicts."""
    return [
        Strength(hour_ns, *figures(verdict.gates, "hourly"))
        for hour_ns, verdict in run.alignments
        if verdict.underlying == name
    ]


def aligned_hours(run: RunData, name: str) -> set[int]:
    """The starts of today's hours that agreed with the day."""
    return {hour for hour, v in run.alignments if v.underlying == name and v.aligned}


def figures(gates: Gates, prefix: str) -> tuple[float, float, float]:
    """ADX, +DI and -DI out of the gates of a verdict; NaN where they were not evaluated."""
    strong, order = gate(gates, f"{prefix}_adx"), gate(gates, f"{prefix}_di")
    return number(strong.value), number(order.value), number(order.threshold)


def gate(gates: Gates, name: str) -> Gate:
    """The gate of that name; one that was not evaluated if there is none."""
    return next((g for g in gates if g.name == name), Gate(name, None, None, None))


def number(value: float | int | str | None) -> float:
    """A gate's figure; NaN if it has none."""
    return float(value) if isinstance(value, int | float) else math.nan


def daily_gates(run: RunData, name: str) -> Gates:
    """The gates of the day's direction."""
    return next((v.gates for _, v in run.directions if v.underlying == name), ())


def hourly_gates(run: RunData, name: str) -> Gates:
    """The gates of the last hourly verdict."""
    return next((v.gates for _, v in reversed(run.alignments) if v.underlying == name), ())


def daily_verdict(run: RunData, name: str) -> str:
    """The direction and the figures it rests on."""
    answer = next((v.direction for _, v in run.directions if v.underlying == name), "undetermined")
    return _sentence(answer, daily_gates(run, name))


def hourly_verdict(run: RunData, name: str) -> str:
    """In how many hours the hour agreed, and the last figures."""
    hours = [v for _, v in run.alignments if v.underlying == name]
    agreed = sum(v.aligned for v in hours)
    return _sentence(f"aligned in {agreed} of {len(hours)} hours", hourly_gates(run, name))


def _sentence(answer: str, gates: Gates) -> str:
    adx = next((gate_figures(g) for g in gates if g.name.endswith("_adx")), "")
    return f"{answer}  ({adx})" if adx else answer
