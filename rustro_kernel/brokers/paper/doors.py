"""When the exchange itself opens, halts and closes; known to the market, not to the engine."""

from rustro_kernel.domain.rules import DayRules

Door = tuple[int, bool]
"""(ts, is_open)."""


def doors(rules: DayRules) -> list[Door]:
    """The day's openings and closings of the derivative market, in order."""
    extended_ns = max((i.extended_close_ns for i in rules.interruptions), default=0)
    closes = [leg.close_ns for leg in rules.derivative_legs]
    closes[-1] = max(closes[-1], extended_ns)
    opens = [(leg.open_ns, True) for leg in rules.derivative_legs]
    halts = [(i.halt_ns, False) for i in rules.interruptions]
    resumes = [(i.resume_ns, True) for i in rules.interruptions]
    return sorted([(0, False), *opens, *halts, *resumes, *((ns, False) for ns in closes)])
