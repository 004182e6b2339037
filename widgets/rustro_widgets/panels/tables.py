"""Positions and gates as HTML tables; every string from outside is escaped."""

from collections.abc import Iterable, Sequence

from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.view import PositionView, UnderlyingView, View
from rustro_widgets.panels.state_strip import sign_class
from rustro_widgets.panels.words import escape, price, signed

POSITION_HEAD = ("position", "units", "entry", "price", "P&L", "stop", "trail", "target", "")
VERDICTS = {True: "✓", False: "✗", None: "·"}
PAISE = "_paise"
NONE = "–"  # noqa: RUF001 - a dash, as tables have it


def positions_html(view: View) -> str:
    """Open positions."""
    if not view.positions:
        return '<div class="rustro-heading">No open position</div>'
    return table(POSITION_HEAD, [_position(p) for p in view.positions])


def gates_html(view: View) -> str:
    """The gates of the last minute of the first underlying, the deciding one marked."""
    if not view.underlyings or not view.underlyings[0].gates:
        return '<div class="rustro-heading">No minute was judged yet</div>'
    underlying = view.underlyings[0]
    rows = [_gate(gate, underlying) for gate in underlying.gates]
    judged = table(("gate", "", "value", "wanted"), rows)
    return f'<div class="rustro-gates">{_why(underlying)}{judged}</div>'


def table(head: Sequence[str], rows: Iterable[str]) -> str:
    """A table of finished rows."""
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    return f'<table class="rustro-table"><tr>{cells}</tr>{"".join(rows)}</table>'


def _position(position: PositionView) -> str:
    result = f'<span class="{sign_class(position.pnl_paise)}">{signed(position.pnl_paise)}</span>'
    cells = (
        escape(position.symbol),
        str(position.units),
        price(position.entry_paise),
        price(position.price_paise),
        result,
        price(position.stop_paise),
        _price_or_none(position.trail_paise),
        _price_or_none(position.target_paise),
        escape(f"closing: {position.closing}" if position.closing else ""),
    )
    return row(cells)


def _gate(gate: Gate, underlying: UnderlyingView) -> str:
    kind = "first" if gate.name == underlying.first_no else "off" if gate.ok is None else ""
    colour = {True: "rustro-up", False: "rustro-down", None: ""}[gate.ok]
    verdict = f'<span class="{colour}">{VERDICTS[gate.ok]}</span>'
    name = gate.name.removesuffix(PAISE)
    shown = in_rupees if gate.name.endswith(PAISE) else figure
    return row((escape(name), verdict, shown(gate.value), shown(gate.threshold)), kind)


def _why(underlying: UnderlyingView) -> str:
    stopped = f"first no: {underlying.first_no}" if underlying.first_no else "a signal"
    words = escape(f"{underlying.name}, last minute: {stopped}")
    return f'<div class="rustro-heading">{words}</div>'


def in_rupees(value: float | int | str | bool | None) -> str:
    """A gate's figure that is in paise."""
    return price(value) if isinstance(value, int | float) else figure(value)


def figure(value: float | int | str | bool | None) -> str:
    """A gate's figure, short."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.2f}" if isinstance(value, float) else escape(str(value))


def _price_or_none(paise: int | None) -> str:
    return NONE if paise is None else price(paise)


def row(cells: Sequence[str], kind: str = "") -> str:
    """A row of finished cells, of a class of the style sheet."""
    return f'<tr class="{kind}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
