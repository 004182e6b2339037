"""Gates, amounts and causes as plain text."""

from collections.abc import Iterable, Mapping, Set

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.domain.money import rupees
from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.turn import Event

VERDICTS = {True: "yes", False: "NO", None: "not evaluated"}


PAISE = "_paise"


def value(found: object, gate: str = "") -> str:
    """A gate's value or threshold, four decimals at most; a price in rupees."""
    if found is None:
        return "-"
    if gate.endswith(PAISE) and isinstance(found, int | float):
        return f"{found / 100:,.2f}"
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, float):
        return f"{found:.4f}".rstrip("0").rstrip(".")
    return str(found)


def rs(paise: int) -> str:
    """An amount in rupees."""
    return f"{rupees(paise):,.2f}"


def count(number: int, thing: str) -> str:
    """A number of things."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def table(rows: Iterable[Iterable[str]], *, indent: str = "  ") -> list[str]:
    """Columns as wide as their widest cell."""
    cells = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        indent + "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def gate_table(gates: Iterable[Gate]) -> list[str]:
    """Every gate with value, threshold and verdict; parts of a trigger are indented."""
    rows = [
        (label(g.name), value(g.value, g.name), value(g.threshold, g.name), VERDICTS[g.ok])
        for g in gates
    ]
    return table([("gate", "value", "threshold", "verdict"), *rows])


def label(name: str) -> str:
    """A gate's name; one with a dot is a part of the gate above it."""
    name, is_part = name.removesuffix(PAISE), "." in name
    return f"  {name}" if is_part else name


def gate_line(gates: Iterable[Gate]) -> str:
    """Some gates in one line."""
    return "; ".join(
        f"{g.name} {value(g.value)} against {value(g.threshold)}: {VERDICTS[g.ok]}" for g in gates
    )


def causes(event: Event, by_seq: Mapping[int, Event], told: Set[int] = frozenset()) -> str:
    """An event and what led to it, back to the input or to an event told of before."""
    steps = [f"{event.type} #{event.seq}"]
    while event.cause is not None and event.cause in by_seq:
        event = by_seq[event.cause]
        steps.append(f"{event.type} #{event.seq} ({show_clock(event.ts)})")
        if event.seq in told:
            return " <- ".join([*steps, "as above"])
    return " <- ".join([*steps, f"input {event.input}"])
