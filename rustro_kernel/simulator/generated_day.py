"""A scene out of nothing but a seed."""

import datetime as dt

import numpy as np

from rustro_kernel.simulator.day_hours import DayHours
from rustro_kernel.simulator.index_path import PRINT_AFTER, IndexPath, print_second
from rustro_kernel.simulator.minute_bars import Floats, Mask, MinuteBars, inside
from rustro_kernel.simulator.past import earlier_days, invented_past
from rustro_kernel.simulator.regimes import REGIMES, Regime, regime_name
from rustro_kernel.simulator.scene import Calendar, PastDay, Scene, trading_days_ahead
from rustro_kernel.simulator.seeding import Purpose, generator
from rustro_kernel.simulator.spot import felt_spot
from rustro_kernel.simulator.vix import VixCourse, realised_level
from rustro_kernel.simulator.walk import STEPS, course, minute_bars

LEVEL_RUPEES = {
    "NIFTY": 20_000,
    "BANKNIFTY": 45_000,
    "FINNIFTY": 20_000,
    "MIDCPNIFTY": 10_000,
    "NIFTYNXT50": 60_000,
    "SENSEX": 70_000,
}
"""Where the index closed on the eve of a generated day; 20 000 if not listed."""
SHOCK_BETWEEN = (0.2, 0.6)
"""Part of the day in which a shock begins."""
SHOCK_MINUTES = 15
SYNTHETIC = (
    "index generated",
    "history generated",
    "option chain priced by Black-76",
    "future basis and volume",
    "VIX from realised volatility",
)


def generated_day(
    date: dt.date, calendar: Calendar, underlying: str, seed: int, regime: str
) -> Scene:
    """The scene of a generated day; the rules' errors pass through.

    Raises:
        BadConfig: If there is no such regime.
    """
    name = regime_name(regime, seed, date)
    rules = calendar.day(date, (underlying,))
    hours, kind = DayHours.of(rules), REGIMES[name]
    days = list(earlier_days(calendar, date, underlying))
    past = invented_past(days, seed, kind, LEVEL_RUPEES.get(underlying, 20_000) * 100)
    previous_close = _previous_close(past, underlying)
    bars, shock_s = _today(hours, kind, previous_close, generator(seed, date, Purpose.DAY))
    shown = inside(bars.start_ns, hours.index) & ~inside(bars.start_ns, hours.stuck)
    path = _path(bars, shown, hours, (date, seed))
    vix = VixCourse(realised_level(past), shock_s=shock_s, shock=kind.shock_vix)
    hidden = generator(seed, date, Purpose.HIDDEN)
    spot = felt_spot(hours.seconds, path.ns, path.paise, vix.level / 100, hidden)
    return Scene(
        date=date,
        seed=seed,
        rules=rules,
        hours=hours,
        bars=bars.where(shown),
        index=path,
        spot=spot,
        vix=vix.along(spot, previous_close, generator(seed, date, Purpose.VIX)),
        previous_close=previous_close,
        past=past,
        ahead=trading_days_ahead(calendar, rules),
        identity=f"generated:{name} seed {seed}",
        synthetic=SYNTHETIC,
    )


def _previous_close(past: tuple[PastDay, ...], underlying: str) -> int:
    return int(past[-1].bars.close[-1]) if past else LEVEL_RUPEES.get(underlying, 20_000) * 100


def _today(
    hours: DayHours, kind: Regime, previous_close: int, rng: np.random.Generator
) -> tuple[MinuteBars, int]:
    """Bars of every minute in which anything trades, and the second a shock begins, or -1."""
    minutes = hours.minutes
    gap = kind.gap * (1 if rng.random() < 0.5 else -1) + 0.001 * float(rng.standard_normal())
    relative = course(len(minutes), kind.drift, kind.pull, kind.volatility, rng)
    at = int(rng.uniform(*SHOCK_BETWEEN) * len(minutes))
    prices = previous_close * np.exp(gap) * relative * _fall(len(relative), at, kind.shock)
    return minute_bars(minutes, prices), at * 60 if kind.shock_vix else -1


def _fall(n: int, minute: int, shock: float) -> Floats:
    """1, and from the minute on, within a quarter of an hour, e^shock."""
    passed = (np.arange(n) / STEPS - minute) / SHOCK_MINUTES
    fall: Floats = np.exp(shock * np.clip(passed, 0.0, 1.0))
    return fall


def _path(bars: MinuteBars, shown: Mask, hours: DayHours, key: tuple[dt.date, int]) -> IndexPath:
    """The day's seconds; published are the minutes shown and the auction's one print."""
    date, seed = key
    path = IndexPath.inside(bars, shown, generator(seed, date, Purpose.BRIDGE))
    for auction in hours.auction:
        rng = generator(seed, date, Purpose.AUCTION)
        path = path.publishing(print_second(auction.open_ns + PRINT_AFTER, rng))
    return path
