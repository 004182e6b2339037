"""How much memory this process has."""

import resource
import sys
from pathlib import Path

STATM = Path("/proc/self/statm")
UNIT = 1 if sys.platform == "darwin" else 1024


def rss_bytes() -> int:
    """What is resident now; where the system does not tell, the most that ever was."""
    try:
        return int(STATM.read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT
