"""`rustro data quality`: the table of quality rules, and what they caught in a run."""

from collections.abc import Iterable
from pathlib import Path

from rustro_kernel.domain.market_time import show_time
from rustro_kernel.domain.quality import Counted, Gate, counted
from rustro_kernel.records.quarantine import account, quarantined
from rustro_kernel.records.run_folder import run_folder

Answer = tuple[int, str]
"""Exit code and text."""

HEAD = ("gate", "rule", "threshold", "action", "count", "what it is")


def quality(run: Path | None, *, every: bool = False) -> Answer:
    """The rules of all gates; of a run, the engine's with their counts."""
    if run is None:
        return 0, table([row for gate in Gate for row in counted(gate, {})])
    folder = run_folder(run)
    if every:
        lines = [
            f"input {t.input}  {show_time(t.ts_ns)}  {t.instrument}  {t.rule}  "
            f"{t.ltp_paise / 100:.2f}  stamped {show_time(t.exch_ts_ns)}"
            for t in quarantined(folder)
        ]
        return 0, "\n".join(lines or ["no tick was quarantined"])
    found = account(folder)
    sums = f"{found.ticks} ticks = {found.used} used + {found.ticks - found.used} quarantined"
    return 0, f"{sums}\n{table(counted(Gate.ENGINE, found.quarantined))}"


def table(rows: Iterable[Counted]) -> str:
    """The rules in columns."""
    cells = [
        HEAD,
        *((r.gate, r.rule, r.threshold, r.action, str(r.count), r.meaning) for r in rows),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in cells)
    return "\n".join(line.rstrip() for line in lines)
