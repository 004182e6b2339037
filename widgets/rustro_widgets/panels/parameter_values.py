"""A parameter that is about to be changed: what it may be, and what it would do. Pure."""

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.asked import Course, Preview, Setting
from rustro_kernel.engine.events.system import ParameterChanged
from rustro_kernel.engine.turn import Event
from rustro_widgets.panels.state_strip import chip, sign_class
from rustro_widgets.panels.tables import row, table
from rustro_widgets.panels.words import escape, signed

NONE = "none"
SWITCH = ("true", "false")
WAITING = '<span class="rustro-heading">playing the day so far again …</span>'
FIRST = '<span class="rustro-heading">see its effect on today first, then apply it</span>'


class Change(NamedTuple):
    """A key and the text it is to be set to."""

    key: str
    text: str


class Effect(NamedTuple):
    """What is known of a change's effect."""

    is_waiting: bool = False
    preview: Preview | None = None
    problem: str = ""

    @property
    def may_apply(self) -> bool:
        """Only what was tried, and could be."""
        return self.preview is not None and not self.preview.problem


def problem(setting: Setting, text: str) -> str:
    """Why a value cannot be taken; empty: it can, as far as can be seen from here."""
    if text == "":
        return "type a value"
    if text == NONE:
        return "" if setting.can_be_none else f"{setting.key} cannot be none"
    if setting.kind == "switch":
        return "" if text in SWITCH else f"{text} is neither true nor false"
    if setting.kind == "choice":
        return "" if text in setting.choices else f"{text} is none of {', '.join(setting.choices)}"
    return _number_problem(setting, text) if setting.kind in ("number", "whole") else ""


def _number_problem(setting: Setting, text: str) -> str:
    try:
        value = int(text) if setting.kind == "whole" else float(text)
    except ValueError:
        return f"{text} is no {'whole ' if setting.kind == 'whole' else ''}number"
    if setting.low is not None and value < setting.low:
        return f"{text} is below {setting.low:g}"
    if setting.high is not None and value > setting.high:
        return f"{text} is above {setting.high:g}"
    return "" if isfinite(value) else f"{text} is no number"


def shown(value: object) -> str:
    """A value as `set` takes it."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def choices(setting: Setting) -> tuple[str, ...]:
    """What can be picked; empty: the value is typed."""
    found = SWITCH if setting.kind == "switch" else setting.choices
    return (*found, NONE) if found and setting.can_be_none else tuple(found)


def about_html(setting: Setting) -> str:
    """What a setting is, what it may be, and where it stands."""
    bounds = [
        f"from {setting.low:g}" if setting.low is not None else "",
        f"to {setting.high:g}" if setting.high is not None else "",
        setting.unit,
    ]
    allowed = " ".join(filter(None, bounds))
    waiting = f", {setting.pending} from the next bar on" if setting.pending else ""
    facts = [
        f"<b>now {escape(shown(setting.value))}{escape(waiting)}</b>",
        f"default {escape(shown(setting.default))}",
        escape(allowed),
        escape(setting.meaning),
    ]
    return f'<span class="rustro-heading">{" · ".join(filter(None, facts))}</span>'


def effect_html(setting: Setting | None, text: str, effect: Effect) -> str:
    """What is wrong with a value, or what is known of its effect."""
    if setting is None:
        return ""
    wrong = problem(setting, text) or effect.problem
    if wrong:
        return chip(wrong, "bad")
    if effect.is_waiting:
        return WAITING
    return FIRST if effect.preview is None else preview_html(effect.preview)


def preview_html(found: Preview) -> str:
    """What the change would have done to the day so far."""
    if found.problem:
        return chip(found.problem, "bad")
    until = f" (until {show_clock(found.until_ns)[:5]}, worked out in {found.took_s:.1f} s)"
    rows = [
        _course("as it is", found.without),
        _course(f"{found.key} = {found.value}", found.with_it),
    ]
    head = ("", "signals", "trades", "day P&L, Rs", "signal minutes")
    return (
        f'<div class="rustro-preview"><b>{escape(found.text)}</b>'
        f'<span class="rustro-heading">{until}</span>{table(head, rows)}</div>'
    )


def _course(name: str, course: Course) -> str:
    minutes = [show_clock(ts_ns)[:5] for ts_ns in course.signals[:12]]
    more = " …" if len(course.signals) > 12 else ""
    pnl = course.day_pnl_paise
    cells = (
        escape(name),
        str(len(course.signals)),
        str(len(course.trades)),
        f'<span class="{sign_class(pnl)}">{signed(pnl)}</span>',
        ", ".join(minutes) + more,
    )
    return row(cells)


def change_html(event: Event) -> str:
    """One change of the day."""
    data = event.data
    assert isinstance(data, ParameterChanged)
    words = f"{show_clock(event.ts)}  {data.setting}: {data.old} → {data.new}  by {data.actor}"
    return f'<span class="rustro-change">{escape(words)}</span>'


def last_changes(events: Sequence[Event], most: int = 8) -> list[Event]:
    """The last changes, the newest first."""
    return list(reversed(events[-most:]))


def reverted(event: Event) -> Change:
    """What takes a change back."""
    data = event.data
    assert isinstance(data, ParameterChanged)
    return Change(data.setting, data.old if data.old != "None" else NONE)
