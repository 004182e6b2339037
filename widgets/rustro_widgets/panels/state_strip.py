"""The head of the cockpit: mode, price, clock, result; and whether entries are accepted."""

import datetime as dt
from collections.abc import Iterator

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.view import UnderlyingView, View
from rustro_widgets.panels.words import NONE, escape, price, rs

NOT_FOR_ORDERS = {"sim": "simulated", "paper": "no real orders", "live": "REAL MONEY"}


def head_html(view: View) -> str:
    """What changes with every tick, in one line."""
    mode = escape(view.mode)
    parts = [
        f'<span class="rustro-mode {mode}">{mode.upper()}</span>'
        f'<span class="faint">{escape(NOT_FOR_ORDERS.get(view.mode, ""))}</span>',
        *(_quoted(underlying) for underlying in view.underlyings),
        f'<span><span class="big">{show_clock(view.now_ns) if view.now_ns else "--:--:--"}</span>'
        f' <span class="faint">IST {long_date(view.date)}</span></span>',
        f"<span>VIX <b>{price(view.vix_paise) if view.vix_paise else NONE}</b></span>",
        f'<span>day P&amp;L <b class="big {sign_class(view.day_pnl_paise)}">'
        f"{rs(view.day_pnl_paise)}</b></span>",
        f"<span>closed <b>{view.trades}</b></span>",
    ]
    return f'<div class="rustro-bar rustro-head">{"".join(parts)}</div>'


def state_html(view: View) -> str:
    """What changes rarely: state, phase, overlays, and every reason for no entries."""
    held = "FLAT" if view.is_flat else "IN POSITION"
    chips = [
        chip(f"{view.state} · {held}"),
        chip(f"market {view.phase}"),
        chip("connected", "good") if view.connected else chip("not connected", "bad"),
        *(chip(overlay, "bad") for overlay in view.overlays),
        chip("accepting entries", "good") if view.accepting_entries else chip("no entries", "bad"),
        *_reasons(view),
    ]
    return f'<div class="rustro-bar rustro-chips">{"".join(chips)}</div>'


def _reasons(view: View) -> Iterator[str]:
    """Every reason for no entries; pointing at one says whose it is and what ends it."""
    known = {reason.text: reason for reason in view.reasons}
    for text in view.refusals:
        reason = known.get(text)
        hint = f"{reason.by}; ends: {reason.clears}" if reason else ""
        yield chip(text, "why", hint)


def chip(text: str, kind: str = "", hint: str = "") -> str:
    """A small rounded label; the hint shows when it is pointed at."""
    title = f' title="{escape(hint)}"' if hint else ""
    return f'<span class="rustro-chip {kind}"{title}>{escape(text)}</span>'


def sign_class(amount: int) -> str:
    """The colour of a result."""
    if amount == 0:
        return ""
    return "rustro-up" if amount > 0 else "rustro-down"


def long_date(iso: str) -> str:
    """Wed 15 Jul 2026; nothing while the day is not known."""
    return f"{dt.date.fromisoformat(iso):%a %d %b %Y}" if iso else ""


def _quoted(underlying: UnderlyingView) -> str:
    figures = price(underlying.price_paise) if underlying.price_paise else NONE
    direction = escape(underlying.direction)
    return (
        f'<span><b>{escape(underlying.name)}</b> <span class="big">{figures}</span> '
        f'<span class="faint">{direction}</span></span>'
    )
