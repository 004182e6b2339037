"""What must not be overlooked: an old picture, a kill at work, half size after one."""

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.view import KillView, View
from rustro_widgets.panels.reading import Reading
from rustro_widgets.panels.words import escape, lasting

STALE_S = 3.0
DONE, TO_DO = "✓", "…"


def is_stale(reading: Reading) -> bool:
    """Whether the picture is too old to act on."""
    return reading.stale_s > STALE_S or "STALE" in reading.view.overlays


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
