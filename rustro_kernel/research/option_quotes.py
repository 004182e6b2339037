"""What an option is quoted at in a backtest, by one rule.

The fair premium is `pricing.formula`'s at the moment's spot and the VIX of the last minute that
is over (at a close: of its own minute), unless a real bar of the option says better (`premium`).
The last price is that premium on the nearest tick; bid and
ask stand around the premium as in the simulated market, a usual spread apart, with a usual quantity
at each; there is no second level. `quoted` uses the same operations as the formula: compiled code
that calls it has the same bits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rustro_kernel.domain.instruments import Instrument, Right
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.ticks import Tick
from rustro_kernel.engine.inputs import MOMENTS_NS, Held
from rustro_kernel.pricing import formula
from rustro_kernel.pricing.formula import Floats, Number
from rustro_kernel.pricing.term import Term
from rustro_kernel.research.course import Course
from rustro_kernel.research.option_bars import Minutes
from rustro_kernel.research.premium import real_first
from rustro_kernel.simulator.minute_bars import Ints
from rustro_kernel.simulator.option_tape import WIDEST, WIDTH

LEAST_UNITS, MORE_UNITS = 3.0, 18.0
"""Lots at bid and at ask: far from the money, and how many more at it."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What the options of one expiry have in common on a day; `rank` 0 is the nearest expiry."""

    term: Term
    lot: int
    tick: int
    rank: int


Column = tuple[int, ...]


def fair(
    spot: Number, strike: Number, years: Number, clock_years: Number, vix: Number, call: Number
) -> tuple[Floats, Floats]:
    """The premium in paise, and how many standard deviations the strike is above the forward."""
    underlying, at_the_money = formula.forward(spot, years), formula.deviation(vix, clock_years)
    away = formula.away(underlying, strike, at_the_money)
    width = at_the_money * formula.smile(away, clock_years)  # as `formula.premium` has it
    return formula.black76(underlying, strike, years, width, call), away


def quoted(
    premium: Number, away: Number, rank: Number, tick: Number
) -> tuple[Floats, Floats, Floats, Floats]:
    """Last price, bid and ask in paise, and the lots at each; a bid of 0 is none."""
    activity = formula.exp(-0.25 * away * away) / (1.0 + rank)
    part = WIDTH * (1.0 + 0.6 * away * away) / np.sqrt(np.maximum(activity, 0.1))
    width = 5.0 + np.minimum(premium * np.minimum(part, 0.05), WIDEST)
    ticks = np.maximum(1.0, np.rint(width / tick))
    low = np.rint((premium - ticks * tick * 0.5) / tick)
    bid, ask = np.maximum(low, 0.0) * tick, np.maximum(low + ticks, 1.0) * tick
    last = np.minimum(np.maximum(formula.on_tick(premium, tick), bid), ask)
    return last, bid, ask, np.floor(LEAST_UNITS + MORE_UNITS * activity)


def columns(
    contract: Contract, right: Right, strikes: Floats, ts_ns: Ints, spot: Ints, vix: Floats
) -> tuple[Column, Column, Column, Column, Column]:
    """The quotes at some moments; every array has one value a moment.

    Last price, bid, ask in paise; quantity at bid and at ask in units.
    """
    years, clock_years = contract.term.years(ts_ns), contract.term.clock_years(ts_ns)
    prices = np.maximum(spot, 1).astype(np.float64)
    premium, away = fair(prices, strikes, years, clock_years, vix, float(right is Right.CE))
    return displayed(contract, premium, away)


def displayed(
    contract: Contract, premium: Floats, away: Floats
) -> tuple[Column, Column, Column, Column, Column]:
    """The book around premiums."""
    last, bid, ask, lots = quoted(premium, away, float(contract.rank), float(contract.tick))
    units = lots * contract.lot
    made = (last, bid, ask, np.where(bid > 0, units, 0.0), units)
    last_, bid_, ask_, at_bid, at_ask = (tuple(c.astype(np.int64).tolist()) for c in made)
    return last_, bid_, ask_, at_bid, at_ask


def at_closes(
    contract: Contract, options: Sequence[Instrument], course: Course, first: int
) -> list[Tick]:
    """The quote of one option of one right for each minute from `first` on, at its close."""
    at = np.arange(first, first + len(options))
    ts_ns = course.first_ns + at * MINUTE + MOMENTS_NS[-1]
    strikes = np.array([option.strike for option in options], dtype=np.float64)
    right = options[0].right or Right.CE
    spots, vix = course.spots[at, -1], course.felt_vix[at + 1]
    made = columns(contract, right, strikes, ts_ns, spots, vix)
    each = zip(options, ts_ns.tolist(), *made, strict=True)
    return [
        Tick(option.key, ts, last, ts, 0, 0, bid, ask, at_bid, at_ask)
        for option, ts, last, bid, ask, at_bid, at_ask in each
    ]


def at_moments(
    contract: Contract, option: Instrument, course: Course, first: int, end: int
) -> Held:
    """The modelled quotes of one option in minutes first..end-1: four each, of their moments."""
    at = np.arange(first, end)
    ts_ns = np.add.outer(course.first_ns + at * MINUTE, np.array(MOMENTS_NS)).ravel()
    vix = np.column_stack([course.felt_vix[at]] * 3 + [course.felt_vix[at + 1]]).ravel()
    strikes = np.full(ts_ns.size, option.strike, dtype=np.float64)
    right = option.right or Right.CE
    spots = course.spots[at].ravel()
    last, bid, ask, at_bid, at_ask = columns(contract, right, strikes, ts_ns, spots, vix)
    return Held(option.key, last, bid, ask, at_bid, at_ask)


def real_moments(contract: Contract, option: Instrument, course: Course, series: Minutes) -> Held:
    """The quotes of one option that has real bars, in every minute of the day."""
    at, right = np.arange(len(course)), option.right or Right.CE
    start_ns = course.first_ns + at * MINUTE
    ts_ns = np.add.outer(start_ns, np.array(MOMENTS_NS))
    vix = np.column_stack([course.felt_vix[at]] * 3 + [course.felt_vix[at + 1]])
    years, clock_years = contract.term.years(ts_ns), contract.term.clock_years(ts_ns)
    prices = np.maximum(course.spots, 1).astype(np.float64)
    call = float(right is Right.CE)
    model, away = fair(prices, float(option.strike), years, clock_years, vix, call)
    premium = real_first(model, course.spots, start_ns, series, right)
    last, bid, ask, at_bid, at_ask = displayed(contract, premium.ravel(), away.ravel())
    return Held(option.key, last, bid, ask, at_bid, at_ask)
