"""What a session answers to those who ask over its control socket."""

import os
import shutil
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from itertools import islice
from pathlib import Path
from typing import Protocol

import msgspec

from rustro_kernel.control.messages import PAGE, Page, Reply
from rustro_kernel.control.status import Status
from rustro_kernel.domain.bars import Bar
from rustro_kernel.engine.asked import Chain, Preview, Setting
from rustro_kernel.engine.inputs import Command
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import View
from rustro_kernel.session.load import Load
from rustro_kernel.session.memory import rss_bytes
from rustro_kernel.session.plans import Plan
from rustro_kernel.session.run import Run

SHARED = tuple(set(Status.__struct_fields__) & set(View.__struct_fields__) - {"session_id"})
"""What a status says of the engine, as the view says it."""


class Asked(Protocol):
    """What the desk needs of a session. From any thread."""

    view: View
    events: deque[Event]

    @property
    def discarded(self) -> Mapping[str, int]:
        """Packets that never became ticks, by quality rule."""

    @property
    def dropped(self) -> int:
        """Events that subscribers have missed."""

    def why(self, at: str | None = None) -> str:
        """Why there was or was not a trade."""

    def take(self, command: Command) -> "Future[Reply]":
        """Have a command taken in."""

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What may be changed now."""

    def chain(self, name: str = "") -> Chain:
        """The option chain of an underlying."""

    def earlier_bars(self, name: str, timeframe: str) -> tuple[Bar, ...]:
        """The bars before today."""

    def preview(self, key: str, value: object) -> "Future[Preview]":
        """What a setting would have done to the day so far."""


class SessionDesk:
    """Implements `control.answering.Desk`.

    Args:
        session: Is asked.
        plan: The day.
        run: Its folder.
        load: Of the driver.
    """

    def __init__(self, session: Asked, plan: Plan, run: Run, load: Callable[[], Load]) -> None:
        self._session, self._load = session, load
        self._started_ns = run.started_ns
        self._counts: Counter[str] = Counter()
        self._folder = run.folder.absolute()
        self._about: dict[str, object] = {
            "session_id": plan.session_id,
            "account": plan.cfg.account.id,
            "pid": os.getpid(),
            "folder": str(self._folder),
            "started_ns": run.started_ns,
        }
        self._date = plan.rules.date

    def see(self, events: Sequence[Event]) -> None:
        """Count a turn's events."""
        self._counts.update(event.type for event in events)

    def status(self) -> Status:
        """The session at this moment, from what lies ready: no engine is asked."""
        view, session = self._session.view, self._session
        facts = {name: getattr(view, name) for name in SHARED} | self._about
        facts |= msgspec.structs.asdict(self._load())
        facts["date"] = view.date or self._date
        return Status(
            **facts,
            wall_ns=time.time_ns(),
            bars=self._counts["BarReady"],
            checks=self._counts["EntryEvaluated"],
            discarded=dict(session.discarded),
            dropped=session.dropped,
            rss_bytes=rss_bytes(),
            disk_free_bytes=_free_bytes(self._folder),
        )

    def view(self) -> View:
        """The frozen picture."""
        return self._session.view

    def page(self, after_seq: int) -> Page:
        """The events after one, of those the session keeps in memory."""
        found = _after(self._session.events, after_seq)
        page = found[:PAGE]
        id_ = str(self._about["session_id"])
        return Page(id_, self._started_ns, page, is_whole=len(page) == len(found))

    def why(self, at: str | None) -> str:
        """Why there was or was not a trade; takes a while."""
        return self._session.why(at)

    def take(self, command: Command) -> "Future[Reply]":
        """Have a command taken in; one id is one command."""
        return self._session.take(command)

    def chain(self, name: str) -> Chain:
        """The option chain of an underlying; takes some milliseconds."""
        return self._session.chain(name)

    def earlier_bars(self, name: str, timeframe: str) -> tuple[Bar, ...]:
        """The bars before today."""
        return self._session.earlier_bars(name, timeframe)

    def settings(self) -> tuple[Setting, ...]:
        """What may be changed now."""
        return self._session.settings

    def preview(self, key: str, value: str) -> "Future[Preview]":
        """What a setting would have done to the day so far."""
        return self._session.preview(key, value)


def _after(kept: deque[Event], seq: int) -> tuple[Event, ...]:
    """A page and one event more, if there are so many. The numbers have no holes."""
    events = kept.copy()
    if not events or events[-1].seq <= seq:
        return ()
    first = max(0, seq + 1 - events[0].seq)
    return tuple(islice(events, first, first + PAGE + 1))


def _free_bytes(folder: Path) -> int:
    """Room on the disk of the records; 0 where it cannot be told."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
