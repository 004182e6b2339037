"""Reading JSON Lines files whose end may be torn."""

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from rustro_kernel.domain.errors import DamagedRecord

T = TypeVar("T")


def whole_lines(path: Path, name: str) -> Iterator[bytes]:
    """The lines of a file without their newline; none if there is no file.

    Raises:
        DamagedRecord: At the end, if the last line was never finished. `name` is what it says.
    """
    if not path.is_file():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                raise DamagedRecord(name, number, f"torn after {len(line)} bytes")
            yield line[:-1]


def until_damage(records: Iterator[T]) -> Iterator[T]:
    """The records before the first damaged one."""
    with suppress(DamagedRecord):
        yield from records


def last_of(records: Iterator[T]) -> T | None:
    """The last record, if there is any."""
    kept = deque(records, maxlen=1)
    return kept[0] if kept else None
