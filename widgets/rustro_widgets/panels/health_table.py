"""Lags, ages and counts with what they mean: pure."""

from collections.abc import Mapping

from rustro_kernel.domain.market_time import show_clock
from rustro_widgets.panels.tables import row, table
from rustro_widgets.panels.words import escape, grouped, lasting

MEANING = {
    "data_age_ms": "since the last tick came",
    "loop_lag_p99_ms": "from intake to decision, 99 of 100 inputs",
    "loop_lag_max_ms": "the longest of all",
    "queue_depth": "inputs that wait for the engine",
    "queue_age_ms": "so long the first of them has been waiting",
    "disk_backlog": "inputs not known to be on disk",
    "stalls": "times the notebook was blocked and the understudy took over",
    "rebuilt": "engines thrown away after an error",
    "dropped": "events that subscribers have missed",
    "rss_bytes": "memory of the session's process",
    "disk_free_bytes": "free on the disk of the records",
    "token_ends_ns": "the broker's tokens end",
    "ticks": "ticks taken in",
    "bars": "bars stated",
    "checks": "minutes judged",
}
GIB, MIB = 1 << 30, 1 << 20


def health_html(health: Mapping[str, int | float]) -> str:
    """What is known of how the session does, what people ask for first."""
    known = [key for key in MEANING if key in health]
    others = sorted(key for key in health if key not in MEANING)
    if not health:
        return '<div class="rustro-heading">Nothing is known before the session starts</div>'
    rows = [
        row((escape(label(key)), amount(key, health[key]), escape(MEANING.get(key, ""))))
        for key in (*known, *others)
    ]
    return f'<div class="rustro-lines">{table(("health", "", ""), rows)}</div>'


def label(key: str) -> str:
    """A figure's name without its unit, which stands with the value."""
    for unit in ("_ms", "_us", "_bytes", "_ns"):
        key = key.removesuffix(unit)
    return key.replace("_", " ")


def amount(key: str, value: float) -> str:
    """A figure in the unit its name ends in."""
    if key.endswith("_bytes"):
        return f"{value / GIB:.1f} GiB" if value >= GIB else f"{value / MIB:.0f} MiB"
    if key.endswith("_ms"):
        return f"{value:.1f} ms" if value < 1_000 else lasting(value / 1_000)
    if key.endswith("_us"):
        return f"{value / 1_000:.2f} ms"
    if key.endswith("_ns"):
        return show_clock(int(value)) if value else "not known"
    return grouped(int(value))
