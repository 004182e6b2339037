"""health.jsonl: wall times, lags, durations. Not hashed, not replayed, never decided upon."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from rustro_kernel.records import layout
from rustro_kernel.records.files import BufferedFile, DiskFile, OpenFile
from rustro_kernel.records.lines import until_damage, whole_lines

Reading = int | float | str


class HealthNote(msgspec.Struct, frozen=True):
    """One observation at a wall time; the names in `values` end in their unit."""

    ts_ns: int
    kind: str
    values: dict[str, Reading] = {}


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(HealthNote)


class HealthLog:
    """Appends observations; used by one thread."""

    def __init__(self, folder: Path, *, open_file: OpenFile = DiskFile) -> None:
        layout.prepare(folder)
        self._file = BufferedFile(open_file(folder / layout.HEALTH))

    def note(self, ts_ns: int, kind: str, **values: Reading) -> None:
        """Queue an observation."""
        self._file.add(_encoder.encode(HealthNote(ts_ns, kind, values)) + b"\n")

    def flush(self) -> None:
        """Write what is queued."""
        self._file.flush()

    def close(self) -> None:
        """Flush and close."""
        self._file.close()


def read_health(folder: Path) -> Iterator[HealthNote]:
    """The observations of a run; what cannot be read is left out."""
    for line in until_damage(whole_lines(folder / layout.HEALTH, layout.HEALTH)):
        try:
            yield _decoder.decode(line)
        except ValueError:
            continue
