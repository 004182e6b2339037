"""rustro's panels and charts for Jupyter.

    from rustro_widgets import Cockpit      # live, on a session
    from rustro_widgets import ReplayDesk   # a run folder, step by step
    from rustro_widgets import Tuner        # sliders over a backtest
    from rustro_widgets import charts       # static, of a run folder

Names are imported when they are first used, so that importing the package stays light.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rustro_widgets import charts
    from rustro_widgets.cockpit import Cockpit
    from rustro_widgets.replay_desk import ReplayDesk
    from rustro_widgets.tuner import Tuner

__all__ = ["Cockpit", "ReplayDesk", "Tuner", "charts"]


def __getattr__(name: str) -> object:
    """A public name, imported on first use."""
    if name == "Cockpit":
        return import_module("rustro_widgets.cockpit").Cockpit
    if name == "ReplayDesk":
        return import_module("rustro_widgets.replay_desk").ReplayDesk
    if name == "Tuner":
        return import_module("rustro_widgets.tuner").Tuner
    if name == "charts":
        return import_module("rustro_widgets.charts")
    raise AttributeError(f"module 'rustro_widgets' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
