"""One line of figures of the bar that is looked at."""

from typing import NamedTuple

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.market_time import ist_date, show_clock
from rustro_widgets.panels.candle_studies import Columns, Rules
from rustro_widgets.panels.candle_values import Body
from rustro_widgets.panels.state_strip import sign_class
from rustro_widgets.panels.words import escape, grouped, price, signed

LEGEND = (
    '<span class="faint"><span style="color:#e69f00">◯</span> signal '
    '<span style="color:#56b4e9">▲</span> entry <span style="color:#cc79a7">✚</span> exit</span>'
)


class LookedAt(NamedTuple):
    """A bar with its figures, which are missing where there are none."""

    bar: Bar
    before: Bar | None
    units: float | None
    study: dict[str, float]


def looked_at(body: Body, building: Bar | None, number: int | None) -> LookedAt | None:
    """The bar of that number; without one, or outside, the last complete one."""
    bars = body.bars.all[: body.bars.done]
    if building is not None:
        bars = (*bars, building)
    if not bars:
        return None
    wanted = body.bars.done - 1 if number is None else min(number, len(bars) - 1)
    at = max(wanted, 0)
    units = next((units for x, units in reversed(body.volumes) if x == at), None)
    return LookedAt(bars[at], bars[at - 1] if at else None, units, figures(body.study, at))


def figures(study: Columns, number: int) -> dict[str, float]:
    """The indicators after a bar, those that are ready."""
    if number not in study.at:
        return {}
    row = study.at.index(number)
    names = ("ema", "adx", "plus", "minus", "rsi")
    found = {name: getattr(study, name)[row] for name in names}
    return {name: value for name, value in found.items() if value == value}


def readout_html(name: str, frame: Timeframe, seen: LookedAt | None, rules: Rules) -> str:
    """Time, O/H/L/C, volume and indicators."""
    parts = [f"<b>{escape(name)} {frame.value}</b>"]
    if seen is None:
        parts.append('<span class="faint">no bars yet</span>')
    else:
        parts += [*_bar(seen, frame), *_study(seen.study, rules), LEGEND]
    return f'<div class="rustro-bar rustro-readout">{"".join(parts)}</div>'


def _bar(seen: LookedAt, frame: Timeframe) -> list[str]:
    bar = seen.bar
    parts = [f'<span class="faint">{when(bar, frame)}</span>']
    prices = zip("OHLC", (bar.open, bar.high, bar.low, bar.close), strict=True)
    parts += [_named(letter, price(paise)) for letter, paise in prices]
    if seen.before is not None:
        change = bar.close - seen.before.close
        parts.append(f'<span class="{sign_class(change)}">{signed(change)}</span>')
    if seen.units is not None:
        parts.append(_named("V", grouped(round(seen.units))))
    return parts


def _study(study: dict[str, float], rules: Rules) -> list[str]:
    parts = []
    if "ema" in study:
        ema = price(study["ema"] * 100)
        parts.append(f'<span class="rustro-ema">EMA {rules.ema_period} {ema}</span>')
    if "plus" in study:
        adx = f"{study['adx']:.1f}" if "adx" in study else "…"
        parts.append(
            f'<span><span class="rustro-violet">ADX {rules.adx_period} {adx}</span> '
            f'<span class="rustro-up">+DI {study["plus"]:.1f}</span> '
            f'<span class="rustro-down">−DI {study["minus"]:.1f}</span></span>'  # noqa: RUF001 - a minus sign
        )
    if "rsi" in study:
        rsi = f"RSI {rules.rsi_period} {study['rsi']:.1f}"
        parts.append(f'<span class="rustro-violet">{rsi}</span>')
    return parts


def _named(letter: str, text: str) -> str:
    return f'<span><span class="faint">{letter}</span> {text}</span>'


def when(bar: Bar, frame: Timeframe) -> str:
    """The start of a bar, in India."""
    date = f"{ist_date(bar.start_ns):%a %d %b}"
    return date if frame is Timeframe.D1 else f"{date} {show_clock(bar.start_ns)[:5]}"
