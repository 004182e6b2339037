"""ADX with +DI and -DI, RSI and EMA: one definition, as arrays and bar by bar.

`adx`, `rsi` and `ema` take whole columns (research), `together` makes all of them in one pass;
`ADX`, `RSI` and `EMA` take one bar at a time (the engine). All give the same bits, and TA-Lib's
numbers within 1e-9 from its first bar on. Importing this package loads neither numpy nor numba; the
first array call does.
"""

from rustro_kernel.indicators.average import EMA, ema
from rustro_kernel.indicators.directional import ADX, adx
from rustro_kernel.indicators.strength import RSI, rsi
from rustro_kernel.indicators.together import together

__all__ = ["ADX", "EMA", "RSI", "adx", "ema", "rsi", "together"]
