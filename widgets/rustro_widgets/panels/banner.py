"""What must not be overlooked: an old picture, a kill at work, half size after one."""

from rustro_kernel.domain.market_time import MINUTE, show_clock
from rustro_kernel.engine.events.system import Alerted
from rustro_kernel.engine.view import KillView, View
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.words import escape, lasting

HINT = "Jupyter's stop button does not stop trading; Flatten and KILL do"
STALE_S = 3.0
ALERT_NS = 15 * MINUTE
"""So long an alert stands over everything; then it is found in its tab."""
DONE, TO_DO = "✓", "…"


def is_stale(reading: Reading) -> bool:
    """Whether the picture is too old to act on; the last one of a day stays as it is."""
    if reading.view.state == "CLOSED":
        return False
    return reading.stale_s > STALE_S or "STALE" in reading.view.overlays


def message_html(reading: Reading) -> str:
    """One line that is always there: banners, else the last alert, else a hint.

    A line that came and went would move every button under the hand.
    """
    quiet = f'<span class="rustro-heading">{HINT}</span>'
    found = banner_html(reading) or alert_html(reading) or quiet
    return f'<div class="rustro-bar rustro-chips">{found}</div>'


def alert_html(reading: Reading) -> str:
    """The last alert that is more than information, while it is fresh."""
    for event in reversed(reading.day.listed[Alerted]):
        alert = event.data
        if event.ts < reading.view.now_ns - ALERT_NS:
            break
        if isinstance(alert, Alerted) and alert.level != "info":
            return _banner("alert", f"{show_clock(event.ts)[:5]} {alert.level}: {alert.text}")
    return ""


def banner_html(reading: Reading) -> str:
    """The banners that apply, the worst first; nothing on an ordinary day."""
    view = reading.view
    found = []
    if is_stale(reading):
        found.append(_banner("stale", stale_words(reading)))
    if view.kill is not None:
        found.append(_banner("kill", kill_words(view.kill)))
    if view.limited_until_ns > view.now_ns:
        found.append(_banner("limited", limited_words(view)))
    return "".join(found)


def stale_words(reading: Reading) -> str:
    """How old the picture is, to the second."""
    since = show_clock(reading.view.now_ns) if reading.view.now_ns else "the beginning"
    return f"STALE since {lasting(reading.stale_s)}: this is how it stood at {since}"


def kill_words(kill: KillView) -> str:
    """How far a kill is: the broker's word is what counts."""
    steps = (
        ("no new orders", kill.entries_ended),
        ("flat by our books", kill.flat_by_books),
        ("flat by the broker", kill.flat_proven),
    )
    progress = "   ".join(f"{DONE if is_done else TO_DO} {step}" for step, is_done in steps)
    outcome = kill.outcome.replace("_", " ").lower()
    end = f"   {outcome}" if outcome else f"   attempt {kill.attempts}"
    return f"KILLED at {show_clock(kill.begun_ns)}   {progress}{end}"


def limited_words(view: View) -> str:
    """The hour after a kill."""
    return f"half size and one position until {show_clock(view.limited_until_ns)[:5]}"


def _banner(kind: str, words: str) -> str:
    return f'<div class="rustro-banner {kind}" role="alert">{escape(words)}</div>'
