"""Whether what is seen is alive: age of the data, lag of the loop, the broker's token."""

from collections.abc import Mapping

from rustro_kernel.domain.market_time import SECOND, show_clock
from rustro_kernel.engine.view import View
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.state_strip import chip
from rustro_widgets.panels.words import grouped, lasting

OLD_MS = 3_000
LAGGING_MS = 250
TOKEN_WARNING_S = 30 * 60


def pulse_html(reading: Reading) -> str:
    """One line, which changes about once a second."""
    view, health = reading.view, reading.health
    chips = [data_age(view, health), lag(health), token(view), _queue(health)]
    return f'<div class="rustro-bar rustro-chips">{"".join(filter(None, chips))}</div>'


def data_age(view: View, health: Mapping[str, int | float]) -> str:
    """Since the last tick came, in seconds: tenths would change with every look."""
    if view.state == "CLOSED":
        return ""
    if "data_age_ms" not in health:
        return chip("no data yet")
    age_ms = health["data_age_ms"]
    is_bad = age_ms > OLD_MS and view.phase == "OPEN"
    shown = "live" if age_ms < 1_000 else lasting(age_ms / 1_000)
    return chip(f"data {shown}", "bad" if is_bad else "", "age of the last tick")


def lag(health: Mapping[str, int | float]) -> str:
    """From a tick's arrival to the decision."""
    if "loop_lag_p99_ms" not in health:
        return ""
    high, worst = health["loop_lag_p99_ms"], health.get("loop_lag_max_ms", 0)
    kind = "bad" if high > LAGGING_MS else ""
    hint = f"99 of 100 inputs wait less before they are decided on; the longest {worst:.0f} ms"
    return chip(f"lag {high:.0f} ms", kind, hint)


def token(view: View) -> str:
    """The broker's tokens: in a simulation there are none."""
    if view.mode == "sim":
        return ""
    if not view.is_authenticated:
        return chip("no valid token", "bad")
    ends_ns = view.token_ends_ns
    if not ends_ns:
        return chip("token valid", "good")
    is_short = ends_ns - view.now_ns < TOKEN_WARNING_S * SECOND
    return chip(f"token until {show_clock(ends_ns)[:5]}", "bad" if is_short else "good")


def _queue(health: Mapping[str, int | float]) -> str:
    """Inputs that wait, once they are many."""
    waiting = int(health.get("queue_depth", 0))
    return chip(f"{grouped(waiting)} inputs wait", "bad") if waiting > 1_000 else ""
