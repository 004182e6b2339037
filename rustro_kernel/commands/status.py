"""`rustro status`: a session at a glance, or as JSON for a program."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from rustro_kernel.control.client import Client
from rustro_kernel.control.finding import find
from rustro_kernel.control.status import Status
from rustro_kernel.domain.market_time import SECOND, show_clock
from rustro_kernel.engine.view import OrderView, PositionView

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

GIB, MIB = 1 << 30, 1 << 20


def status(state: Path, account: str | None) -> Status:
    """What the session says of itself.

    Raises:
        NotRunning: If none runs.
        NoAnswer: If it does not answer.
        BadUsage: If there are several and no account was named.
    """
    with Client(find(state, account)) as client:
        return client.status()


def as_json(found: Status) -> str:
    """One line, with the fields of `Status`."""
    return msgspec.json.encode(found).decode()


def as_picture(found: Status, *, width: int | None = None, colours: bool = False) -> str:
    """For a person."""
    from rich.console import Console

    file = StringIO()
    Console(file=file, width=width, force_terminal=colours, highlight=False).print(*_parts(found))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def _parts(found: Status) -> "Iterator[RenderableType]":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim")
    for name, text, style in _rows(found):
        table.add_row(name, Text(text, style))
    yield Text.assemble((found.session_id, "bold"), f"  account {found.account}  {found.folder}")
    yield table
    if found.positions:
        yield _positions(found.positions)
    if found.orders:
        yield _orders(found.orders)


def _rows(found: Status) -> Iterator[tuple[str, str, str]]:
    """Name, words and style of each line."""
    up = _span((found.wall_ns - found.started_ns) // SECOND)
    clock = show_clock(found.now_ns) if found.now_ns else "no time yet"
    yield "process", f"{found.pid}, up {up}", ""
    yield "state", " ".join([found.state, *found.overlays]), "yellow" if found.overlays else "green"
    yield "market", f"{found.phase}, {clock} IST on {found.date}, {_link(found)}", ""
    if found.accepting_entries:
        yield "entries", "accepted", "green"
    for why in found.refusals:
        yield "no entries", why, "yellow"
    if found.kill is not None:
        yield (
            "killed",
            f"{show_clock(found.kill.begun_ns)} {found.kill.outcome or 'at work'}",
            "red",
        )
    flat = "flat, proven by the broker" if found.is_flat_proven else "flat by our books"
    held = flat if found.is_flat else "in position"
    result = f"{_rupees(found.day_pnl_paise)} today, {found.trades} trades closed, {held}"
    yield "result", result, "red" if found.day_pnl_paise < 0 else ""
    work = f"{found.ticks:,} ticks -> {found.bars:,} bars -> {found.checks:,} checks"
    yield "work", f"{work}; input {found.input:,}, event {found.seq:,}", ""
    yield "health", _health(found), ""
    room = f"{found.rss_bytes // MIB:,} MiB used, {found.disk_free_bytes // GIB:,} GiB of disk free"
    yield "machine", room, ""
    if found.rate_budget:
        yield "calls left", ", ".join(f"{k} {n}" for k, n in found.rate_budget.items()), ""


def _health(found: Status) -> str:
    age = "no tick yet" if found.data_age_ms is None else f"last tick {_ms(found.data_age_ms)} ago"
    lag = f"lag {_ms(found.loop_lag_p99_ms)} (p99) {_ms(found.loop_lag_max_ms)} (most)"
    queue = f"{found.queue_depth:,} inputs wait, {found.disk_backlog:,} not on disk"
    return f"{age}, {lag}, {queue}"


def _link(found: Status) -> str:
    stream = "stream up" if found.connected else "stream down"
    has_login = found.is_authenticated or found.mode == "sim"
    return stream if has_login else f"{stream}, not logged in"


def _positions(held: tuple[PositionView, ...]) -> "Table":
    table = _table("position", "units", "entry", "price", "stop", "P&L", "")
    for p in held:
        stop = p.stop_paise if p.trail_paise is None else max(p.stop_paise, p.trail_paise)
        prices = (f"{paise / 100:,.2f}" for paise in (p.entry_paise, p.price_paise, stop))
        closing = f"closing: {p.closing}" if p.closing else ""
        table.add_row(p.symbol, str(p.units), *prices, _rupees(p.pnl_paise), closing)
    return table


def _orders(working: tuple[OrderView, ...]) -> "Table":
    table = _table("order", "side", "filled", "limit", "")
    for o in working:
        filled, limit = f"{o.filled} of {o.units}", f"{o.limit_paise / 100:,.2f}"
        table.add_row(o.symbol, o.side, filled, limit, o.state)
    return table


def _table(first: str, *figures: str) -> "Table":
    """Names to the left, figures to the right, words after them to the left again."""
    from rich.table import Table

    table = Table(first, box=None, pad_edge=False)
    for name in figures:
        table.add_column(name, justify="right" if name else "left")
    return table


def _rupees(paise: int) -> str:
    return f"{paise / 100:+,.2f}"


def _ms(ms: float) -> str:
    return f"{ms:,.0f} ms" if ms < 10_000 else _span(int(ms) // 1000)


def _span(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
