"""The words around the charts."""

import datetime as dt

from rustro_kernel.domain.verdicts import Gate
from rustro_widgets.charts.run_data import RunData

NOTE_LENGTH = 170


def title(run: RunData, subject: str) -> str:
    """Subject, day and mode: what nobody may mistake."""
    parts = (subject, long_date(run.date), kind(run))
    return "  ·  ".join(part for part in parts if part)


def kind(run: RunData) -> str:
    """Mode, and whether prices are invented: all of them, or some."""
    if not run.synthetic:
        return run.mode.upper()
    extent = "SYNTHETIC" if run.data.startswith("generated") else "PARTLY SYNTHETIC"
    return f"{run.mode.upper()} · {extent}"


def note(run: RunData) -> str:
    """Which parts of the data are invented."""
    if not run.synthetic:
        return ""
    return shortened("synthetic: " + ", ".join(run.synthetic))


def shortened(text: str, length: int = NOTE_LENGTH) -> str:
    """At most so many characters."""
    return text if len(text) <= length else text[: length - 1].rstrip(" ,") + "…"


def long_date(iso: str) -> str:
    """Tue 30 Nov 2021."""
    return f"{dt.date.fromisoformat(iso):%a %d %b %Y}" if iso else ""


def first_underlying(run: RunData, wanted: str | None) -> str:
    """The underlying a chart is about: the one asked for, else the run's first.

    Raises:
        KeyError: If the run has no such underlying.
    """
    if wanted is None:
        return run.underlyings[0] if run.underlyings else ""
    if wanted not in run.underlyings:
        raise KeyError(f"{wanted} is not in this run; it has {', '.join(run.underlyings)}")
    return wanted


def gate_figures(gate: Gate) -> str:
    """A gate's value against its threshold."""
    if gate.ok is None:
        return f"{gate.name} not evaluated"
    sign = "✓" if gate.ok else "✗"
    if gate.threshold is None:
        return f"{gate.name} {_figure(gate.value)} {sign}"
    return f"{gate.name} {_figure(gate.value)} against {_figure(gate.threshold)} {sign}"


def _figure(value: float | int | str | None) -> str:
    if value is None:
        return "none"
    return f"{value:.1f}" if isinstance(value, float) else str(value)
