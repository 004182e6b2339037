"""Alerts, commands and the last events, one line each: pure."""

from collections.abc import Iterable

import msgspec

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.events.system import Alerted, CommandReceived
from rustro_kernel.engine.turn import Event
from rustro_widgets.panels.day import Day
from rustro_widgets.panels.state_strip import chip
from rustro_widgets.panels.tables import row, table
from rustro_widgets.panels.words import escape, price

MOST = 60
LOUD = ("BarReady", "EntryEvaluated", "PositionUpdated", "Alerted", "CommandReceived")
"""Shown elsewhere, or every minute."""
LONG = 100


def alerts_html(day: Day) -> str:
    """What a person was told today, the newest first."""
    found = [(e.ts, e.data) for e in day.listed[Alerted] if isinstance(e.data, Alerted)]
    if not found:
        return '<div class="rustro-heading">No alert today</div>'
    rows = [
        row(
            (
                show_clock(ts),
                chip(alert.level, "" if alert.level == "info" else "bad"),
                escape(alert.text),
            )
        )
        for ts, alert in reversed(found[-MOST:])
    ]
    return f'<div class="rustro-lines">{table(("alerts", "", ""), rows)}</div>'


def commands_html(day: Day) -> str:
    """What was asked for today, by whom, and what became of it."""
    rows = [
        _command(event.ts, event.data)
        for event in reversed(day.listed[CommandReceived][-MOST:])
        if isinstance(event.data, CommandReceived)
    ]
    if not rows:
        return '<div class="rustro-heading">No command today</div>'
    return f'<div class="rustro-lines">{table(("commands", "", "by", "answer", "id"), rows)}</div>'


def events_html(recent: Iterable[Event]) -> str:
    """The last events but those of every minute, the newest first."""
    found = [event for event in recent if event.type not in LOUD][-MOST:]
    if not found:
        return '<div class="rustro-heading">Nothing has happened yet</div>'
    rows = [
        row((show_clock(e.ts), str(e.seq), escape(e.type), escape(fields(e))))
        for e in reversed(found)
    ]
    return f'<div class="rustro-lines">{table(("events", "seq", "", ""), rows)}</div>'


def fields(event: Event) -> str:
    """An event's figures in one line, paise as rupees."""
    facts = msgspec.structs.asdict(event.data)
    words = ", ".join(
        f"{name.removesuffix('_paise')} {_shown(name, v)}" for name, v in facts.items()
    )
    return words if len(words) <= LONG else f"{words[:LONG]} …"


def _shown(name: str, value: object) -> str:
    if name.endswith("_paise") and isinstance(value, int):
        return price(value)
    if name.endswith("_ns") and isinstance(value, int):
        return show_clock(value)
    return str(value)


def _command(ts: int, command: CommandReceived) -> str:
    args = " ".join(f"{key}={value}" for key, value in command.args.items())
    kind = "good" if command.accepted else "bad"
    asked = escape(f"{command.name} {args}".strip())
    return row(
        (
            show_clock(ts),
            asked,
            escape(command.actor),
            chip(command.reply, kind),
            escape(command.id),
        )
    )
