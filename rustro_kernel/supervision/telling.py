"""What the supervisor says: lines for whoever reads its output, alerts for who does not.

Neither may end it or hold it up: an output on a full disk, one that nobody reads any more and a
terminal that was stopped with Ctrl-S are passed over.
"""

import logging
import os
import select
from typing import Protocol

from rustro_kernel.domain.market_time import show_time

log = logging.getLogger(__name__)

STDOUT = 1
"""Written to without a buffer: one that a full disk refuses would be tried again at our exit."""

PATIENCE_S = 0.2
"""What a full output has to make room for a line."""
LINE_BYTES = 4000
"""A pipe that has any room takes so much at once."""


class Tells(Protocol):
    """Implemented by `alerts.Alerter`: never blocks, never raises."""

    def tell(self, level: str, text: str, *, about: str = "") -> None:
        """Tell people elsewhere."""


class Voice:
    """Says and alerts.

    Args:
        alerter: Tells people elsewhere.
    """

    def __init__(self, alerter: Tells) -> None:
        self._alerter = alerter
        self._said = ""

    def say(self, text: str, now_ns: int | None = None) -> None:
        """One line."""
        clock = f"{show_time(now_ns)} " if now_ns is not None else ""
        line = f"serve: {clock}{text}".encode()[:LINE_BYTES] + b"\n"
        try:
            if select.select([], [STDOUT], [], PATIENCE_S)[1]:
                os.write(STDOUT, line)
        except OSError:  # a full disk, a closed pipe, no output at all
            log.debug("an unheard line: %s", text)

    def say_once(self, text: str, now_ns: int | None = None) -> None:
        """One line, unless it was the last of these."""
        if text != self._said:
            self._said = text
            self.say(text, now_ns)

    def alert(
        self, level: str, text: str, now_ns: int | None = None, *, about: str = "serve"
    ) -> None:
        """A line that is told elsewhere as well."""
        self.say(f"{level.upper()}: {text}", now_ns)
        self._alerter.tell(level, f"rustro serve: {text}", about=about)
