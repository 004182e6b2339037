"""Random numbers that depend on the seed, the date and the purpose, and on nothing else."""

import datetime as dt
from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What the numbers are for. Each has its own stream, so that one never shifts another."""

    REGIME = 1
    BRIDGE = 2
    HIDDEN = 3
    AUCTION = 4
    VOLUME = 5
    VIX = 6
    FUTURE = 7
    OPTION = 8
    DEPTH = 9
    DAY = 10


def generator(seed: int, date: dt.date, purpose: Purpose, *more: int) -> np.random.Generator:
    """The stream of a purpose on a date; `more` tells instruments apart. No number is negative."""
    entropy = (seed, date.toordinal(), int(purpose), *more)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))
