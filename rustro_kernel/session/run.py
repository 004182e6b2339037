"""An open run: its folder, its lock and its records, from first byte to manifest."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from rustro_kernel.domain.errors import BadConfig, SessionFailed
from rustro_kernel.engine.effects import Finish
from rustro_kernel.engine.turn import Event
from rustro_kernel.own_strategies.chosen import STORED
from rustro_kernel.records import layout
from rustro_kernel.records.bars.run_bars import RunBars
from rustro_kernel.records.finishing import finished
from rustro_kernel.records.health import HealthLog
from rustro_kernel.records.identity import code_hash
from rustro_kernel.records.incident_files import IncidentFiles
from rustro_kernel.records.recorder import Recorder, Watch
from rustro_kernel.records.report import Report
from rustro_kernel.session.forks import FORKED
from rustro_kernel.session.lock import SessionLock

CONFIG = "config.toml"


@dataclass(slots=True)
class Run:
    """Holds the lock and the files of a run until `close`.

    `closing` is called before the lock is given back; it may block.
    """

    folder: Path
    lock: SessionLock
    recorder: Recorder
    health: HealthLog
    bars: RunBars | None = None
    started_ns: int = field(default_factory=time.time_ns)
    pid: int = field(default_factory=os.getpid)
    closing: Callable[[], None] = lambda: None
    code: str = field(default_factory=code_hash)

    def close(self, finish: Finish, figures: Mapping[str, int]) -> Report:
        """Sync and close the records, and make from them what a finished run has.

        Raises:
            SessionFailed: If the disk refuses; what was acknowledged is on it. In a forked
                child: the run is its parent's.
        """
        if os.getpid() != self.pid:
            raise SessionFailed(FORKED)
        try:
            return self._completed(finish, figures)
        except OSError as exc:
            raise SessionFailed(
                f"{finish.reason}; its records are not complete: {exc.strerror or exc}. All that "
                f"orders relied on is in {self.folder}; make room before the next session"
            ) from exc
        finally:
            self._give_back()

    def _completed(self, finish: Finish, figures: Mapping[str, int]) -> Report:
        self.recorder.close()
        ended_ns = time.time_ns()
        stored = self.bars.figures() if self.bars else {}
        self.health.note(ended_ns, "ended", **figures, **stored)
        self.health.close()
        return finished(
            self.folder,
            exit_code=finish.exit_code,
            reason=finish.reason,
            started_ns=self.started_ns,
            ended_ns=ended_ns,
            code=self.code,
        )

    def abandon(self) -> None:
        """Give files and lock back: nothing will be recorded."""
        try:
            self.recorder.close()
            self.health.close()
        finally:
            self._give_back()

    def _give_back(self) -> None:
        with ExitStack() as last_first:
            last_first.callback(self.lock.release)
            if self.bars is not None:
                last_first.callback(self.bars.close)
            self.closing()


def open_run(
    folder: Path,
    lock: SessionLock,
    config_toml: str,
    bars: RunBars | None = None,
    *,
    strategy: str = "",
) -> Run:
    """Make the folder and open its records; lock and bar store are given back if that fails.

    `strategy` is the text of one that is not built in.
    """
    try:
        reports = IncidentFiles(folder)
        recorder = Recorder(folder, watch=_each(reports.see, *([bars.see] if bars else [])))
        reports.catch_up()
        if not (folder / CONFIG).exists():
            (folder / CONFIG).write_text(config_toml)
        if strategy and not (folder / STORED).exists():
            (folder / STORED).write_text(strategy, encoding="utf-8")
        (folder / layout.MANIFEST).unlink(missing_ok=True)  # of a session that goes on
        run = Run(folder, lock, recorder, HealthLog(folder), bars)
        if bars is not None:
            bars.catch_up(folder)
    except BaseException:
        if bars is not None:
            bars.close()
        lock.release()
        raise
    run.health.note(run.started_ns, "started")
    run.health.flush()
    return run


def _each(*watching: Watch) -> Watch:
    def see(events: Sequence[Event]) -> None:
        for watch in watching:
            watch(events)

    return see


def free_folder(out: Path | None, session_id: str) -> Path:
    """Where the run is recorded: never into the records of another one.

    Raises:
        BadConfig: If the folder asked for holds a run.
    """
    if out is not None:
        if _holds_run(out):
            raise BadConfig("run.out", f"{out} holds a run already; choose another folder")
        return out
    folder, number = Path("runs") / session_id, 1
    while _holds_run(folder):
        number += 1
        folder = Path("runs") / f"{session_id}.{number}"
    return folder


def _holds_run(folder: Path) -> bool:
    return any((folder / name).exists() for name in (layout.EVENTS, layout.INPUTS, layout.TICKS))
