"""The option chain as a table: calls, strikes, puts. Pure."""

from rustro_kernel.domain.market_time import show_clock
from rustro_kernel.engine.asked import Chain, ChainRow, OptionFigures
from rustro_widgets.panels.words import NONE, escape, grouped, price

SIDE = ("IV %", "delta", "gamma", "theta", "vega", "volume", "bid", "ask", "last")
MEANING = (
    "volatility of the middle of the book; delta and gamma by one rupee of the forward, "
    "theta in Rs a day, vega in Rs for one point of volatility"
)


def chain_html(chain: Chain) -> str:
    """Every watched strike, the one at the money marked."""
    if not chain.rows:
        return '<div class="rustro-heading">The session watches no options yet</div>'
    heads = "".join(f'<th scope="col">{name}</th>' for name in SIDE)
    puts = "".join(f'<th scope="col">{name}</th>' for name in reversed(SIDE))
    sides = (
        f'<tr><th colspan="{len(SIDE)}">calls</th><th></th><th colspan="{len(SIDE)}">puts</th></tr>'
    )
    rows = "".join(map(_row, chain.rows))
    table = f"{sides}<tr>{heads}<th>strike</th>{puts}</tr>{rows}"
    return (
        f'{about(chain)}<table class="rustro-table rustro-chain" title="{MEANING}">{table}</table>'
    )


def about(chain: Chain) -> str:
    """What the table is of."""
    words = (
        f"{chain.name}, expiry {chain.expiry}, spot {price(chain.spot_paise)}, "
        f"forward {price(chain.forward_paise)}, lot {chain.lot_units}, "
        f"at {show_clock(chain.now_ns)}"
    )
    return f'<div class="rustro-heading">{escape(words)}</div>'


def _row(row: ChainRow) -> str:
    calls, puts = _side(row.call), reversed(_side(row.put))
    kind = ' class="first"' if row.is_atm else ""
    cells = "".join(f"<td>{cell}</td>" for cell in calls)
    others = "".join(f"<td>{cell}</td>" for cell in puts)
    strike = f'<td class="strike">{price(row.strike_paise).removesuffix(".00")}</td>'
    return f"<tr{kind}>{cells}{strike}{others}</tr>"


def _side(option: OptionFigures | None) -> list[str]:
    if option is None:
        return [NONE] * len(SIDE)
    return [
        _figure(option.iv_pct, 1),
        _figure(option.delta, 3),
        _figure(option.gamma_per_rupee, 5),
        _paise(option.theta_paise_day),
        _paise(option.vega_paise_point),
        NONE if option.volume_units is None else grouped(option.volume_units),
        _paise(option.bid_paise),
        _paise(option.ask_paise),
        _paise(option.ltp_paise),
    ]


def _figure(value: float | None, digits: int) -> str:
    return NONE if value is None else f"{value:.{digits}f}"


def _paise(paise: float | None) -> str:
    return NONE if paise is None else price(paise)
