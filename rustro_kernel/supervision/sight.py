"""One look at a session: its processes, its control socket, its ledger, the hours of its day."""

import datetime as dt
from pathlib import Path

from rustro_kernel.config import Config
from rustro_kernel.control.client import Client
from rustro_kernel.control.places import socket_path
from rustro_kernel.control.status import Status
from rustro_kernel.domain.errors import DamagedRecord, NoAnswer, NotRunning, RustroError
from rustro_kernel.records.last_record import says_over
from rustro_kernel.records.manifest import read_manifest
from rustro_kernel.session.sessions_book import book_of, last, read_book
from rustro_kernel.supervision.agenda import TradingDay
from rustro_kernel.supervision.clocks import ServeClock
from rustro_kernel.supervision.processes import Child
from rustro_kernel.supervision.watch import Sight, Work

ANSWER_S = 2.0
"""So long one look waits for an answer."""


class Looking:
    """Looks at one session again and again.

    Args:
        cfg: Of the session.
        date: Its date.
        day: Its hours; None: they are not known, and no work is expected.
        clock: The market's time.
    """

    def __init__(
        self, cfg: Config, date: dt.date, day: TradingDay | None, clock: ServeClock
    ) -> None:
        self._cfg, self._date, self._day, self._clock = cfg, date, day, clock
        self._client = Client(socket_path(cfg.state.dir, cfg.account.id), ANSWER_S)
        self.status: Status | None = None
        """The last answer."""

    def look(self, child: Child) -> Sight:
        """What is seen now."""
        child.find_kernel()
        is_stopped = child.is_stopped  # then it does not answer either
        status = None if is_stopped else self._answer(child)
        now_ns, day = self._clock.now_ns(), self._day
        is_open = is_index_open = is_after_close = False
        if now_ns is not None and day is not None:
            is_open, is_index_open = day.is_open(now_ns), day.is_index_open(now_ns)
            is_after_close = now_ns >= day.close_ns
        return Sight(
            at_s=self._clock.monotonic_s(),
            exit_code=child.exit_code(),
            is_kernel_gone=child.is_kernel_gone,
            is_stopped=is_stopped,
            work=_work(status) if status is not None else None,
            is_over=self.is_over,
            is_open=is_open,
            is_index_open=is_index_open,
            is_after_close=is_after_close,
        )

    @property
    def is_over(self) -> bool:
        """Whether the session has written its last record."""
        folder = self.folder
        return folder is not None and says_over(folder)

    @property
    def folder(self) -> Path | None:
        """Where the session is recorded, as far as anybody has said so."""
        if self.status is not None:
            return Path(self.status.folder)
        return last_folder(self._cfg, self._date)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _answer(self, child: Child) -> Status | None:
        """What the session says of itself; what another process says is none."""
        try:
            status = self._client.status()
        except (NoAnswer, NotRunning):
            return None
        if child.kernel is None or child.kernel.pid != status.pid:
            return None
        self.status = status
        return status


def last_folder(cfg: Config, date: dt.date) -> Path | None:
    """Where the account's last session of a date is recorded, if it is one of paper or live.

    None before it is in the book: what an earlier day's records say is nothing about this one.
    """
    try:
        sessions = read_book(book_of(cfg.state.dir, cfg.account.id)).sessions
    except RustroError:
        return None
    found = last(sessions, cfg.mode, date.isoformat())
    return Path(found.folder) if found and found.folder else None


def exit_code_of(cfg: Config, date: dt.date) -> int:
    """What the last session of a date says it ended with; 1 where it has not said so."""
    folder = last_folder(cfg, date)
    try:
        return read_manifest(folder).exit_code if folder is not None else 1
    except (DamagedRecord, OSError):
        return 1


def _work(status: Status) -> Work:
    return Work(status.input, status.ticks, status.bars, status.checks)
