"""The terminal of a headless run, which may be gone before the day is over."""

import os
import sys
from typing import TextIO


class Terminal:
    """Writes as long as somebody reads. A session must not end because its window was closed."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or find that nobody is there."""
        try:
            return self._stream.write(text)
        except (OSError, ValueError):
            self._leave()
            return len(text)

    def flush(self) -> None:
        """The same."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            self._leave()

    def _leave(self) -> None:
        """Let whatever is still written, at the exit too, go nowhere."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


def standard_output() -> Terminal:
    """Where the readable lines go."""
    return Terminal(sys.stdout)


def standard_errors() -> Terminal:
    """Where warnings go."""
    return Terminal(sys.stderr)
