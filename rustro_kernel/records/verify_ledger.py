"""Checking events.jsonl line by line."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from rustro_kernel.domain.errors import DamagedRecord
from rustro_kernel.engine.turn import Event
from rustro_kernel.records import layout
from rustro_kernel.records.chain import Chain
from rustro_kernel.records.ledger import decode_event, ledger_lines


class Finding(msgspec.Struct, frozen=True):
    """Something wrong: in which file, at which record if that is known, and what."""

    file: str
    record: int | None
    problem: str

    def __str__(self) -> str:
        place = self.file if self.record is None else f"{self.file}, record {self.record}"
        return f"{place}: {self.problem}"


def check_ledger(folder: Path, last_input: int) -> Iterator[Finding]:
    """The first line that is wrong; after it the chain proves nothing more."""
    chain, number = Chain(), 0
    before: Event | None = None
    try:
        for number, line in enumerate(ledger_lines(folder), 1):
            try:
                before = _checked(chain, line, before, last_input)
            except ValueError as exc:
                yield Finding(layout.EVENTS, number, str(exc))
                return
    except DamagedRecord as exc:
        yield Finding(exc.file, exc.record, exc.problem)
        return
    if number == 0:
        yield Finding(layout.EVENTS, None, "missing or empty")


def _checked(chain: Chain, line: bytes, before: Event | None, last_input: int) -> Event:
    """The event of a line; a ValueError says what is wrong with it."""
    problem = chain.check(line)
    if problem is None:
        event = decode_event(line)
        problem = _misplaced(event, before, last_input)
        if problem is None:
            return event
    raise ValueError(problem)


def _misplaced(event: Event, before: Event | None, last_input: int) -> str | None:
    """What is wrong with an event at its place."""
    seq, given, ts = (before.seq, before.input, before.ts) if before else (0, 1, 0)
    if event.seq != seq + 1:
        return f"its seq is {event.seq}, after {seq}"
    if event.ts < ts:
        return f"its time {event.ts} is before {ts}"
    if not given <= event.input <= last_input:
        return f"its input {event.input} is not among {given}..{last_input}"
    if event.cause is not None and not 1 <= event.cause < event.seq:
        return f"its cause {event.cause} is no earlier event"
    return None
