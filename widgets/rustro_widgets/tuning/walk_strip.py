"""A walk-forward as a strip: what was chosen for each test, and what that earned. Pure."""

import math
from collections.abc import Mapping
from typing import Any

from rustro_kernel.research.walk import WalkForward
from rustro_widgets.panels.words import escape, grouped


def walk_html(walk: WalkForward, names: Mapping[str, str]) -> str:
    """The tests side by side on the axis of days, with the stitched result above.

    Args:
        walk: What is shown.
        names: What keys are called on the sliders.
    """
    days = len(walk.base.numbers)
    first = walk.folds[0].test.start
    parts = [
        '<div class="fold train" style="left:0;'
        f'width:{100 * first / days:.2f}%">first training</div>',
        *(_fold(walk, number, days) for number in range(len(walk.folds))),
    ]
    return f'{_head(walk, names)}<div class="rustro-strip">{"".join(parts)}</div>'


def _head(walk: WalkForward, names: Mapping[str, str]) -> str:
    net = round(walk.oos.stress.net_rs)
    sharpe, trades = walk.oos.metrics.returns.sharpe, len(walk.oos.closed)
    kind = "rustro-up" if net > 0 else "rustro-down"
    keys = " / ".join(names.get(key, key) for key in walk.params)
    return (
        '<div class="rustro-bar"><span>Out of sample '
        f'<b class="{kind}">Rs {_signed(net)}</b></span>'
        f"<span>Sharpe <b>{_figure(sharpe)}</b></span><span>trades <b>{trades}</b></span>"
        f'<span class="faint">chosen by {escape(walk.by)} on the days before; bold: '
        f"{escape(keys)}; Sharpe in training → in the test</span></div>"
    )


def _fold(walk: WalkForward, number: int, days: int) -> str:
    fold, row = walk.folds[number], walk.table.iloc[number].to_dict()
    dates = walk.base.dates
    net = sum(
        day.net_paise
        for day in walk.oos.days
        if dates[fold.test.start] <= day.date <= dates[fold.test.stop - 1]
    )
    left, width = 100 * fold.test.start / days, 100 * len(fold.test) / days
    chosen = _chosen(walk, row)
    kind = "up" if net > 0 else "down" if net < 0 else ""
    words = (
        f"<b>{chosen}</b><br>Rs {_signed(round(net / 100))}<br>"
        f'<span class="faint">Sharpe {_figure(row.get("train_sharpe"))} → '
        f"{_figure(row.get('test_sharpe'))}</span>"
        if row.get("train_sharpe") is not None
        else "no set had traded"
    )
    return (
        f'<div class="fold {kind}" style="left:{left:.2f}%;width:{width:.2f}%">{words}</div>'
        f'<span class="date" style="left:{left:.2f}%">{dates[fold.test.start]:%d %b %y}</span>'
    )


def _chosen(walk: WalkForward, row: Mapping[Any, Any]) -> str:
    return escape(" / ".join(_value(row.get(key)) for key in walk.params))


def _value(value: object) -> str:
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:g}"  # noqa: RUF001 - a dash, as tables have it
    return str(value)


def _figure(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.2f}"  # noqa: RUF001 - a dash


def _signed(whole: int) -> str:
    return ("+" if whole > 0 else "") + grouped(whole)
