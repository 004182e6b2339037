"""The option chain as people read it: strikes around the money with volatility and Greeks."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rustro_kernel.domain.instruments import Right
from rustro_kernel.engine.asked import AtHand, Chain, ChainRow, OptionFigures

if TYPE_CHECKING:  # numpy is loaded when somebody wants a chain: sessions start without it
    from rustro_kernel.pricing.formula import Floats

DAYS = 365
Listed = tuple[int, str, OptionFigures]


def chain(at_hand: AtHand) -> Chain:
    """The watched strikes, lowest first. Takes about a millisecond."""
    from rustro_kernel.pricing.formula import forward
    from rustro_kernel.pricing.term import YEAR_NS

    years = max(at_hand.expiry_ns - at_hand.now_ns, 0) / YEAR_NS
    ahead = at_hand.forward_paise or float(forward(float(at_hand.spot_paise), years))
    return Chain(
        name=at_hand.name,
        expiry=at_hand.expiry,
        now_ns=at_hand.now_ns,
        spot_paise=at_hand.spot_paise,
        forward_paise=ahead,
        lot_units=at_hand.lot_units,
        years=years,
        rows=_rows(_priced(at_hand.options, ahead, years), at_hand.spot_paise),
    )


def _rows(options: Sequence[Listed], spot_paise: int) -> tuple[ChainRow, ...]:
    strikes = sorted({strike for strike, _, _ in options})
    sides = {(strike, right): figures for strike, right, figures in options}
    nearest = min(strikes, key=lambda strike: abs(strike - spot_paise), default=0)
    return tuple(
        ChainRow(
            strike,
            sides.get((strike, Right.CE.value)),
            sides.get((strike, Right.PE.value)),
            is_atm=strike == nearest and spot_paise > 0,
        )
        for strike in strikes
    )


def _priced(options: Sequence[Listed], ahead: float, years: float) -> list[Listed]:
    """Every option with what its price implies, all at once."""
    if not options or ahead <= 0:
        return list(options)
    import numpy as np

    from rustro_kernel.pricing.greeks import greeks, implied_volatility

    strikes = np.array([strike for strike, _, _ in options], dtype=np.float64)
    calls = np.array([right == Right.CE.value for _, right, _ in options], dtype=np.float64)
    prices = np.array([_price(figures) for _, _, figures in options])
    sigma = implied_volatility(prices, ahead, strikes, years, calls)
    of = greeks(ahead, strikes, years, np.nan_to_num(sigma), calls)
    # Gamma is by one paisa of the forward; the others are in paise already.
    columns = (sigma * 100, of.delta, of.gamma * 100, of.theta / DAYS, of.vega / 100)
    return [_with(option, columns, row) for row, option in enumerate(options)]


def _price(figures: OptionFigures) -> float:
    """The middle of the book, or the last trade where nobody quotes both sides."""
    if figures.bid_paise and figures.ask_paise:
        return (figures.bid_paise + figures.ask_paise) / 2
    return float(figures.ltp_paise or 0)


def _with(option: Listed, columns: "Sequence[Floats]", row: int) -> Listed:
    strike, right, figures = option
    iv, delta, gamma, theta, vega = (float(column[row]) for column in columns)
    if math.isnan(iv):
        return option
    return (
        strike,
        right,
        replace(
            figures,
            iv_pct=iv,
            delta=delta,
            gamma_per_rupee=gamma,
            theta_paise_day=theta,
            vega_paise_point=vega,
        ),
    )
