"""The Tuner's first line: what is tuned, on which days, and how it is going. Pure."""

from rustro_kernel.research.plan import Plan
from rustro_widgets.panels.state_strip import chip
from rustro_widgets.panels.words import escape
from rustro_widgets.tuning.played import Played


def head_html(plan: Plan, shown: Played | None, *, is_busy: bool, part: float | None) -> str:
    """Strategy, days, invented parts, and who played.

    Args:
        plan: What the sliders began with.
        shown: The set on the tiles.
        is_busy: Whether another one is at work.
        part: How much of that the engine has done, if it is the engine.
    """
    dates = plan.dates
    parts = (
        f'<span class="big">{escape(plan.strategy.name)}</span>',
        f"<span>{escape(plan.history.name)} · {dates[0]:%d %b %Y} to {dates[-1]:%d %b %Y} · "
        f"<b>{len(dates)}</b> days</span>",
        state(shown, is_busy=is_busy, part=part),
        f'<span class="faint">invented: {escape("; ".join(plan.history.synthetic))}</span>',
    )
    return f'<div class="rustro-bar">{"".join(parts)}</div>'


def state(shown: Played | None, *, is_busy: bool, part: float | None) -> str:
    """A chip: at work, or done by whom in which time."""
    if part is not None:
        return chip(f"the engine plays: {100 * part:.0f} %")
    if shown is None:
        return chip("preparing: the first set on a machine compiles its rules" if is_busy else "")
    if is_busy:
        return chip("playing …")
    took = f"{1000 * shown.took_s:.0f} ms" if shown.took_s < 1 else f"{shown.took_s:.1f} s"
    return chip(f"{shown.by}, {took}", "good")
