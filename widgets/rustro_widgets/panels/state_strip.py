"""The head of the cockpit: mode, price, clock, result; and whether entries are accepted."""

import datetime as dt

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.view import UnderlyingView, View
from rustro_widgets.panels.words import escape, price, signed


def head_html(view: View) -> str:
    """What changes with every tick, in one line."""
    mode = escape(view.mode)
    parts = [
        f'<span class="rustro-mode {mode}">{mode.upper()}</span>',
        *(_quoted(underlying) for underlying in view.underlyings),
        f'<span class="big">{show_clock(view.now_ns) if view.now_ns else "--:--:--"}</span>',
        f'<span class="faint">{long_date(view.date)}</span>',
        f"<span>VIX <b>{price(view.vix_paise) if view.vix_paise else '–'}</b></span>",  # noqa: RUF001
        f'<span>P&amp;L <b class="{sign_class(view.day_pnl_paise)}">'
        f"{signed(view.day_pnl_paise)}</b></span>",
        f"<span>closed <b>{view.trades}</b></span>",
    ]
    return f'<div class="rustro-bar">{"".join(parts)}</div>'


def state_html(view: View) -> str:
    """What changes rarely: state, phase, overlays, and every reason for no entries."""
    held = "FLAT" if view.is_flat else "IN POSITION"
    chips = [
        chip(f"{view.state} · {held}"),
        chip(f"market {view.phase}"),
        chip("connected", "good") if view.connected else chip("not connected", "bad"),
        *(chip(overlay, "bad") for overlay in view.overlays),
        chip("accepting entries", "good") if view.accepting_entries else chip("no entries", "bad"),
        *(chip(reason, "why") for reason in view.refusals),
    ]
    return f'<div class="rustro-bar" style="gap:4px 6px">{"".join(chips)}</div>'


def chip(text: str, kind: str = "") -> str:
    """A small rounded label."""
    return f'<span class="rustro-chip {kind}">{escape(text)}</span>'


def sign_class(amount: int) -> str:
    """The colour of a result."""
    if amount == 0:
        return ""
    return "rustro-up" if amount > 0 else "rustro-down"


def long_date(iso: str) -> str:
    """Wed 15 Jul 2026; nothing while the day is not known."""
    return f"{dt.date.fromisoformat(iso):%a %d %b %Y}" if iso else ""


def _quoted(underlying: UnderlyingView) -> str:
    figures = price(underlying.price_paise) if underlying.price_paise else "–"  # noqa: RUF001
    direction = escape(underlying.direction)
    return (
        f'<span><b>{escape(underlying.name)}</b> <span class="big">{figures}</span> '
        f'<span class="faint">{direction}</span></span>'
    )
