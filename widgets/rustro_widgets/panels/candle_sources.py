"""What a chart can show: an underlying, or the premium of an option that is or was held today."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rustro_kernel.domain.bars import Bar
from rustro_kernel.engine.events.positions import PositionClosed, PositionOpened
from rustro_kernel.engine.view import MarkerView, PositionView, UnderlyingView, View
from rustro_kernel.records.pick import said
from rustro_widgets.panels.day import Day


class Levels(NamedTuple):
    """What a position rests on, on the chart of its option. Paise; times in ns."""

    entry_ns: int
    entry_paise: float
    stop_paise: tuple[tuple[int, int], ...]  # from when on the stop stood where
    target_paise: int | None = None
    exit_ns: int = 0  # 0: it is open
    is_trailing: bool = False


class Source(NamedTuple):
    """One thing to chart, with all that belongs on it."""

    name: str
    minutes: Sequence[Bar] = ()  # today's complete ones
    partial: Bar | None = None  # the one being built
    price_paise: int = 0
    underlying: str = ""  # whose earlier bars these go on from; empty: there are none
    anchor_ns: int = 0
    volumes: Mapping[int, Bar] = {}  # minutes whose volume counts; empty: the minutes' own
    markers: tuple[MarkerView, ...] = ()
    levels: tuple[Levels, ...] = ()


def names(view: View, day: Day) -> tuple[str, ...]:
    """What can be shown: the underlyings, and the options held today as they came.

    New ones come last: a browser says which one was chosen by its place.
    """
    traded = [opened.symbol for opened in said(day.listed[PositionOpened], PositionOpened)]
    held = [position.symbol for position in view.positions]
    return tuple(dict.fromkeys([*(u.name for u in view.underlyings), *traded, *held]))


def source(name: str, view: View, day: Day) -> Source:
    """The source of that name; the first underlying where there is none."""
    for underlying in view.underlyings:
        if underlying.name == name:
            return _underlying(underlying, view, day)
    if name in names(view, day):
        return _premium(name, view, day)
    return _underlying(view.underlyings[0], view, day) if view.underlyings else Source("")


def _underlying(found: UnderlyingView, view: View, day: Day) -> Source:
    has_own = any(bar.volume for bar in found.bars[-5:])
    return Source(
        found.name,
        found.bars,
        found.partial,
        found.price_paise,
        found.name,
        found.anchor_ns,
        {} if has_own else day.minutes.get(found.future, {}),
        view.markers,
    )


def _premium(symbol: str, view: View, day: Day) -> Source:
    held = next((p for p in view.positions if p.symbol == symbol), None)
    minutes = in_order(day.minutes.get(symbol, {}))
    closed = said(day.listed[PositionClosed], PositionClosed)
    trades = [trade for trade in closed if trade.symbol == symbol]
    levels = [*(_was(trade, day) for trade in trades), *([_is(held, day)] if held else [])]
    last = minutes[-1].close if minutes else 0
    return Source(
        symbol,
        minutes,
        held.partial if held else None,
        held.price_paise if held else last,
        anchor_ns=next((u.anchor_ns for u in view.underlyings), 0),
        markers=_markers(levels, trades),
        levels=tuple(levels),
    )


def in_order(minutes: Mapping[int, Bar]) -> tuple[Bar, ...]:
    """Minutes by their start, oldest first; recovered ones were stated late."""
    return tuple(minutes[start] for start in sorted(minutes))


def _is(held: PositionView, day: Day) -> Levels:
    moves = tuple(day.trails.get(held.position_id, ()))
    stops = ((held.opened_ns, held.stop_paise), *moves)
    return Levels(
        *(held.opened_ns, held.entry_paise, stops, held.target_paise),
        is_trailing=held.trail_paise is not None,
    )


def _was(trade: PositionClosed, day: Day) -> Levels:
    opened = said(day.listed[PositionOpened], PositionOpened)
    first = [(trade.entry_ns, o.stop_paise) for o in opened if o.position_id == trade.position_id]
    moves = day.trails.get(trade.position_id, ())
    paid = trade.buy_value_paise / trade.units
    return Levels(trade.entry_ns, paid, (*first, *moves), exit_ns=trade.exit_ns)


def _markers(levels: Sequence[Levels], trades: Sequence[PositionClosed]) -> tuple[MarkerView, ...]:
    entries = [MarkerView(at.entry_ns, "entry", round(at.entry_paise), "") for at in levels]
    exits = [
        MarkerView(t.exit_ns, "exit", round(t.sell_value_paise / t.units), t.reason) for t in trades
    ]
    return (*entries, *exits)
