"""rustro: research, replay and trading of Indian index options, native to Jupyter.

One pure engine decides in every mode; `Session` is the only place that touches the world::

    import rustro_kernel as rk
    session = rk.Session(rk.Config.load(**{"sim.speed": 60}))
    result = await session.run()

Public names are imported when they are first used, so that importing the package stays light;
`__init__.pyi` tells type checkers what they are.
"""

from importlib import import_module

_NAMES = {
    "attach": "rustro_kernel.session.attached",
    "Config": "rustro_kernel.config",
    "History": "rustro_kernel.research.history",
    "save_strategy": "rustro_kernel.own_strategies.file",
    "Strategy": "rustro_kernel.strategies",
    "Finding": "rustro_kernel.strategies",
    "Trigger": "rustro_kernel.strategies",
    "TriggerKind": "rustro_kernel.domain.verdicts",
    "Direction": "rustro_kernel.domain.verdicts",
    "Gate": "rustro_kernel.domain.verdicts",
    "RustroError": "rustro_kernel.domain.errors",
    "Section": "rustro_kernel.domain.settings",
    "Session": "rustro_kernel.session.session",
    "SessionResult": "rustro_kernel.session.result",
    "certificate": "rustro_kernel.research.certificate",
    "check_strategy": "rustro_kernel.research.strategy_check",
    "compare": "rustro_kernel.research.compare",
    "backtest": "rustro_kernel.research.backtest",
    "promote": "rustro_kernel.research.promotion",
    "replay": "rustro_kernel.session.recorded",
    "runs": "rustro_kernel.research.catalogue",
    "start_backtest": "rustro_kernel.research.backtest",
    "start_sweep": "rustro_kernel.research.sweep.search",
    "sweep": "rustro_kernel.research.sweep.search",
    "Sweeper": "rustro_kernel.research.sweep.sweeper",
    "WalkForward": "rustro_kernel.research.walk",
    "walk_forward": "rustro_kernel.research.walk_forward",
    "wait": "rustro_kernel.session.waiting",
    "verify": "rustro_kernel.headless.verify",
    "why": "rustro_kernel.records.why",
}

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """A public name, imported on first use."""
    if name not in _NAMES:
        raise AttributeError(f"module 'rustro_kernel' has no attribute {name!r}")
    return getattr(import_module(_NAMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_NAMES])
