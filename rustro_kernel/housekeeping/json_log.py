"""Structured logs: what is logged becomes JSON lines, written by a thread of its own.

Whoever logs never waits for the disk. While that is full or slow, lines wait in memory up to a
bound; what does not fit, and what the disk refused, is counted and stated by the next line.
"""

import datetime as dt
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping, MutableMapping
from copy import copy
from threading import Event as Signal, Thread
from typing import Any

import msgspec
import structlog
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_logger_name

from rustro_kernel.domain.market_time import IST
from rustro_kernel.housekeeping.log_file import LogFile

CAPACITY = 10_000
EventDict = MutableMapping[str, Any]


class JsonLog(logging.Handler):
    """A handler for loggers, and `line` for what was never logged.

    Args:
        file: Belongs to the writing thread from now on.
        fields: Part of every line, such as the session.
        hide: Takes secrets out of a text.
        level: What is below it is not written.

    Attributes:
        lost: Lines that are not in the log: the queue was full, or the disk refused.
    """

    def __init__(
        self,
        file: LogFile,
        fields: Mapping[str, str],
        hide: Callable[[str], str] = str,
        level: int = logging.INFO,
    ) -> None:
        super().__init__(level)
        self.lost = 0
        self._file, self._hide = file, hide
        self._untold = 0
        self._shape = _formatter(fields, hide)
        self._queue: deque[logging.LogRecord] = deque()
        self._wake = Signal()
        self._is_closing = False
        self._thread = Thread(target=self._run, name="rustro-log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """From any thread: the arguments are put in here, as they are now."""
        _as_without_us(record)
        if self._is_closing:
            return
        kept = copy(record)
        kept.msg, kept.args = record.getMessage(), None
        kept.__dict__.pop("message", None)  # left by another handler; it would be a second text
        self._put(kept)

    def line(self, text: str, **fields: object) -> None:
        """Write a line that no logger made. From any thread."""
        record = logging.makeLogRecord(
            {"name": "rustro", "levelno": logging.INFO, "levelname": "INFO", "msg": text, **fields}
        )
        if record.levelno >= self.level and not self._is_closing:
            self._put(record)

    def close(self, timeout_s: float = 2.0) -> None:
        """Write what waits, at most so long. Never on a loop."""
        self._is_closing = True
        self._wake.set()
        self._thread.join(timeout_s)
        super().close()

    def _put(self, record: logging.LogRecord) -> None:
        if len(self._queue) >= CAPACITY:
            self._lose()
        else:
            self._queue.append(record)
            self._wake.set()

    def _run(self) -> None:
        while not (self._is_closing and not self._queue):
            self._wake.wait()
            self._wake.clear()
            while self._queue:
                self._write(self._queue.popleft())
        self._tell_lost(time.time())
        self._file.close()

    def _write(self, record: logging.LogRecord) -> None:
        self._tell_lost(record.created)
        if not self._append(record):
            self._lose()

    def _tell_lost(self, created_s: float) -> None:
        count = self._untold
        text = f"{count} lines before this one are lost"
        facts = {"name": __name__, "levelno": 30, "levelname": "WARNING", "msg": text}
        if count and self._append(logging.makeLogRecord({**facts, "created": created_s})):
            self._untold -= count

    def _append(self, record: logging.LogRecord) -> bool:
        try:
            self._file.write(self._shape.format(record).encode(), int(record.created * 1e9))
        except Exception:  # noqa: BLE001 - a log that cannot be written has nowhere to say so
            return False
        return True

    def _lose(self) -> None:
        self.lost += 1
        self._untold += 1


def _formatter(fields: Mapping[str, str], hide: Callable[[str], str]) -> ProcessorFormatter:
    def stamped(_logger: object, _name: str, event: EventDict) -> EventDict:
        record: logging.LogRecord = event["_record"]
        at = dt.datetime.fromtimestamp(record.created, IST).isoformat(timespec="milliseconds")
        return {"ts": at, "level": record.levelname.lower(), **event, **fields}

    def hidden(_logger: object, _name: str, event: EventDict) -> EventDict:
        return {key: _without_secrets(value, hide) for key, value in event.items()}

    return ProcessorFormatter(
        foreign_pre_chain=[add_logger_name, ExtraAdder()],
        processors=[
            stamped,
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hidden,
            structlog.processors.JSONRenderer(serializer=_json),
        ],
    )


def _without_secrets(value: object, hide: Callable[[str], str]) -> object:
    return value if isinstance(value, bool | int | float | None) else hide(str(value))


def _json(event: object, **_: object) -> str:
    return msgspec.json.encode(event).decode()


def _as_without_us(record: logging.LogRecord) -> None:
    """Where nobody set up logging, Python prints warnings; that a log is kept must not end it."""
    last = logging.lastResort
    if last and record.levelno >= last.level and _handlers(record.name) == 1:
        last.handle(record)


def _handlers(name: str) -> int:
    """How many handlers a record of this logger meets."""
    logger: logging.Logger | None = logging.getLogger(name)
    count = 0
    while logger:
        count += len(logger.handlers)
        logger = logger.parent if logger.propagate else None
    return count
