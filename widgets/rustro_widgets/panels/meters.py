"""How near the limits are: pure.

Figures are coarse on purpose: a meter that changes with every tick costs a message each and says
nothing that the head does not.
"""

from typing import NamedTuple

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.view import View
from rustro_widgets.panels.words import NONE, escape, whole_rs

NEAR, AT = 0.75, 0.9
BREAKERS = ("VIX_HALT", "VIX_STALE", "LOSS_HALT", "COOLDOWN", "MARKET_HALTED", "KILLED")


class Meter(NamedTuple):
    """One limit. `share` of it that is used, 0 to 1; None where nothing is measured."""

    name: str
    figure: str
    limit: str
    share: float | None
    hint: str = ""


def meters(view: View) -> tuple[Meter, ...]:
    """Every limit of the day."""
    return (
        day_loss(view),
        vix(view),
        margin(view),
        losses(view),
        positions(view),
        breakers(view),
    )


def day_loss(view: View) -> Meter:
    """The day's loss against the limit at which everything is closed."""
    limit = -view.limits.daily_loss_limit_paise
    if limit <= 0:
        return Meter("day loss", NONE, "", None)
    share = max(-view.day_pnl_paise, 0) / limit
    return Meter(
        "day loss",
        f"{share * 100:.0f} %",
        f"of {whole_rs(limit)}",
        share,
        "at the limit all is closed",
    )


def vix(view: View) -> Meter:
    """The VIX against the level of its breaker."""
    limits = view.limits
    if not view.vix_paise or not limits.vix_halt_paise:
        return Meter("VIX", NONE, "", None)
    share = view.vix_paise / limits.vix_halt_paise
    again = f", again below {limits.vix_resume_paise / 100:g}" * ("VIX_HALT" in view.overlays)
    limit = f"of {limits.vix_halt_paise / 100:g}{again}"
    rise = f"{limits.vix_rise_paise / 100:+.1f} in 10 min"
    hint = f"{rise}; a rise of {limits.vix_spike_paise / 100:g} trips the breaker too"
    return Meter("VIX", f"{view.vix_paise / 100:.1f}", limit, share, hint)


def margin(view: View) -> Meter:
    """The part of the funds that is bound."""
    limits = view.limits
    if not limits.margin_limit_bps:
        return Meter("margin", NONE, "", None)
    share = limits.margin_used_bps / limits.margin_limit_bps
    used = f"{limits.margin_used_bps / 100:.0f} %"
    hint = f"{whole_rs(limits.margin_used_paise)} of {whole_rs(limits.funds_paise)}"
    return Meter("margin", used, f"of {limits.margin_limit_bps / 100:g} %", share, hint)


def losses(view: View) -> Meter:
    """Losing trades one after the other."""
    most, until_ns = view.limits.max_losses, view.limits.cooldown_until_ns
    if not most:
        return Meter("losses in a row", str(view.losses_in_row), "", None)
    pause = f", pause until {show_clock(until_ns)[:5]}" if until_ns else ""
    share = 1.0 if until_ns else min(view.losses_in_row / most, 1.0)
    return Meter("losses in a row", str(view.losses_in_row), f"of {most}{pause}", share)


def positions(view: View) -> Meter:
    """Positions open, and how many more there may be."""
    most, taken = view.limits.max_positions, len(view.positions)
    if not most:
        return Meter("positions", str(taken), "", None)
    left = f"{view.limits.entries_left} more may be opened"
    return Meter("positions", str(taken), f"of {most}", None, left)


def breakers(view: View) -> Meter:
    """What has tripped."""
    tripped = [name for name in BREAKERS if name in view.overlays]
    return Meter("breakers", ", ".join(tripped) or "none", "", 1.0 if tripped else 0.0)


def measured(view: View) -> tuple[object, ...]:
    """All that the meters are made of."""
    taken = view.losses_in_row, len(view.positions)
    return view.limits, view.day_pnl_paise, view.vix_paise, view.overlays, taken


def meters_html(view: View) -> str:
    """All of them, side by side."""
    return f'<div class="rustro-meters">{"".join(map(_meter, meters(view)))}</div>'


def level(share: float | None) -> str:
    """The colour of a bar; the figure beside it says the same."""
    if share is None or share < NEAR:
        return "ok"
    return "near" if share < AT else "at"


def _meter(meter: Meter) -> str:
    width = min(meter.share or 0.0, 1.0)
    bar = "<u></u>" if meter.share is None else f'<i><s style="width:{width:.0%}"></s></i>'
    title = f' title="{escape(meter.hint)}"' if meter.hint else ""
    return (
        f'<div class="rustro-meter {level(meter.share)}"{title}>'
        f'<span class="faint">{escape(meter.name)}</span>'
        f"<span><b>{escape(meter.figure)}</b>"
        f' <span class="faint">{escape(meter.limit)}</span></span>'
        f"{bar}</div>"
    )
