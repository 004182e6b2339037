"""Gates as an HTML table, and tables as every panel has them; strings from outside are escaped."""

from collections.abc import Iterable, Sequence

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.domain.verdicts import Gate
from rustro_widgets.panels.minute import Judged
from rustro_widgets.panels.strip_cells import words
from rustro_widgets.panels.words import NONE as NONE, escape, grouped, price

VERDICTS = {True: "✓", False: "✗", None: "·"}
PAISE = "_paise"


def minute_html(judged: Judged | None) -> str:
    """The gates of one minute of one underlying, the deciding one marked."""
    if judged is None or not (judged.gates or judged.start_ns):
        return '<div class="rustro-heading">No minute was judged yet</div>'
    if not judged.gates:
        return f'<div class="rustro-heading">{_which(judged)}: not judged</div>'
    rows = [_gate(gate, judged.first_no) for gate in judged.gates]
    head = f'<div class="rustro-heading">{_which(judged)}: {_what(judged)}</div>'
    return f"{head}{table(('gate', '', 'value', 'wanted'), rows)}"


def table(head: Sequence[str], rows: Iterable[str]) -> str:
    """A table of finished rows."""
    cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    return f'<table class="rustro-table"><tr>{cells}</tr>{"".join(rows)}</table>'


def row(cells: Sequence[str], kind: str = "") -> str:
    """A row of finished cells, of a class of the style sheet."""
    return f'<tr class="{kind}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def in_rupees(value: float | int | str | bool | None) -> str:
    """A gate's figure that is in paise."""
    return price(value) if isinstance(value, int | float) else figure(value)


def figure(value: float | int | str | bool | None) -> str:
    """A gate's figure, short."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return price(value * 100)
    return grouped(value) if isinstance(value, int) else escape(value)


def _gate(gate: Gate, first_no: str | None) -> str:
    kind = "first" if gate.name == first_no else "off" if gate.ok is None else ""
    colour = {True: "rustro-up", False: "rustro-down", None: ""}[gate.ok]
    verdict = f'<span class="{colour}">{VERDICTS[gate.ok]}</span>'
    shown = in_rupees if gate.name.endswith(PAISE) else figure
    return row((_name(gate), verdict, shown(gate.value), shown(gate.threshold)), kind)


def _name(gate: Gate) -> str:
    """A part of a trigger stands in from the trigger."""
    inset = ' class="part"' if "." in gate.name else ""
    return f"<span{inset}>{escape(words(gate.name))}</span>"


def _which(judged: Judged) -> str:
    minute = f" {show_clock(judged.start_ns)[:5]}" if judged.start_ns else ""
    which = "the last minute" if judged.is_last else "the chosen minute"
    return f"<b>{escape(judged.underlying)}{minute}</b>, {which}"


def _what(judged: Judged) -> str:
    if judged.first_no is None:
        return f"a signal{f', {escape(judged.trigger)}' if judged.trigger else ''}"
    return f"first no: <b>{escape(words(judged.first_no))}</b>"
