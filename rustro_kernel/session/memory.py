"""How much memory this process has, and how it is given back after a day."""

import ctypes
import gc
import resource
import sys
from pathlib import Path

STATM = Path("/proc/self/statm")
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
"""Names of glibc's malloc.h."""
KEPT_BYTES = 4_000_000
UNIT = 1 if sys.platform == "darwin" else 1024


def rss_bytes() -> int:
    """What is resident now; where the system does not tell, the most that ever was."""
    try:
        return int(STATM.read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT


def make_room() -> None:
    """Before a day: what an earlier session has left goes, and little will be kept unused.

    glibc lets each thread's part of the memory keep twice the largest block it has seen freed, and
    a later trim does not look there: a kernel that is kept would grow by day.
    """
    gc.collect()
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(TRIM_THRESHOLD, KEPT_BYTES)
        mallopt(MMAP_THRESHOLD, KEPT_BYTES)


def give_back() -> None:
    """Return what a day has left unused to the system; blocks for some hundredths of a second."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
