"""A hundred trailing stops over a file of closes in vectorbt; says seconds and memory as JSON.

    python tests/benchmarks/sweep_vectorbt.py CLOSES.npz

It trades the index itself: an EMA's cross buys, a trailing stop or the other cross sells, and one
figure is asked for. That is less than ours does with options, quotes, ladders and charges. Needs
vectorbt and numpy only, so it runs in an environment of its own.
"""

import json
import resource
import sys
import time

import numpy as np
import pandas as pd
import vectorbt as vbt

SETS = 100


def ema(close, bars):
    return pd.Series(close).ewm(span=bars, adjust=False).mean().to_numpy()


def simulated(close, entries, exits, stops):
    made = vbt.Portfolio.from_signals(
        close,
        entries,
        exits,
        sl_stop=stops,
        sl_trail=True,
        fees=0.0003,
        init_cash=1e6,
        freq="1min",
    )
    return made.total_return(), made.trades.count()


def main(path):
    close = pd.Series(np.load(path)["close"])
    fast, slow = ema(close, 60), ema(close, 240)
    above = fast > slow
    entries = np.concatenate(([False], above[1:] & ~above[:-1]))
    exits = np.concatenate(([False], ~above[1:] & above[:-1]))
    stops = np.linspace(0.002, 0.02, SETS)[None, :]
    close, entries, exits = (
        pd.DataFrame(np.repeat(np.asarray(row)[:, None], SETS, axis=1))
        for row in (close, entries, exits)
    )
    simulated(close[:2000], entries[:2000], exits[:2000], stops)  # compiles
    start = time.process_time()
    _, trades = simulated(close, entries, exits, stops)
    seconds = time.process_time() - start
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    told = {"sets": SETS, "trades": int(trades.sum())}
    sys.stdout.write(json.dumps({**told, "seconds": seconds, "memory_mb": memory_mb}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
