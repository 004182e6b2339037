"""events.jsonl: the facts, one line each, hash-chained."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from rustro_kernel.domain.errors import DamagedRecord, SessionFailed
from rustro_kernel.engine.events import REGISTRY
from rustro_kernel.engine.turn import Event
from rustro_kernel.records import layout
from rustro_kernel.records.chain import START, Chain
from rustro_kernel.records.files import AppendFile, BufferedFile
from rustro_kernel.records.lines import whole_lines


class LedgerEnd(msgspec.Struct, frozen=True):
    """Where a ledger stands: its last line's seq, input and hash."""

    seq: int = 0
    input: int = 0
    hash: str = START


NO_EVENTS = LedgerEnd()


class Ledger:
    """Appends events; nothing reaches the file before `flush`."""

    def __init__(self, file: AppendFile, end: LedgerEnd = NO_EVENTS) -> None:
        self._file = BufferedFile(file)
        self._chain = Chain(end.hash)
        self.seq, self.input = end.seq, end.input

    @property
    def hash(self) -> str:
        """The last line's hash."""
        return self._chain.last

    def append(self, event: Event) -> None:
        """Queue the next event.

        Raises:
            SessionFailed: If it is not the next one.
        """
        if event.seq != self.seq + 1 or event.input < self.input:
            raise SessionFailed(
                f"event {event.seq} of input {event.input} cannot follow "
                f"event {self.seq} of input {self.input} in the ledger"
            )
        self._file.add(self._chain.line(event) + b"\n")
        self.seq, self.input = event.seq, event.input

    def flush(self) -> None:
        """Write what is queued."""
        self._file.flush()

    def sync(self) -> None:
        """Wait until what was flushed is on disk."""
        self._file.sync()

    def close(self) -> None:
        """Flush and close."""
        self._file.close()


class Slim(msgspec.Struct, frozen=True, gc=False):
    """A ledger line without what it says, for readers in a hurry."""

    seq: int
    input: int
    ts: int
    type: str


class Untyped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event whose payload is not read yet."""

    seq: int
    input: int
    ts: int
    type: str
    cause: int | None
    key: str | None
    data: msgspec.Raw


class _Stored(Untyped, frozen=True, forbid_unknown_fields=True):
    hash: str


decode_slim = msgspec.json.Decoder(Slim).decode
_stored = msgspec.json.Decoder(_Stored)
_payloads = {name: msgspec.json.Decoder(cls) for name, cls in REGISTRY.items()}


def decode_event(line: bytes) -> Event:
    """The typed event of a ledger line.

    Raises:
        ValueError: If it is none; msgspec's errors are ValueErrors.
    """
    return typed(_stored.decode(line))


def typed(raw: Untyped) -> Event:
    """The event with its payload.

    Raises:
        ValueError: If there is no such event, or it says something else.
    """
    if raw.type not in _payloads:
        raise ValueError(f"no event is called {raw.type!r}")
    data = _payloads[raw.type].decode(raw.data)
    return Event(raw.seq, raw.input, raw.ts, raw.type, raw.cause, raw.key, data)


def ledger_lines(folder: Path) -> Iterator[bytes]:
    """The stored lines of a run, unread."""
    return whole_lines(folder / layout.EVENTS, layout.EVENTS)


def read_events(folder: Path) -> Iterator[Event]:
    """The events of a run, typed.

    Raises:
        DamagedRecord: At the first line that is no event.
    """
    for number, line in enumerate(ledger_lines(folder), 1):
        try:
            yield decode_event(line)
        except ValueError as exc:
            raise DamagedRecord(layout.EVENTS, number, str(exc)) from exc


def read_slim(folder: Path) -> Iterator[Slim]:
    """Number, input, time and type of each event of a run.

    Raises:
        DamagedRecord: At the first line that is no event.
    """
    for number, line in enumerate(ledger_lines(folder), 1):
        try:
            yield decode_slim(line)
        except ValueError as exc:
            raise DamagedRecord(layout.EVENTS, number, str(exc)) from exc
