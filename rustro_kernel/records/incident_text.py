"""An incident as a page for a person: Markdown."""

from collections.abc import Iterator

from rustro_kernel.domain.market_time import show_time
from rustro_kernel.engine.events.kill import Exposed, Pending
from rustro_kernel.records.incident import Incident
from rustro_kernel.records.order_rows import OrderRow
from rustro_kernel.records.words import rs

OUTCOMES = {
    "PROVEN_FLAT": "flat, as proven by the broker",
    "BROKER_DISAGREES": "**flat by our books, but the broker still shows positions**",
    "BROKER_SILENT": "**flat by our books, not proven: the broker did not answer**",
    "UNFINISHED": "**not completed**",
}
DEADLINES = (
    ("last entry left", "last_entry_ms", 1_000),
    ("no entry at work", "entries_ended_ms", 5_000),
    ("flat by our books", "books_flat_ms", 30_000),
    ("flat as proven by the broker", "completed_ms", 30_000),
)


def page(incident: Incident) -> str:
    """The whole page."""
    return "\n".join(_lines(incident)) + "\n"


def _lines(it: Incident) -> Iterator[str]:
    yield f"# Kill of {it.session_id} at {show_time(it.killed_ns)}\n"
    yield f"By {it.actor}" + (f": {it.reason}" if it.reason else ", without a reason") + ".\n"
    yield f"Outcome: {OUTCOMES[it.outcome]}.\n"
    yield "| what | after the kill | wanted within |"
    yield "| --- | --- | --- |"
    for name, field, limit_ms in DEADLINES:
        yield f"| {name} | {_ms(it, field)} | {limit_ms} ms |"
    yield from _list("Open at the kill", [_exposed(e) for e in it.exposed])
    yield from _list("Orders at work at the kill", [_pending(p) for p in it.pending])
    yield from _list("These orders, and every order since", [_order(o) for o in it.orders])
    yield from _list(
        "Closed",
        [f"{c.units} {c.symbol} after {c.after_ms} ms, net {rs(c.net_paise)}" for c in it.closed],
    )
    yield from _list("What the broker said", [_check(c.held, c.after_ms) for c in it.checks])
    yield from _list("Still open at the deadline", [_exposed(e) for e in it.still_open])
    yield from _list("Still at work at the deadline", [_pending(p) for p in it.still_pending])
    yield from _list("Alerts", list(it.alerts))


def _ms(it: Incident, field: str) -> str:
    reached = getattr(it, field)
    if field == "last_entry_ms":
        return "none left" if reached is None else f"**{reached} ms**"
    if field == "completed_ms" and it.outcome not in ("PROVEN_FLAT",):
        return "not proven"
    return "not reached" if reached is None else f"{reached} ms"


def _list(title: str, items: list[str]) -> Iterator[str]:
    yield f"\n## {title}\n"
    yield from (f"- {item}" for item in items or ["none"])


def _exposed(e: Exposed) -> str:
    return f"{e.units} {e.symbol} ({e.position_id}), bid {rs(e.bid_paise)}: {e.protective_stop}"


def _pending(p: Pending) -> str:
    return f"{p.side} {p.units} {p.symbol}, {p.filled} filled, {p.state} ({p.tag})"


def _order(row: OrderRow) -> str:
    ended = f"{row.state}, {row.filled} filled"
    words = " ".join(part for part in (row.code, row.message) if part)
    said = f": {words}" if words else ""
    limit = f"limit {rs(row.limit_paise)}"
    return f"{row.side} {row.units} {row.symbol} {limit} ({row.tag}): {ended}{said}"


def _check(held: dict[str, int], after_ms: int) -> str:
    units = ", ".join(f"{units:+d} {key}" for key, units in held.items())
    return f"after {after_ms} ms: {units or 'nothing held'}"
