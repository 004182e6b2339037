"""What the exchange announces during a day."""

from rustro_kernel.domain.rules import DayRules
from rustro_kernel.engine.inputs import MarketNotice


def notices(rules: DayRules) -> list[tuple[int, MarketNotice]]:
    """The announcements of a day's halts, each with its moment, in order."""
    found = []
    for halt in rules.interruptions:
        stop = MarketNotice(halted=True, reason=halt.reason)
        go = MarketNotice(halted=False, close_ns=halt.extended_close_ns, reason=halt.reason)
        found += [(halt.halt_ns, stop), (halt.resume_ns, go)]
    return found
