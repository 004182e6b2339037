"""The page /_simulator/status: what the exchange knows of the day and of what it injected."""

from dataclasses import asdict

from rustro_kernel.simulator.exchange.exchange import Exchange
from rustro_kernel.simulator.exchange.formats import money, plain


def status(exchange: Exchange, now_ns: int) -> dict[str, object]:
    """Everything a test asks afterwards; `violations` should be empty."""
    day = exchange.day
    pit, orders = day.pit, list(day.desk)
    return {
        "now": plain(now_ns),
        "now_ns": now_ns,
        "skew_ns": exchange.skew_ns,
        "date": day.market.rules.date,
        "market": day.market.identity,
        "client": exchange.account.client,
        "orders": len(orders),
        "live_orders": [order.id for order in pit.live],
        "trades": sum(len(order.fills) for order in orders),
        "net": {p.listed.symbol: p.net for p in pit.portfolio.positions.values()},
        "available": money(pit.available),
        "violations": dict(pit.portfolio.violations),
        "requests": dict(exchange.requests),
        "refused_by_rate": exchange.gate.windows.refused,
        "connections": {name: n for name, n in exchange.handshakes.open.items() if n},
        "faults": [asdict(line) for line in exchange.faults.log],
    }
