"""Plays a generated day in a process of its own: `python -m tests.engine.digest SEED REGIME`."""

import hashlib
import sys
from collections import Counter

import msgspec

from tests.real_days.drive import play

FIXED_DAY = "2021-11-30"


def main(seed: str, regime: str) -> None:
    """Write the hash of every event's bytes, and how many of each there are."""
    keys = {"sim.seed": int(seed), "sim.regime": regime}
    day = play(FIXED_DAY, None, profile="demo", **keys)
    lines = b"\n".join(msgspec.json.encode(event) for event in day.events)
    answer = {
        "sha": hashlib.sha256(lines).hexdigest(),
        "counts": Counter(event.type for event in day.events),
        "paid": day.paid_paise,
        "gross": sum(trade.gross_paise for trade in day.said("PositionClosed")),
        "code": day.finish.exit_code,
    }
    sys.stdout.write(msgspec.json.encode(answer).decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
