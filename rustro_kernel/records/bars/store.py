"""The writer of the bar store."""

import datetime as dt
from pathlib import Path

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.records.bars.columns import Columns
from rustro_kernel.records.bars.merging import Mode, Written


class BarStore:
    """Keeps every completed bar; one process at a time.

    Args:
        folder: The store: `<state.dir>/bars`; made if missing.
        hot: Bars of a series kept in memory.

    Raises:
        AlreadyRunning: If another process writes to the store.
    """

    def __init__(self, folder: Path, hot: int = 500) -> None:
        raise NotImplementedError

    def append(
        self,
        key: InstrumentKey,
        timeframe: Timeframe,
        bar: Bar,
        *,
        corrected: bool = False,
        synthetic: bool = False,
    ) -> bool:
        """Take a completed bar; False if it is stored already. Raises BadData if another one is."""
        raise NotImplementedError

    def write_days(
        self,
        key: InstrumentKey,
        timeframe: Timeframe,
        columns: Columns,
        source: str,
        *,
        mode: Mode = "fill",
    ) -> Written:
        """Put closed days into the store at once, each file written once; durable on return.

        `columns` may span any number of days; each start once, oldest first. `source` says where
        they come from, for each of their days.
        """
        raise NotImplementedError

    def load(
        self, key: InstrumentKey, timeframe: Timeframe, from_ns: int, to_ns: int
    ) -> Columns:
        """The bars that start at `from_ns` or later and before `to_ns`, latest versions."""
        raise NotImplementedError

    def days(self, key: InstrumentKey, timeframe: Timeframe) -> dict[dt.date, int]:
        """The dates with bars, and how many."""
        raise NotImplementedError

    def close(self) -> None:
        """Sync and give the lock back."""
        raise NotImplementedError
