"""The figures of a set as tiles, and what to be told before believing them. Pure."""

import math
from statistics import median

import numpy as np

from rustro_kernel.config import Config
from rustro_kernel.research import ratios
from rustro_kernel.research.remarks import FEW, SOME
from rustro_widgets.panels.words import escape, grouped
from rustro_widgets.tuning.played import Played

NONE = "–"  # noqa: RUF001 - a dash, as tables have it
WANTED_PCT = 95
"""The chance of more than luck that the gate asks for."""


def tiles_html(played: Played | None) -> str:
    """All tiles in a row; dashes before the first set was played."""
    if played is None:
        names = ("net", "Sharpe", "more than luck", "drawdown", "trades", "charges", "tries")
        return _row("".join(_tile(name, NONE, "preparing") for name in names))
    return _row("".join((*_worth(played), *_trading(played))))


def warnings(played: Played, cfg: Config) -> list[str]:
    """Sentences, the gravest first."""
    found = [_lots(played, cfg), _few(len(played.trades)), _costs(played), _trail(played, cfg)]
    return [each for each in found if each]


def warnings_html(sentences: list[str], problem: str = "") -> str:
    """A problem, then the sentences."""
    bad = [f'<div class="rustro-warning bad">{escape(problem)}</div>'] if problem else []
    plain = [f'<div class="rustro-warning">{escape(each)}</div>' for each in sentences]
    return "".join((*bad, *plain))


def rs(paise: int, *, is_signed: bool = False) -> str:
    """Whole rupees, grouped as in India."""
    amount = round(paise / 100)
    sign = "+" if is_signed and amount > 0 else ""
    return f"Rs {sign}{grouped(amount)}"


def _worth(played: Played) -> tuple[str, ...]:
    net, returns = played.net_paise, played.returns
    deepest = 100 * float(ratios.max_drawdown(returns))
    part = 100 * net / played.balance_paise if played.balance_paise else 0.0
    chance = 100 * played.chance
    return (
        _tile(
            "net after costs",
            rs(net, is_signed=True),
            f"{part:+.1f} % of Rs {grouped(played.balance_paise // 100)}",
            "up" if net > 0 else "down" if net < 0 else "",
        ),
        _tile(
            "Sharpe", _figure(played.sharpe), f"Sortino {_figure(float(ratios.sortino(returns)))}"
        ),
        _tile(
            "more than luck",
            NONE if math.isnan(chance) else f"{chance:.0f} %",
            f"deflated Sharpe; {WANTED_PCT} % asked",
            "" if math.isnan(chance) else "up" if chance >= WANTED_PCT else "down",
        ),
        _tile("drawdown", f"{deepest:.1f} %", f"deepest fall {rs(_fall(played))}"),
    )


def _trading(played: Played) -> tuple[str, ...]:
    trades, count = played.trades, played.tries.count
    wins = [each for each in trades if each.net_paise > 0]
    won = sum(each.net_paise for each in wins)
    lost = won - sum(each.net_paise for each in trades)
    charges = sum(each.charges_paise for each in trades)
    rate = f"{100 * len(wins) / len(trades):.0f} % won" if trades else "none"
    factor = f"profit factor {won / lost:.2f}" if lost > 0 else ""
    return (
        _tile("trades", grouped(len(trades)), " · ".join(filter(None, (rate, factor)))),
        _tile("charges", rs(charges), f"gross {rs(played.net_paise + charges, is_signed=True)}"),
        _tile("tries counted", grouped(count), "each move is one"),
    )


def _lots(played: Played, cfg: Config) -> str:
    if not played.short_of_a_lot:
        return ""
    balance, size = played.balance_paise // 100, cfg.risk.base_size_pct
    often = grouped(played.short_of_a_lot)
    return (
        f"0 lots on your balance: {often} times an entry was asked for, and "
        f"Rs {grouped(balance)} at {size:g} % a position bought no lot."
    )


def _few(count: int) -> str:
    if count < FEW:
        return f"Too few trades: {count}; no figure above means anything."
    return (
        f"Too few trades: {count}; under {SOME} every figure may be luck." if count < SOME else ""
    )


def _costs(played: Played) -> str:
    charges = sum(each.charges_paise for each in played.trades)
    net = played.net_paise
    if net <= 0 < net + charges:
        return f"Costs eat it: {rs(net + charges, is_signed=True)} before charges."
    return ""


def _trail(played: Played, cfg: Config) -> str:
    """Whether the trailing stop, just armed, lies below what a round trip costs."""
    exits, trades = cfg.exits, [each for each in played.trades if each.buy_value_paise]
    if exits.trail_floor == "breakeven" or not trades:
        return ""
    floor = 100 * ((1 + exits.trail_activate_pct / 100) * (1 - exits.trail_gap_pct / 100) - 1)
    cost = median(100 * each.charges_paise / each.buy_value_paise for each in trades)
    if floor >= cost:
        return ""
    return (
        f"The trailing stop first stands at {floor:+.2f} % and a round trip cost {cost:.2f} % in "
        "charges alone: it can close below cost (trail floor = breakeven keeps it above)."
    )


def _fall(played: Played) -> int:
    """The deepest fall of the net below its highest, in paise."""
    curve = np.concatenate(([0], np.cumsum(played.nets_paise)))
    return int((np.maximum.accumulate(curve) - curve).max())


def _figure(value: float) -> str:
    return NONE if math.isnan(value) else f"{value:.2f}"


def _row(inside: str) -> str:
    return f'<div class="rustro-tiles">{inside}</div>'


def _tile(name: str, figure: str, below: str, kind: str = "") -> str:
    return (
        f'<div class="rustro-tile {kind}"><div class="name">{escape(name)}</div>'
        f'<div class="figure">{escape(figure)}</div><div class="below">{escape(below)}</div></div>'
    )
