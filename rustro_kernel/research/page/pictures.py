"""The pictures of a backtest: equity and drawdown, sizes of trades, what earned how much."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from rustro_kernel.domain.money import rupees
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.pages import parts
from rustro_kernel.pages.amounts import percent, rs, rs_short, rupees as shown_rs, tone
from rustro_kernel.pages.bars import Bar, Step, bars, histogram
from rustro_kernel.pages.html import Html
from rustro_kernel.pages.lines import Line, picture
from rustro_kernel.pages.scale import round_ticks
from rustro_kernel.records.attribution import explained
from rustro_kernel.records.page.tables import PARTS, plain
from rustro_kernel.research import ratios
from rustro_kernel.research.daily import Daily
from rustro_kernel.research.metrics import Group

CLASSES = 24
MOST_TICKS = 14


def equity(days: Daily) -> Html:
    """Equity at each day's end, and below it the drawdown."""
    ticks = months(days)
    earned = np.cumsum(days.net_paise) / 100
    upper = picture(
        [Line([(-1.0, 0.0), *enumerate(earned.tolist())], is_filled=True)],
        ticks,
        says="Net result, day by day",
        show=rs_short,
        height=280,
        with_zero=True,
    )
    fall = -100 * ratios.drawdowns(days.returns)
    lower = picture(
        [Line([(-1.0, 0.0), *enumerate(fall.tolist())], is_filled=True, tone="down")],
        ticks,
        says="Drawdown, day by day",
        show=lambda value: percent(value, 1),
        height=130,
        with_zero=True,
    )
    about = "Above: net rupees since the start, at each day's end. Below: how far equity was under "
    return parts.card("Equity", about + "its highest so far.", upper, lower)


def months(days: Daily) -> list[tuple[float, str]]:
    """Where months begin, so many as can be read."""
    firsts = [
        (float(place), date)
        for place, date in enumerate(days.dates)
        if place and date.month != days.dates[place - 1].month
    ]
    step = -(-len(firsts) // MOST_TICKS) or 1
    return [(place, f"{date:%b %y}") for place, date in firsts[::step]]


def sizes(trades: Sequence[PositionClosed]) -> Html:
    """How many trades came to how much."""
    nets = [rupees(trade.net_paise) for trade in trades]
    width = _width(max(nets) - min(nets))
    counts = Counter(int(net // width) for net in nets)
    steps = [Step(place * width, counts[place]) for place in range(min(counts), max(counts) + 1)]
    words = [(v, rs_short(v)) for v in round_ticks(steps[0].start, steps[-1].start + width, 6)]
    drawn = histogram(steps, words, says="trades by their net result", height=230)
    return parts.card("Sizes", f"Trades by net result, in steps of {shown_rs(width)}.", drawn)


def _width(spread: float) -> float:
    """A round step that makes about two dozen classes at most."""
    ticks = round_ticks(0.0, max(spread, 1.0), CLASSES)
    return ticks[1] - ticks[0] if len(ticks) > 1 else max(spread, 1.0)


def sources(trades: Sequence[PositionClosed]) -> Html:
    """What the results of all trades came from."""
    found = [one for one in map(explained, trades) if one is not None]
    sums = {name: sum(one.parts[name] for one in found) for name in PARTS}
    rows = [
        Bar(name, paise / 100, rs(paise, signed=True), tone(paise)) for name, paise in sums.items()
    ]
    left = len(trades) - len(found)
    about = (
        "Delta and gamma: the index moved. Theta: time passed. Vega: implied volatility changed, "
        "and between fills also the spread. By Black-76 on the fills."
    )
    if left:
        about += f" {left} trades have no implied volatility and are not in it."
    return parts.card("Where the result came from", about, bars(rows, says=about))


def groups(title: str, found: Mapping[str, Group]) -> Html:
    """Trades that have something in common: what they earned together."""
    rows = [
        Bar(
            f"{plain(name)} ({one.trades})",
            one.net_rs,
            shown_rs(one.net_rs, signed=True),
            tone(one.net_rs),
            says=f"{one.wins} of {one.trades} won, {shown_rs(one.mean_net_rs)} a trade",
        )
        for name, one in sorted(found.items(), key=lambda item: -item[1].net_rs)
    ]
    return parts.card(title, "", bars(rows, says=title))
