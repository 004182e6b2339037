"""Choosing events by what they say."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.turn import Event

P = TypeVar("P", bound=Payload)


def said(events: Iterable[Event], kind: type[P]) -> list[P]:
    """The payloads of one kind, in order."""
    return [e.data for e in events if isinstance(e.data, kind)]


def stated(events: Iterable[Event], kind: type[P]) -> Iterator[tuple[Event, P]]:
    """The events of one kind with their payload, in order."""
    for event in events:
        if isinstance(event.data, kind):
            yield event, event.data
