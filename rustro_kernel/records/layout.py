"""The names inside a run folder."""

from pathlib import Path

EVENTS = "events.jsonl"
INPUTS = "inputs/inputs.jsonl"
TICKS = "ticks/ticks.bin"
ORDERS = "orders.jsonl"
TRADES = "trades.jsonl"
POSITIONS = "positions.jsonl"
HEALTH = "health.jsonl"
REPORT = "report.json"
PAGE = "report.html"
MANIFEST = "MANIFEST.json"
QUARANTINE = "quarantine"


def prepare(folder: Path) -> None:
    """Make the folder and those inside it that hold recorded files."""
    for name in (EVENTS, INPUTS, TICKS):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
