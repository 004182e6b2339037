"""The model for compiled code. Import it lazily: numba takes a second to load.

After this import every function of `formula` may be called inside the nopython code of any module,
on scalars; `premium` here is the compiled entry point for single values in Python.
numba's disk cache does not see that a kernel elsewhere calls into `formula`: after a change of it
delete the kernels' caches (`__pycache__/*.nbi`).
"""

import numba
from numba.extending import register_jitable

from rustro_kernel.pricing import formula

_PARTS = (
    formula.exp,
    formula.log,
    formula.normal_cdf,
    formula.forward,
    formula.deviation,
    formula.away,
    formula.smile,
    formula.black76,
    formula.on_tick,
    formula.premium,
)
for _part in _PARTS:
    register_jitable(_part)

premium = numba.njit(nogil=True, error_model="numpy")(formula.premium)
"""`formula.premium`, compiled: the same bits."""
