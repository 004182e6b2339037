"""One Jupyter kernel that is kept for five days and trades a session on each."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.session.kernels import ROOT, ThisInterpreter, execute

DAYS = ("2025-10-17", "2025-10-20", "2025-10-21", "2025-10-23", "2025-10-24")
PREPARE = """
import json, sys
from pathlib import Path
sys.path[:0] = [{root!r}, {root!r} + "/widgets"]
import psutil
import rustro_kernel as rk
place, sizes = Path({folder!r}), []
"""
DAY = """
session = rk.Session(
    rk.Config.load(
        profile="demo",
        **{{"sim.date": {date!r}, "state.dir": place / "state", "run.out": place / {date!r}}},
    )
)
result = await session.run()
assert result.exit_code == 0, result
sizes.append(psutil.Process().memory_info().rss)
(place / "sizes.json").write_text(json.dumps(sizes))
"""


def sizes_mb(folder: Path) -> list[float]:
    """The kernel's memory at each day's end."""
    with _kernel() as client:
        execute(client, PREPARE.format(root=str(ROOT), folder=str(folder)))
        for date in DAYS:
            execute(client, DAY.format(date=date))
    return [size / 1e6 for size in json.loads((folder / "sizes.json").read_text())]


@contextmanager
def _kernel() -> Iterator[Any]:
    manager = ThisInterpreter()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
