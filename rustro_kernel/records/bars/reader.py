"""Reading the store, in the writer's process or another one.

A day is first written to its log, then to a file of closed days, then the log is removed. Reading
the logs first and the files second finds every bar in one of the two at any moment.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

from rustro_kernel.domain.bars import Bar, Timeframe
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.market_time import DAY, ist_date, midnight_ns
from rustro_kernel.records.bars import places
from rustro_kernel.records.bars.block import FRAMES
from rustro_kernel.records.bars.column_files import StoredDay, read_columns, read_days
from rustro_kernel.records.bars.columns import Columns, empty, joined, latest
from rustro_kernel.records.bars.day_view import DayView, Series

VIEWS = 32
"""Logs kept in memory by a reader."""
RECORDED = "recorded"
"""The source of what sessions saw complete."""


class BarReader:
    """What is in a store; a folder that is not there is an empty one.

    Args:
        folder: The store.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._views: dict[dt.date, DayView] = {}

    def series(self) -> list[tuple[InstrumentKey, Timeframe]]:
        """Every instrument and timeframe with bars."""
        logged = {series for date in places.logged_days(self._folder) for series in self._in(date)}
        folders = {path.parent for path in places.all_period_files(self._folder)}
        closed = {(unquote(f.parent.name), FRAMES.index(Timeframe(f.name))) for f in folders}
        return [(InstrumentKey(key), FRAMES[frame]) for key, frame in sorted(logged | closed)]

    def load(
        self,
        key: InstrumentKey,
        timeframe: Timeframe,
        from_ns: int,
        to_ns: int,
        newest: Sequence[Columns] = (),
    ) -> Columns:
        """The bars that start at `from_ns` or later and before `to_ns`, latest versions.

        Args:
            key: The instrument.
            timeframe: Of the bars.
            from_ns: From here on.
            to_ns: Up to here, not included.
            newest: Versions that no file has yet.
        """
        if from_ns >= to_ns:
            return empty()
        first, last = ist_date(from_ns), ist_date(to_ns - 1)
        logged = self._logged(key, timeframe, first, last)
        paths = places.period_files(self._folder, key, timeframe)
        closed = [read_columns(path) for path in paths if _overlaps(path, first, last)]
        return latest(joined([*closed, *logged, *newest])).between(from_ns, to_ns)

    def day(self, key: InstrumentKey, timeframe: Timeframe, date: dt.date) -> Columns:
        """The bars that start on a date in India."""
        return self.load(key, timeframe, midnight_ns(date), midnight_ns(date) + DAY)

    def recent(
        self,
        key: InstrumentKey,
        timeframe: Timeframe,
        n: int = 500,
        newest: Sequence[Columns] = (),
    ) -> list[Bar]:
        """The last n bars, oldest first; `newest` as with `load`."""
        logged = self._logged(key, timeframe, dt.date.min, dt.date.max)
        found = latest(joined([*logged, *newest]))
        for path in reversed(places.period_files(self._folder, key, timeframe)):
            end_ns = midnight_ns(places.period_of(path)[1])
            if len(found) >= n and found.start_ns[-n] >= end_ns:
                break
            found = latest(joined([read_columns(path), found]))
        return found.where(slice(max(0, len(found) - n), None)).bars()

    def days(self, key: InstrumentKey, timeframe: Timeframe) -> dict[dt.date, int]:
        """The dates with bars, and how many."""
        logged = self._logged_dates(key, timeframe)
        stored = self._stored(key, timeframe)
        closed = {date: day.bars for date, day in stored.items() if date not in logged}
        open_ = {date: len(self.day(key, timeframe, date)) for date in logged}
        return dict(sorted((closed | open_).items()))

    def sources(self, key: InstrumentKey, timeframe: Timeframe) -> dict[dt.date, str]:
        """The dates with bars, and where these come from."""
        logged = dict.fromkeys(self._logged_dates(key, timeframe), RECORDED)
        closed = {date: day.source for date, day in self._stored(key, timeframe).items()}
        return dict(sorted((logged | closed).items()))

    def _stored(self, key: InstrumentKey, timeframe: Timeframe) -> dict[dt.date, StoredDay]:
        paths = places.period_files(self._folder, key, timeframe)
        return {
            dt.date.fromisoformat(date): day
            for path in paths
            for date, day in read_days(path).items()
        }

    def _logged_dates(self, key: InstrumentKey, timeframe: Timeframe) -> list[dt.date]:
        wanted = key, FRAMES.index(timeframe)
        return [date for date in places.logged_days(self._folder) if wanted in self._in(date)]

    def _logged(
        self, key: InstrumentKey, timeframe: Timeframe, first: dt.date, last: dt.date
    ) -> list[Columns]:
        """What the logs of some dates hold of a series, every version."""
        frame = FRAMES.index(timeframe)
        dates = [d for d in places.logged_days(self._folder) if first <= d <= last]
        views = [view for date in dates if (view := self._view(date)) is not None]
        return [view.columns(key, frame) for view in views]

    def _in(self, date: dt.date) -> set[Series]:
        view = self._view(date)
        return view.series() if view is not None else set()

    def _view(self, date: dt.date) -> DayView | None:
        """The log of a date as it is now; None if it was removed meanwhile."""
        view = self._views.pop(date, None) or DayView(places.log_path(self._folder, date))
        if not view.refresh():
            return None
        self._views[date] = view  # the one used last stands last
        if len(self._views) > VIEWS:
            del self._views[next(iter(self._views))]
        return view


def _overlaps(path: Path, first: dt.date, last: dt.date) -> bool:
    start, end = places.period_of(path)
    return first < end and start <= last
