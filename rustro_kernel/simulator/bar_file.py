"""A file of 1m bars of one underlying: checked once, then handed out day by day."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from rustro_kernel.bar_files import raw
from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.market_time import DAY, IST_OFFSET, ist_date
from rustro_kernel.simulator.bar_checks import refuse_bad
from rustro_kernel.simulator.minute_bars import Ints, MinuteBars


@dataclass(frozen=True)
class BarFile:
    """All bars of a file. Prices in paise; `days` are the dates that have bars, oldest first."""

    path: Path
    bars: MinuteBars
    days: tuple[dt.date, ...]
    first_rows: Ints  # of each day, and one past the last row
    content: str = ""  # the hash of what is no file

    @classmethod
    def read(cls, path: Path) -> "BarFile":
        """Read a file with columns for time (with its zone), open, high, low and close.

        Raises:
            BadData: If it cannot be used; it says why in one sentence.
        """
        return cls.of(raw.read(path))

    @classmethod
    def of(cls, bars: raw.RawBars, content: str = "") -> "BarFile":
        """The bars of a source; `content` is its hash where it is no file.

        Raises:
            BadData: If they cannot be used.
        """
        refuse_bad(bars)
        columns = np.rint(bars.ohlc.T * 100).astype(np.int64)
        ns = bars.stamps.ns
        return cls(bars.source.path, MinuteBars(ns, *columns), *_days(ns), content)

    @property
    def span(self) -> str:
        """First and last date, in words."""
        return f"{self.days[0]}..{self.days[-1]}"

    @cached_property
    def sha256(self) -> str:
        """The hash of the file's bytes, in hex."""
        if self.content:
            return self.content
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @property
    def identity(self) -> str:
        """Name and hash: what the records say of where the bars came from."""
        return f"{self.path.name} sha256:{self.sha256}"

    def day(self, date: dt.date) -> MinuteBars:
        """The bars of one date.

        Raises:
            BadData: If the file has none.
        """
        if not self.days[0] <= date <= self.days[-1]:
            raise BadData(
                self.path.name,
                f"{date} lies outside the file, which holds {self.span}; "
                "--date (sim.date) chooses another day",
            )
        row = int(np.searchsorted(self._ordinals, date.toordinal()))
        if self.days[row] != date:
            raise BadData(self.path.name, f"has no bars on {date}, although it holds {self.span}")
        return self.bars.where(slice(self.first_rows[row], self.first_rows[row + 1]))

    def days_before(self, date: dt.date) -> tuple[dt.date, ...]:
        """The dates with bars before a date, newest first."""
        row = int(np.searchsorted(self._ordinals, date.toordinal()))
        return self.days[:row][::-1]

    @cached_property
    def _ordinals(self) -> Ints:
        return np.array([day.toordinal() for day in self.days], dtype=np.int64)


def _days(ts_ns: Ints) -> tuple[tuple[dt.date, ...], Ints]:
    """The dates with bars and the rows where each begins, one past the last row at the end."""
    numbers = (ts_ns + IST_OFFSET) // DAY
    first_rows = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
    days = tuple(ist_date(int(ts)) for ts in ts_ns[first_rows])
    return days, np.append(first_rows, len(ts_ns))
