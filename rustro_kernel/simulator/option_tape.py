"""Ticks of one option, quoted around the premium of `pricing.formula`."""

from dataclasses import dataclass

import numpy as np

from rustro_kernel.domain.instruments import Instrument, Right
from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.pricing import formula
from rustro_kernel.simulator.book import last_seen, sizes, two_sided
from rustro_kernel.simulator.index_tape import sparse
from rustro_kernel.simulator.minute_bars import Floats, Ints
from rustro_kernel.simulator.scene import Scene
from rustro_kernel.simulator.seeding import Purpose, generator
from rustro_kernel.simulator.tape import Columns, Tape

LONGEST_GAP_S = 4
"""Mean gap 2.5 s: 0.4 ticks a second, and no quote is older than the stale limit of 5 s."""
WIDTH = 0.0025
"""Spread of a near, at-the-money option, as a part of its premium."""
WIDEST = 600
"""Paise, before jitter: deep in the money a spread no longer grows with the premium."""


@dataclass(frozen=True, slots=True)
class Fair:
    """Fair premium in paise, and how actively the option trades (1: at the money, nearest)."""

    premium: Floats
    away: Floats
    activity: Floats


def option_tape(scene: Scene, option: Instrument) -> Tape:
    """About 0.4 ticks a second; some are trades, the others only new quotes."""
    rng = generator(scene.seed, scene.date, Purpose.OPTION, int(option.key.partition(":")[2]))
    seconds = scene.hours.seconds[scene.hours.trading]
    at = sparse(len(seconds), LONGEST_GAP_S, rng)
    fair = fair_premium(scene, option, at)
    return Tape(option.key, _columns(option, fair, seconds[at], rng), option.lot, option.tick)


def fair_premium(scene: Scene, option: Instrument, at: Ints) -> Fair:
    """The option at some of the day's trading seconds, by their numbers."""
    trading = np.flatnonzero(scene.hours.trading)[at]
    seconds, spot = scene.hours.seconds[trading], scene.spot[trading]
    term = scene.term(option.expiry)
    years, clock = term.years(seconds), term.clock_years(seconds)
    width = formula.deviation(scene.vix[trading], clock)
    away = formula.away(formula.forward(spot, years), option.strike, width)
    call = float(option.right is Right.CE)
    premium = formula.premium(spot, option.strike, years, clock, scene.vix[trading], call)
    return Fair(premium, away, np.exp(-0.25 * away * away) / (1.0 + _rank(scene, option)))


def _rank(scene: Scene, option: Instrument) -> int:
    """0 for the nearest expiry, 1 for the next."""
    return [expiry.date for expiry in scene.contract.expiries].index(option.expiry)


def _columns(option: Instrument, fair: Fair, seconds: Ints, rng: np.random.Generator) -> Columns:
    n = len(seconds)
    bid, ask = two_sided(fair.premium, _width(fair, rng), option.tick)
    ts_ns = seconds + rng.integers(0, 1000, n) * (SECOND // 1000)
    trades = rng.random(n) < 0.03 + 0.77 * fair.activity
    last = last_seen(trades)
    printed = np.where((rng.random(n) < 0.5) & (bid > 0), bid, ask)
    units = sizes(n, 1 + 25 * fair.activity, option.lot, rng)
    resting = 2 + 18 * fair.activity
    return Columns(
        exch_ts=ts_ns,
        ltp=printed[np.maximum(last, 0)],
        ltt=np.where(last >= 0, ts_ns[last], 0),
        volume=np.cumsum(np.where(trades, units, 0)),
        oi=_open_interest(option, fair, n, rng),
        bid=bid,
        ask=ask,
        bid_qty=np.where(bid > 0, sizes(n, resting, option.lot, rng), 0),
        ask_qty=sizes(n, resting, option.lot, rng),
    )


def _width(fair: Fair, rng: np.random.Generator) -> Floats:
    """The spread in paise: wider the further the strike and the thinner the trading."""
    part = WIDTH * (1.0 + 0.6 * fair.away**2) / np.maximum(fair.activity, 0.1) ** 0.5
    jitter = rng.uniform(0.6, 1.6, len(part))
    width: Floats = 5.0 + np.minimum(fair.premium * np.minimum(part, 0.05), WIDEST) * jitter
    return width


def _open_interest(option: Instrument, fair: Fair, n: int, rng: np.random.Generator) -> Ints:
    base = int(2_000_000 * fair.activity[0]) // option.lot + 200
    return (base + np.maximum(np.cumsum(rng.integers(-1, 2, n)), -base)) * option.lot
