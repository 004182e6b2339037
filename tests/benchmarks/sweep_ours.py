"""A thousand sets over a file of minutes in a process of its own; says seconds and memory as JSON.

python tests/benchmarks/sweep_ours.py BARS.parquet
"""

import json
import resource
import sys
import time

import rustro_kernel as rk

GRID = {
    "exits.stop_pct": [5, 8, 10, 12, 15, 18, 20, 25, 30, 40],
    "exits.trail_activate_pct": [2, 5, 8, 10, 15],
    "exits.trail_gap_pct": [1.5, 3, 5, 8, 10],
    "strategy.daily_adx_threshold": [12.5, 18, 22, 25],
}


def main(path):
    sweeper = rk.Sweeper(path, profile="demo")
    sweeper.table([{}])  # prepares what sets share, as vectorbt's run is warm too
    start = time.process_time()
    table = rk.sweep(sweeper, grid=GRID, workers=1)
    seconds = time.process_time() - start
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    told = {"sets": len(table), "trades": int(table["trades"].sum())}
    sys.stdout.write(json.dumps({**told, "seconds": seconds, "memory_mb": memory_mb}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
