"""Questions about the hours in force. All times ns since the epoch."""

from rustro_kernel.domain.instruments import Kind
from rustro_kernel.domain.market_time import clock_ns, ist_date, midnight_ns
from rustro_kernel.domain.rules import DayKind, DayRules, Leg
from rustro_kernel.domain.settings import Hours as HourSettings
from rustro_kernel.engine.state import Hours


def day_hours(rules: DayRules, settings: HourSettings) -> Hours:
    """The hours of a day as they are planned, with the operator's clock times put on them."""
    midnight = midnight_ns(ist_date(rules.derivative_legs[0].open_ns))
    start, end = settings.entry_window
    if rules.kind is DayKind.MUHURAT:  # no entries, whatever hour the exchange has chosen
        end = start
    eod, expiry_eod = rules.eod_exit_ns, rules.eod_exit_expiry_ns
    if rules.kind is DayKind.ORDINARY:  # clock times mean nothing on a Muhurat evening
        expiry_eod = midnight + clock_ns(settings.eod_exit_expiry_day)
        if settings.eod_exit is not None:
            eod = midnight + clock_ns(settings.eod_exit)
    return Hours(
        index_legs=_pairs(rules.index_legs),
        derivative_legs=_pairs(rules.derivative_legs),
        window=(midnight + clock_ns(start), midnight + clock_ns(end)),
        daily_ns=midnight + clock_ns(settings.daily_analysis),
        eod_ns=eod,
        eod_expiry_ns=expiry_eod,
    )


def _pairs(legs: tuple[Leg, ...]) -> list[list[int]]:
    return [[leg.open_ns, leg.close_ns] for leg in legs]


def open_ns(hours: Hours) -> int:
    """When derivatives first trade today."""
    return hours.derivative_legs[0][0]


def close_ns(hours: Hours) -> int:
    """When derivatives stop for the day."""
    return hours.derivative_legs[-1][1]


def legs_of(hours: Hours, kind: Kind) -> list[list[int]]:
    """The continuous hours of an instrument; the VIX follows its options."""
    return hours.index_legs if kind is Kind.INDEX else hours.derivative_legs


def within(legs: list[list[int]], ts: int) -> bool:
    """Whether a moment lies inside one of the legs."""
    return any(start <= ts < end for start, end in legs)


def begun_ns(hours: Hours, legs: list[list[int]], ts: int) -> int:
    """When the trading of a moment began: at the open of its leg, or as the last halt ended."""
    opened = max((start for start, _ in legs if start <= ts), default=0)
    return max(opened, hours.resumed_ns)


def is_tradable(hours: Hours, ts: int) -> bool:
    """Whether derivatives trade now."""
    return not hours.is_halted and within(hours.derivative_legs, ts)


def extend(hours: Hours, from_ns: int, close: int) -> None:
    """Add the stretch that a notice announced."""
    for legs in (hours.index_legs, hours.derivative_legs):
        legs[-1][1] = min(legs[-1][1], from_ns)
        legs.append([from_ns, close])
