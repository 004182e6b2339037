"""What only several keys together can get wrong."""

import datetime as dt

from rustro_kernel.configuration.sections import Sim
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.setting_checks import setting_problems
from rustro_kernel.domain.settings import EngineSettings, Exits, Strategy

AUCTION_REGIME = dt.date(2026, 8, 3)
"""From here on the index stands still in its last hour, so that the stub is no continuous bar."""

Problem = tuple[str, str]


def cross_problems(settings: EngineSettings, mode: str, sim: Sim) -> list[Problem]:
    """Key and problem of everything that does not fit together."""
    found = [
        *setting_problems(settings),
        *_not_built(settings),
        *_exits(settings.exits, mode),
    ]
    return found + (_stub(settings.strategy, sim.date) if mode == "sim" else [])


def refuse_stub(strategy: Strategy, date: dt.date) -> None:
    """Refuse the hourly stub on a date on which it has no meaning.

    Raises:
        BadConfig: If `strategy.hourly_stub` keeps it there.
    """
    for key, problem in _stub(strategy, date):
        raise BadConfig(key, problem)


def _not_built(settings: EngineSettings) -> list[Problem]:
    """What a user must not believe to be on before it exists."""
    words = "this version cannot do that yet"
    asked = {
        "strategy.allow_stocks": settings.strategy.allow_stocks,
    }
    return [
        (key, f"got {settings_value(settings, key)}, {words}") for key, on in asked.items() if on
    ]


def settings_value(settings: EngineSettings, key: str) -> object:
    """The value of a dotted key."""
    section, _, name = key.partition(".")
    return getattr(getattr(settings, section), name)


def _exits(e: Exits, mode: str) -> list[Problem]:
    rests = e.broker_stop == "on" or (e.broker_stop == "live" and mode == "live")
    if not rests or e.broker_stop_pct > e.stop_pct:
        return []
    words = f"got {e.broker_stop_pct}, must be further away than stop_pct = {e.stop_pct}"
    return [("exits.broker_stop_pct", words)]


def _stub(s: Strategy, date: dt.date) -> list[Problem]:
    if s.hourly_stub == "drop" or date < AUCTION_REGIME:
        return []
    words = f"got 'keep', allowed is 'drop' from {AUCTION_REGIME} on, and the day is {date}"
    return [("strategy.hourly_stub", words)]
