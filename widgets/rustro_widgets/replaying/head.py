"""The head of the desk: that this is a replay, of what, where in it, and whether it is identical.

A recorded day must never be taken for one that runs, so the mode's own colours are not used here.
"""

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.view import UnderlyingView, View
from rustro_kernel.records.survey import Survey
from rustro_widgets.panels.state_strip import chip, long_date, sign_class
from rustro_widgets.panels.words import escape, grouped, price, signed

NONE = "–"  # noqa: RUF001 - a dash, as tables have it


def head_html(view: View, survey: Survey) -> str:
    """What was recorded and where it stands, in one line."""
    parts = [
        '<span class="rustro-mode replay">REPLAY</span>',
        f'<span class="big">{show_clock(view.now_ns) if view.now_ns else "--:--:--"}</span>',
        f'<span class="faint">{escape(view.mode)} · {long_date(view.date)}</span>',
        *(_quoted(underlying) for underlying in view.underlyings),
        f"<span>VIX <b>{price(view.vix_paise) if view.vix_paise else NONE}</b></span>",
        f'<span>P&amp;L <b class="{sign_class(view.day_pnl_paise)}">'
        f"{signed(view.day_pnl_paise)}</b></span>",
        f"<span>closed <b>{view.trades}</b></span>",
        f'<span class="faint">input {grouped(view.input)} · event #{grouped(view.seq)}</span>',
        verdict_html(survey),
    ]
    return f'<div class="rustro-bar">{"".join(parts)}</div>'


def verdict_html(survey: Survey) -> str:
    """Identical, or where the first difference is; while it is being fed, how far."""
    words = survey.verdict
    if not survey.is_identical:
        return f'<div class="rustro-verdict bad">{escape(words)}</div>'
    if survey.is_over:
        return f'<span class="rustro-verdict good">{chip(_figures(words), "good")}</span>'
    fed = chip(f"feeding {progress(survey)} %, {_figures(words)}")
    return f'<span class="rustro-verdict">{fed}</span>'


def progress(survey: Survey) -> int:
    """How much of the recorded day was fed, in percent."""
    fed = len(survey.tape)
    return min(100, 100 * fed // survey.expected) if survey.expected else 0


def refusal_html(folder: str, problem: str) -> str:
    """In place of a desk: why there is none."""
    head = '<span class="rustro-mode replay">REPLAY</span>'
    name = f'<span class="faint">{escape(folder)}</span>'
    said = f'<div class="rustro-verdict bad">{escape(problem)}</div>'
    return f'<div class="rustro-bar">{head}{name}</div>{said}'


def _figures(words: str) -> str:
    """identical: 11219 events, with its figure grouped."""
    return " ".join(grouped(int(word)) if word.isdigit() else word for word in words.split(" "))


def _quoted(underlying: UnderlyingView) -> str:
    figures = price(underlying.price_paise) if underlying.price_paise else NONE
    name, direction = escape(underlying.name), escape(underlying.direction)
    return (
        f'<span><b>{name}</b> <span class="big">{figures}</span> '
        f'<span class="faint">{direction}</span></span>'
    )
