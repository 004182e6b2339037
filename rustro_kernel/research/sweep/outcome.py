"""What came of one parameter set."""

from dataclasses import dataclass, field

import numpy as np

from rustro_kernel.research.sweep.layout import TOTAL, TRADE, Ints, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """One set's sums and its days.

    Attributes:
        place: Which set of the sweep.
        balance_paise: Before the first day.
        total: A row of `layout.TOTAL`, money in paise.
        nets: What each day came to, in paise.
        why_engine: Why the engine played the whole set; nothing where compiled code did.
        failed: What went wrong; then there are no figures.
        config_hash: Of the set's settings.
        trades: Rows of `layout.TRADE`, if they were to be kept.
    """

    place: int
    balance_paise: int = 0
    total: np.void = field(default_factory=lambda: np.zeros(1, TOTAL)[0])
    nets: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    why_engine: str = ""
    failed: str = ""
    config_hash: str = ""
    trades: Rows = field(default_factory=lambda: np.zeros(0, TRADE))
