"""What goes out of a session beside its records: alerts to people, and the JSON log.

Neither engine nor I/O loop ever waits here, and nothing here may end a session.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

from rustro_kernel.alerts.alerter import Alerter, listen
from rustro_kernel.alerts.from_events import EventAlerts
from rustro_kernel.alerts.opening import open_alerter
from rustro_kernel.alerts.table import TABLE, ruled
from rustro_kernel.config import Config
from rustro_kernel.domain.redaction import Redaction
from rustro_kernel.engine.turn import Event
from rustro_kernel.housekeeping.json_log import JsonLog
from rustro_kernel.housekeeping.log_file import Keep, LogFile
from rustro_kernel.records.day_lines import line
from rustro_kernel.session.plans import LivePlan, Plan

FOLDER = "logs"
MEGABYTE = 1_000_000
FLUSH_S = 2.0
"""For the last alert, before the process may end."""
CLOSE_S = 3.0
OVER = "ShutdownCompleted"


class Outlets:
    """Opened with the session, closed after its records are.

    Args:
        alerter: Tells people; without channels: nobody.
        log: A handler on what rustro logs, which also takes lines; None: no log.
        rules: `alerts.rules`.

    Attributes:
        is_post_market: The session ended by the close of the market, not before.
    """

    def __init__(
        self,
        alerter: Alerter | None = None,
        log: JsonLog | None = None,
        rules: dict[str, str] | None = None,
    ) -> None:
        self.alerter = alerter or Alerter()
        self._log, self._is_over = log, False
        self.is_post_market = False
        table = ruled(rules) if rules else TABLE
        self._alerts = EventAlerts(self.alerter, table, line)
        self._ends: list[Callable[[], None]] = []
        if self.alerter.channels:
            self._ends.append(listen(self.alerter))
        if log is not None:
            logger = logging.getLogger("rustro_kernel")
            logger.addHandler(log)
            self._ends.append(lambda: logger.removeHandler(log))

    def see(self, events: Sequence[Event]) -> None:
        """A turn's events, on whichever thread turned."""
        if self.alerter.channels:
            self._alerts.see(events)
        if events and events[-1].type == OVER:
            self._is_over = True
            self.is_post_market = any(event.type == "PostMarketRequired" for event in events)

    def write(self, text: str, event: Event | None = None) -> None:
        """A readable line, into the log. From any thread."""
        if self._log is not None:
            facts = {"type": event.type, "seq": event.seq} if event else {}
            self._log.line(text, **facts)

    def say(self, level: str, text: str) -> None:
        """What no event states: into the log, and to people if it is no mere information."""
        self.write(text)
        if level != "info":
            self.alerter.tell(level, text)

    def ended(self, reason: str, exit_code: int) -> None:
        """The session is over; people hear of it here where no event said so."""
        if not self._is_over:
            level = "critical" if exit_code else "info"
            self.alerter.tell(level, f"Ended: {reason} (exit code {exit_code})")

    async def flushed(self) -> None:
        """Return when everything told is out, or after a moment."""
        if self.alerter.channels:
            await asyncio.to_thread(self.alerter.flush, FLUSH_S)

    def close(self) -> None:
        """Let what waits go out, for a moment. Never on a loop."""
        self.alerter.close(CLOSE_S)
        self.abandon()
        if self._log is not None:
            self._log.close()

    def abandon(self) -> None:
        """Hear nothing any more; in a forked child the threads are elsewhere."""
        while self._ends:
            self._ends.pop()()


def open_outlets(plan: Plan) -> Outlets:
    """As configuration and secrets want it. May block: never on a loop.

    Raises:
        BadConfig: If alerts are configured wrongly, or cannot be sent from here.
    """
    cfg, redaction = plan.cfg, Redaction()
    if isinstance(plan, LivePlan):
        redaction.learn(*plan.credentials)
    alerter = open_alerter(cfg, f"{cfg.account.id} {cfg.mode}", redaction)
    return Outlets(alerter, _log(cfg, plan.session_id, redaction), dict(cfg.alerts.rules))


def _log(cfg: Config, session_id: str, redaction: Redaction) -> JsonLog:
    keep = Keep(cfg.logs.file_mb * MEGABYTE, cfg.logs.keep_days, cfg.logs.keep_mb * MEGABYTE)
    file = LogFile(cfg.state.dir / FOLDER, cfg.account.id, keep)
    level = logging.getLevelNamesMapping()[cfg.logs.level.upper()]
    return JsonLog(file, {"session": session_id}, redaction.hide, level)
