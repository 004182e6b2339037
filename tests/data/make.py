"""Files of bars as people have them, small and made up."""

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from rustro_kernel.data.importing.bars import Examined, examine
from rustro_kernel.data.importing.reading import Wishes
from rustro_kernel.data.importing.target import target
from rustro_kernel.domain.errors import BadData, BadUsage
from rustro_kernel.domain.market_time import MINUTE, at, show_clock, show_time
from rustro_kernel.market_rules import MarketRules

RULES = MarketRules()
DAYS = (dt.date(2023, 3, 14), dt.date(2023, 3, 15))
HEADER = "datetime,open,high,low,close,volume"
Row = tuple[int, float, float, float, float, int]
"""Label in ns, rupees, units."""


def day(date: dt.date = DAYS[0], first="09:15", last="15:29", price=17_000.0, step=1) -> list[Row]:
    """Bars with these labels, `step` minutes apart; each closes half a rupee higher."""
    labels = range(at(date, first), at(date, last) + 1, step * MINUTE)
    return [
        (ns, price + n / 2, price + n / 2 + 2, price + n / 2 - 1, price + n / 2 + 0.5, 0)
        for n, ns in enumerate(labels)
    ]


def days(first="09:15", last="15:29", step=1) -> list[Row]:
    return [row for date in DAYS for row in day(date, first, last, step=step)]


def line(row: Row, stamp: Callable[[int], str] = show_time, mark=",") -> str:
    ns, *figures = row
    text: str = mark.join(
        [stamp(ns), *(f"{figure:.2f}" for figure in figures[:4]), str(figures[4])]
    )
    return text


def csv(
    folder: Path, rows: Iterable[Row | str], header: str = HEADER, name: str = "bars.csv", **kwargs
) -> Path:
    path = folder / name
    lines = [row if isinstance(row, str) else line(row, **kwargs) for row in rows]
    path.write_text("\n".join(([header] if header else []) + lines) + "\n", encoding="utf-8")
    return path


def look(path: Path, name="NIFTY", **wishes) -> Examined:
    return examine(path, target(name, RULES), RULES, Wishes(**wishes))


def refusal(path, **wishes) -> str:
    with pytest.raises((BadData, BadUsage)) as caught:
        look(path, **wishes)
    return str(caught.value)


def clocks(found) -> tuple[str, str]:
    starts = found.columns.start_ns
    return show_clock(int(starts[0])), show_clock(int(starts[-1]))
