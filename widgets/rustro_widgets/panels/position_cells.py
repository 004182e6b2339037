"""What a row says of an open position or an order at work: pure."""

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.view import OrderView, PositionView
from rustro_widgets.panels.state_strip import sign_class
from rustro_widgets.panels.words import NONE, escape, price, signed

FIXED = ("position", "units", "entry", "stop", "trail", "target")
LIVE = ("price", "to the stop", "P&L, Rs")
ORDER = ("order", "side", "units", "filled", "limit", "state", "tag")
BUY = "BUY"
EXIT = "an exit cannot be cancelled; it ends when the position is closed"


def head_html(names: tuple[str, ...], kind: str) -> str:
    """The heads of the columns."""
    cells = "".join(f"<span>{escape(name)}</span>" for name in names)
    return f'<div class="rustro-cells head {kind}">{cells}</div>'


def fixed(position: PositionView) -> tuple[object, ...]:
    """All that changes rarely."""
    return (
        *(position.symbol, position.units, position.entry_paise, position.stop_paise),
        *(position.trail_paise, position.target_paise, position.opened_ns, position.closing),
    )


def fixed_html(position: PositionView) -> str:
    """What changes rarely."""
    opened = f"since {show_clock(position.opened_ns)}" if position.opened_ns else ""
    closing = f" <em>closing: {escape(position.closing)}</em>" if position.closing else ""
    return _cells(
        "fixed",
        f'<b title="{opened}">{escape(position.symbol)}</b>{closing}',
        str(position.units),
        price(position.entry_paise),
        price(position.stop_paise),
        _or_none(position.trail_paise),
        _or_none(position.target_paise),
    )


def live_html(position: PositionView) -> str:
    """What changes with every tick."""
    pnl = position.pnl_paise
    return _cells(
        "live",
        price(position.price_paise),
        distance(position),
        f'<b class="{sign_class(pnl)}">{signed(pnl)}</b>',
    )


def distance(position: PositionView) -> str:
    """From the price down to whichever stop comes first: 24.00 (20.0 %)."""
    stop = max(position.stop_paise, position.trail_paise or 0)
    if position.price_paise <= 0 or stop <= 0:
        return NONE
    away = position.price_paise - stop
    return f"{price(away)} ({100 * away / position.price_paise:.1f} %)"


def order_html(order: OrderView) -> str:
    """An order at work; a stop that rests at the broker shows its trigger too."""
    trigger = f", trigger {price(order.trigger_paise)}" if order.trigger_paise else ""
    return _cells(
        "order",
        f"<b>{escape(order.symbol)}</b>",
        escape(order.side),
        str(order.units),
        str(order.filled),
        price(order.limit_paise),
        escape(f"{order.state}{trigger}"),
        escape(order.tag),
    )


def _cells(kind: str, *cells: str) -> str:
    spans = "".join(f"<span>{cell}</span>" for cell in cells)
    return f'<div class="rustro-cells {kind}">{spans}</div>'


def _or_none(paise: int | None) -> str:
    return NONE if paise is None else price(paise)
