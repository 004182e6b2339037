"""A run's completed bars on their way into the store all runs share.

What goes wrong here never stops a run: its ledger has every bar. While the disk refuses, bars
wait in memory.
"""

import datetime as dt
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import RustroError
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.past_day import Traded, marked
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.bars.stated import StatedBar, bar_of, standing
from rustro_kernel.records.bars.store import BarStore
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.lines import until_damage

log = logging.getLogger(__name__)


class Upkeep(NamedTuple):
    """What is done to the store when a run ends: `store.compact_after_days`, `store.keep_days`."""

    today: dt.date
    compact_after_days: int = 7
    keep_days: int | None = None


class RunBars:
    """Appends what a run states to the store; used by the thread that owns the records.

    Args:
        store: Belongs to this object from now on.
        upkeep: Done when the run ends.
        hours: Of the day: stubs and bars of special days are marked as an import marks them.
        synthetic: Whether bars with made-up prices are stored as well.

    Attributes:
        stored: Bars that were new to the store.
        refused: Bars that contradict what is stored.
        trouble: Why the disk refuses at present; empty if it does not.
    """

    def __init__(
        self, store: BarStore, upkeep: Upkeep, hours: Traded, *, synthetic: bool = False
    ) -> None:
        self._store, self._upkeep = store, upkeep
        self._hours, self._synthetic = hours, synthetic
        self.stored = self.refused = 0
        self.trouble = ""
        self._told = 0

    def catch_up(self, run: Path) -> None:
        """Store what a run's ledger states: a crash may have come between the two."""
        self.see(until_damage(read_events(run)))

    def see(self, events: Iterable[Event]) -> None:
        """Store the bars among some events; on disk when it returns, unless the disk refuses."""
        bars = standing(events)
        for bar in bars:
            if self._synthetic or not bar.synthetic:
                self._take(bar)
        if bars or self.trouble:
            self._sync()

    def figures(self) -> dict[str, int]:
        """Counts for the health log."""
        damage = len(self._store.damage)
        return {"bars_stored": self.stored, "bars_refused": self.refused, "bars_damage": damage}

    def close(self) -> None:
        """Fold what is old enough, remove what is too old, and give the store back."""
        today, after_days, keep_days = self._upkeep
        try:
            self._store.compact(today, after_days)
            self._store.prune(today, keep_days)
        except (OSError, RustroError):
            log.exception("the bar store could not be put in order")
        finally:
            self._let_go()

    def _take(self, ready: StatedBar) -> None:
        key, frame = InstrumentKey(ready.instrument), Timeframe(ready.timeframe)
        bar = marked(bar_of(ready), frame, self._hours)
        try:
            self.stored += self._store.append(key, frame, bar, synthetic=ready.synthetic)
        except (OSError, RustroError) as exc:
            self.refused += 1
            log.warning("a bar was not stored: %s", exc)

    def _sync(self) -> None:
        try:
            self._store.sync()
        except OSError as exc:
            if not self.trouble:
                log.exception("the bar store cannot be written; bars wait in memory")
            self.trouble = str(exc)
            return
        self.trouble = ""
        for lost in self._store.damage[self._told :]:
            log.warning(
                "%d bytes of %s were no bars; kept as %s", lost.size, lost.file, lost.kept_as
            )
        self._told = len(self._store.damage)

    def _let_go(self) -> None:
        try:
            self._store.close()
        except OSError:
            log.exception("bars were not stored")
