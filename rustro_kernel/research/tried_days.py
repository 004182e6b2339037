"""Which market days tries were made on, written once for all tries of the same days.

A file with one more day, or a slice of it, has other bytes and the same market. A day is known by
its date and a fingerprint (of bars the sum of closes), so a try is found again from any data that
hold one of its days, and is not from other prices of the same dates.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from rustro_kernel.records.files import write_whole

FOLDER = "days"
_decoder = msgspec.json.Decoder(dict[dt.date, int])


class TriedDays:
    """The days of many tries beside the days of some data.

    Args:
        folder: The trial books' folder.
        prints: A fingerprint of each of the data's days, by date.
    """

    def __init__(self, folder: Path, prints: Mapping[dt.date, int]) -> None:
        self._folder, self._prints = folder / FOLDER, prints
        self._shares: dict[str, bool] = {}

    def keep(self, dates: Iterable[dt.date]) -> str:
        """Write days of the data down, if they are not yet; the key a try keeps.

        Raises:
            OSError: The folder takes nothing.
        """
        content = msgspec.json.encode({date: self._prints[date] for date in dates})
        key = hashlib.sha256(content).hexdigest()[:16]
        if not (path := self._path(key)).is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, content)
        return key

    def share(self, key: str) -> bool:
        """Whether the data hold one of the days kept under a key, with the same prices.

        Days that cannot be read count: a try too many is the honest fault.
        """
        if key not in self._shares:
            try:
                kept = _decoder.decode(self._path(key).read_bytes())
            except (OSError, msgspec.DecodeError):
                return True
            self._shares[key] = any(self._prints.get(date) == one for date, one in kept.items())
        return self._shares[key]

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"


def _write(path: Path, content: bytes) -> None:
    """Write a file that others may write at the same time: it has one content."""
    try:
        write_whole(path, content)
    except FileNotFoundError:  # the other one took the fresh file to its place
        if not path.is_file():
            raise
