"""Recorded days, with the engine of this version."""

from functools import partial
from pathlib import Path

from rustro_kernel.engine.engine import Engine
from rustro_kernel.own_strategies.chosen import stored
from rustro_kernel.records import replay as records
from rustro_kernel.records.replay import ReplayResult


def replay(folder: str | Path) -> ReplayResult:
    """Feed a run's inputs again; the result says whether every event is the same byte for byte.

    Raises:
        DamagedRecord: If the records of a finished run cannot be read.
    """
    return records.replay(Path(folder), partial(Engine, stored(Path(folder))))
