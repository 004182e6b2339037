"""The registry of events: each public name, who emits it and who reacts.

Names are public vocabulary; an event is declared here when, and only when, something emits it.
"""

import inspect
from types import ModuleType

from rustro_kernel.engine.events import (
    kill,
    market,
    orders,
    positions,
    risk,
    startup,
    strategy,
    system,
    tokens,
)
from rustro_kernel.engine.events.payload import Payload


def _declared(module: ModuleType) -> dict[str, type[Payload]]:
    """The payload classes a module defines, in the order it defines them."""
    return {
        name: cls
        for name, cls in vars(module).items()
        if inspect.isclass(cls) and issubclass(cls, Payload) and cls.__module__ == module.__name__
    }


GROUPS: dict[str, dict[str, type[Payload]]] = {
    "Start-up and day": _declared(startup),
    "Tokens": _declared(tokens),
    "Market data": _declared(market),
    "Strategy": _declared(strategy),
    "Orders": {k: v for k, v in _declared(orders).items() if k != "Check"},
    "Positions": _declared(positions),
    "Risk": _declared(risk),
    "Kill": _declared(kill),
    "Time, operator, system": _declared(system),
}

REGISTRY: dict[str, type[Payload]] = {n: c for group in GROUPS.values() for n, c in group.items()}
"""Every event's payload class by its public name."""
