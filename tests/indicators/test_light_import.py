"""The engine imports the streaming classes: that must load neither numpy nor numba."""

import subprocess
import sys

from rustro_kernel import indicators
from rustro_kernel.indicators import kernels

LIVE_PATH = """
import sys
from rustro_kernel.indicators import ADX, EMA, RSI, adx, ema, rsi
ADX(14).update(3, 1, 2), RSI(14).update(2), EMA(9).update(2)
print(sorted({"numpy", "numba", "pandas", "talib"} & set(sys.modules)))
"""


def test_streaming_loads_neither_numpy_nor_numba():
    run = subprocess.run(
        [sys.executable, "-c", LIVE_PATH], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"


def test_every_public_name_is_a_class_or_a_function():
    assert all(callable(getattr(indicators, name)) for name in indicators.__all__)


def test_a_kernel_compiles_where_no_folder_can_hold_its_cache():
    namespace = {}
    exec("def twice(x):\n    return 2 * x", namespace)  # no source file, so numba has no folder
    assert kernels.compiled(namespace["twice"])(21) == 42
