"""The events up to where one stands, the latest first, each with the chain of its causes."""

from collections.abc import Iterator, Sequence

import msgspec

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.events.market import BarReady
from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.day_lines import words
from rustro_kernel.records.words import gate_line
from rustro_widgets.panels.tables import row, table
from rustro_widgets.panels.words import escape, grouped, price

SHOWN = 14
LONGEST = 150
HEAD = ("time", "#", "event", "says", "because")
EVERYDAY = frozenset({"BarReady", "SubscriptionsRequired", "SubscriptionsActive"})
"""What comes by the thousand and decides nothing by itself."""

MOST_STEPS = 5


def events_html(events: Sequence[Event], *, everything: bool = False, at: int = 0) -> str:
    """The last events as a table.

    Args:
        events: All from the first one on.
        everything: Also those that come every minute and decide nothing.
        at: The input one stands at: its events are marked.
    """
    shown = [_row(event, events, at) for event in latest(events, everything=everything)]
    if not shown:
        return '<div class="rustro-heading">No event yet</div>'
    return f'<div class="rustro-events">{table(HEAD, shown)}</div>'


def latest(events: Sequence[Event], *, everything: bool) -> list[Event]:
    """The last `SHOWN` of these events, the latest first."""
    found: list[Event] = []
    for event in reversed(events):
        if everything or event.type not in EVERYDAY:
            found.append(event)
        if len(found) == SHOWN:
            break
    return found


def chain(event: Event, events: Sequence[Event]) -> Iterator[Event]:
    """What led to an event, the nearest cause first."""
    while event.cause is not None and 1 <= event.cause <= len(events):
        event = events[event.cause - 1]
        yield event


def because(event: Event, events: Sequence[Event]) -> str:
    """The chain in one line, back to the input; the middle of a long one is left out."""
    causes = list(chain(event, events))
    steps = [f"{cause.type} #{grouped(cause.seq)}" for cause in causes]
    if len(steps) > MOST_STEPS:
        steps[2:-2] = [f"{len(steps) - 4} more"]
    first = causes[-1] if causes else event
    return " ← ".join([*steps, f"input {grouped(first.input)}"])


def says(event: Event) -> str:
    """An event in words; one that has none by its figures, prices in rupees."""
    data = event.data
    if isinstance(data, EntryEvaluated):
        return _minute(data)
    if isinstance(data, BarReady):
        return _bar(data)
    return words(event) or _cut(", ".join(_figures(msgspec.to_builtins(data))))


def _minute(d: EntryEvaluated) -> str:
    about = f"{d.underlying} {price(d.close_paise)} {d.direction}"
    if d.first_no is None:
        return f"{about}: an entry, {d.trigger}"
    decisive = next((gate for gate in d.gates if gate.name == d.first_no), None)
    found = f" ({gate_line([decisive])})" if decisive is not None else ""
    return _cut(f"{about}: first no {d.first_no}{found}")


def _bar(d: BarReady) -> str:
    prices = (d.open_paise, d.high_paise, d.low_paise, d.close_paise)
    figures = " ".join(f"{n} {price(p)}" for n, p in zip("OHLC", prices, strict=True))
    return f"{d.symbol} {d.timeframe} of {show_clock(d.start_ns)[:5]}: {figures}"


def _figures(data: dict[str, object]) -> Iterator[str]:
    for name, value in data.items():
        if isinstance(value, list | tuple | dict):
            yield f"{name.removesuffix('_paise')}: {len(value)}"
        elif isinstance(value, int | float) and name.endswith("_paise"):
            yield f"{name.removesuffix('_paise')} {price(value)}"
        elif isinstance(value, int) and name.endswith("_ns"):
            yield f"{name.removesuffix('_ns')} {show_clock(value)}"
        elif value not in (None, "", False):
            yield f"{name} {value}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _row(event: Event, events: Sequence[Event], at: int) -> str:
    cells = (
        show_clock(event.ts),
        f"#{grouped(event.seq)}",
        f"<b>{escape(event.type)}</b>",
        escape(says(event)),
        f'<span class="rustro-because">{escape(because(event, events))}</span>',
    )
    return row(cells, "first" if event.input == at else "")
