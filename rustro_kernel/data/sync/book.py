"""When which day was read from the broker, on disk: a later sync goes on from here."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import msgspec

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.records.files import write_whole


class DayRead(msgspec.Struct, frozen=True):
    """One day of one instrument: when the broker answered, and with how many bars."""

    at_ns: int
    bars: int


DaysRead = dict[dt.date, DayRead]


class Book:
    """One small file an instrument. The store is written first: a day in here is in there.

    Args:
        folder: Made when something is first noted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def days(self, key: InstrumentKey) -> DaysRead:
        """What was read of an instrument.

        Raises:
            DamagedRecord: If the file cannot be read.
        """
        path = self._path(key)
        if not path.exists():
            return {}
        try:
            return msgspec.json.decode(path.read_bytes(), type=DaysRead)
        except msgspec.MsgspecError as exc:
            raise DamagedRecord(str(path), 0, str(exc)) from exc

    def note(self, key: InstrumentKey, days: Mapping[dt.date, DayRead]) -> None:
        """Add days, durably; what was noted of them before is replaced."""
        found = dict(sorted((self.days(key) | dict(days)).items()))
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._path(key), msgspec.json.encode(found))

    def _path(self, key: InstrumentKey) -> Path:
        return self._folder / f"{quote(key, safe='')}.json"
