"""Recorded days, with the engine of this version."""

from functools import partial
from pathlib import Path

from rustro_kernel.engine.engine import Engine
from rustro_kernel.own_strategies.chosen import stored
from rustro_kernel.records import replay as records
from rustro_kernel.records.replay import ReplayResult
from rustro_kernel.records.run_folder import run_folder
from rustro_kernel.records.stepper import Stepper
from rustro_kernel.records.survey import Survey


def replay(folder: str | Path) -> ReplayResult:
    """Feed a run's inputs again; the result says whether every event is the same byte for byte.

    Args:
        folder: A run folder.

    Raises:
        BadData: If no run was recorded there.
        DamagedRecord: If the records of a finished run cannot be read.
    """
    place = run_folder(Path(folder))
    return records.replay(place, partial(Engine, stored(place)))


def stepper(folder: str | Path) -> Stepper:
    """A run to step through; nothing of it is fed yet.

    Raises:
        BadData: If no run was recorded there.
        BadConfig: If the strategy stored there cannot be run.
    """
    place = run_folder(Path(folder))
    strategies = stored(place)
    fresh = partial(Engine, strategies)
    return Stepper(Survey(place, fresh), fresh, partial(Engine.restore, strategies=strategies))
