"""The process that works a preview out: a question on stdin, its answer on stdout."""

import os
import sys
from pathlib import Path
from time import monotonic

import msgspec
from msgspec.structs import replace

from rustro_kernel.own_strategies.chosen import stored
from rustro_kernel.session.preview.comparison import preview
from rustro_kernel.session.preview.question import Question

NICE = 10
"""Trading goes first."""


def main() -> None:
    """Answer one question."""
    os.nice(NICE)
    began_s = monotonic()
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    found = preview(question, stored(Path(question.folder)))
    found = replace(found, took_s=round(monotonic() - began_s, 2))
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main()
