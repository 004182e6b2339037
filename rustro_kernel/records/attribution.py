"""What a trade's result came from: the index, time, volatility, the spread, the charges.

Between the two mids the premium's change is explained to second order, every Greek as the mean of
both ends but delta, which is what was bought:

    delta  = D0 dF              gamma = (G0 + G1) / 2 dF^2 / 2
    theta  = (T0 + T1) / 2 dt   vega  = (V0 + V1) / 2 ds

with F the forward, t in years and s the volatility the mid implies. Between mid and fills lies the
spread, with what waiting for the fill cost. What second order leaves over is shown as the residual,
so that the parts always add up to the net, to the paisa.
"""

import datetime as dt
import math

import msgspec

from rustro_kernel.domain.instruments import Right
from rustro_kernel.domain.market_time import DAY, at
from rustro_kernel.engine.events.positions import PositionClosed
from rustro_kernel.pricing.formula import forward
from rustro_kernel.pricing.greeks import Greeks, greeks, implied_volatility

EXPIRES_AT = "15:30"
YEAR_NS = 365 * DAY


class Mark(msgspec.Struct, frozen=True):
    """An option at one end of a trade; money in paise.

    Attributes:
        mid_paise: Between bid and ask; premium of `greeks`.
        forward_paise: Of the underlying, for the option's expiry.
        sigma: Volatility a year, 0.15 is 15 %.
        greeks: There, with the forward in paise.
    """

    ts_ns: int
    mid_paise: float
    forward_paise: float
    sigma: float
    greeks: Greeks


class Attribution(msgspec.Struct, frozen=True):
    """The parts of a trade's net result in paise; they add up to it."""

    position_id: str
    delta_paise: int
    gamma_paise: int
    theta_paise: int
    vega_paise: int
    spread_paise: int
    charges_paise: int  # negative: paid
    residual_paise: int
    net_paise: int

    @property
    def parts(self) -> dict[str, int]:
        """By name, without the net."""
        names = ("delta", "gamma", "theta", "vega", "spread", "charges", "residual")
        return {name: getattr(self, f"{name}_paise") for name in names}


def attribution(trade: PositionClosed, entry: Mark, exit_: Mark) -> Attribution:
    """The parts of a trade between its two ends."""
    first, last = entry.greeks, exit_.greeks
    moved = exit_.forward_paise - entry.forward_paise
    years = (exit_.ts_ns - entry.ts_ns) / YEAR_NS
    bought, sold = trade.buy_value_paise, trade.sell_value_paise
    found = [
        round(float(trade.units * part))
        for part in (
            first.delta * moved,
            (first.gamma + last.gamma) / 2 * moved * moved / 2,
            (first.theta + last.theta) / 2 * years,
            (first.vega + last.vega) / 2 * (exit_.sigma - entry.sigma),
        )
    ]
    spread = round(trade.units * (entry.mid_paise - exit_.mid_paise)) - bought + sold
    parts: tuple[int, ...] = (*found, spread, -trade.charges_paise)
    rest = trade.net_paise - sum(parts)
    return Attribution(trade.position_id, *(*parts, rest, trade.net_paise))


def mark(trade: PositionClosed, ts_ns: int, underlying_paise: int, mid_paise: float) -> Mark | None:
    """An end of a trade as Black-76 sees it; None where no volatility gives the premium."""
    if underlying_paise <= 0 or mid_paise <= 0:
        return None  # nobody had seen it
    years = (at(dt.date.fromisoformat(trade.expiry), EXPIRES_AT) - ts_ns) / YEAR_NS
    call = float(Right(trade.right) is Right.CE)
    ahead = float(forward(underlying_paise, years))
    sigma = float(implied_volatility(mid_paise, ahead, trade.strike_paise, years, call))
    if math.isnan(sigma):
        return None
    there = greeks(ahead, trade.strike_paise, years, sigma, call)
    return Mark(ts_ns, mid_paise, ahead, sigma, there)


def explained(trade: PositionClosed, mids: tuple[float, float] | None = None) -> Attribution | None:
    """The parts of a trade by its record.

    Args:
        trade: The round trip.
        mids: Between bid and ask at entry and exit, in paise; without them the average fills,
            and then the spread is part of the others.
    """
    if not trade.units:
        return None
    entry_mid, exit_mid = mids or (
        trade.buy_value_paise / trade.units,
        trade.sell_value_paise / trade.units,
    )
    entry = mark(trade, trade.entry_ns, trade.entry_underlying_paise, entry_mid)
    exit_ = mark(trade, trade.exit_ns, trade.exit_underlying_paise, exit_mid)
    return attribution(trade, entry, exit_) if entry and exit_ else None
