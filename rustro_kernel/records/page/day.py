"""The page of a run, from top to bottom."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.engine.turn import Event
from rustro_kernel.pages import parts
from rustro_kernel.pages.amounts import number, percent, rs_tile, rupees, tone
from rustro_kernel.pages.html import Html
from rustro_kernel.pages.parts import Tile
from rustro_kernel.records import layout
from rustro_kernel.records.attribution import Attribution, explained
from rustro_kernel.records.files import write_whole
from rustro_kernel.records.fill_quotes import mids
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.page import pictures, tables
from rustro_kernel.records.pick import said
from rustro_kernel.records.report import Report
from rustro_kernel.records.why_day import verdict
from rustro_kernel.records.words import count


class Told(msgspec.Struct, frozen=True):
    """All that the page is made from; attributions in the order of the trades."""

    events: Sequence[Event]
    report: Report
    trades: Sequence[PositionClosed]
    attributions: Sequence[Attribution | None]


def write_page(folder: Path, report: Report) -> None:
    """Make report.html of a run folder."""
    events = list(read_events(folder))
    trades = said(events, PositionClosed)
    told = Told(events, report, trades, _attributions(folder, trades))
    write_whole(folder / layout.PAGE, day_page(told).encode())


def _attributions(folder: Path, trades: Sequence[PositionClosed]) -> Sequence[Attribution | None]:
    try:
        seen = mids(folder, trades)
    except DamagedRecord:  # of the ticks; the figures do not need them
        seen = [None] * len(trades)
    return [explained(trade, quotes) for trade, quotes in zip(trades, seen, strict=True)]


def day_page(told: Told) -> Html:
    """The whole file."""
    run = told.report.run
    names = {row.underlying: None for row in told.report.directions}
    title = " ".join(filter(None, (", ".join(names), run.date))) or run.session_id
    end = f"{run.session_id} · replay and verify check this folder byte for byte"
    return parts.page(title, _subtitle(told), _parts(told), end)


def _subtitle(told: Told) -> str:
    run, trades = told.report.run, told.report.trades
    day = f"{dt.date.fromisoformat(run.date):%A %d %B %Y}" if run.date else ""
    came = f"{count(trades.trades, 'trade')}, net {rupees(trades.net_rs)}."
    sentence = came if trades.trades else verdict(told.events)
    return " · ".join(filter(None, (run.mode, day, sentence)))


def _parts(told: Told) -> Iterator[Html]:
    yield from _notes(told)
    yield parts.tiles(_tiles(told.report))
    yield from pictures.day(told.events, told.trades)
    if told.trades:
        yield tables.trades(told.trades)
        yield tables.attribution(told.trades, told.attributions)
    of_trades = [tables.day_figures(told.report)] if told.trades else []
    figures = parts.stack(*of_trades, tables.order_figures(told.report))
    yield parts.pair(*(pictures.funnel(funnel) for funnel in told.report.funnels), figures)
    yield tables.timeline(told.events)
    yield tables.origin(told.report)


def _notes(told: Told) -> Iterator[Html]:
    run = told.report.run
    if run.exit_code not in (0, None):
        yield parts.note(f"Exit code {run.exit_code}: {run.reason}", is_bad=True)
    if run.exit_code is None:
        yield parts.note(
            "The run stated no end: what follows is what it had recorded.", is_bad=True
        )
    if run.synthetic:
        yield parts.note(f"Not measured but synthetic: {', '.join(run.synthetic)}.")


def _tiles(report: Report) -> Iterator[Tile]:
    trades = report.trades
    yield Tile("Net", rs_tile(trades.net_rs, signed=True), "after charges", tone(trades.net_rs))
    paid = f"{rupees(trades.charges.total_rs)} of it charges"
    yield Tile("Gross", rs_tile(trades.gross_rs, signed=True), paid)
    rate = percent(trades.win_rate_pct, 0) if trades.trades else ""
    yield Tile("Trades", str(trades.trades), f"{trades.wins} won, {rate}" if rate else "")
    yield Tile("Drawdown", rs_tile(trades.max_drawdown_rs), "of closed trades")
    for found in report.directions[:2]:
        direction = found.direction.replace("_", " ")
        yield Tile(found.underlying, direction, f"daily ADX {number(found.adx, 1)}")
    vix = report.vix
    ends = f"{number(vix.low, 2)} to {number(vix.high, 2)}"
    yield Tile("India VIX", number(vix.last, 2), ends)
