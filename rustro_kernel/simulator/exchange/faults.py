"""Which faults strike now, and the log of those that did."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rustro_kernel.domain.market_time import SECOND, clock_ns, show_clock
from rustro_kernel.simulator.exchange.fault_script import Fault


@dataclass(slots=True)
class Struck:
    """A line of the fault log: what was injected, where, and what came of it.

    `count` of more than one: a fault that lasts struck so often, first at `at`.
    """

    fault: int
    what: str
    on: str
    at: str
    detail: str = ""
    count: int = 1


@dataclass(slots=True)
class _Armed:
    """One fault of the script, waiting."""

    number: int
    fault: Fault
    from_ns: int
    seen: int = 0
    first_ns: int = 0
    line: Struck | None = None

    def strikes(self, now_ns: int) -> bool:
        """Count something it could happen to, and say whether it does."""
        if now_ns < self.from_ns:
            return False
        self.seen += 1
        if self.seen < self.fault.nth:
            return False
        self.first_ns = self.first_ns or now_ns
        if self.fault.for_s:
            return now_ns < self.first_ns + self.fault.for_s * SECOND
        return self.seen < self.fault.nth + self.fault.times


class Faults:
    """The script at work."""

    def __init__(self, script: Iterable[Fault], midnight_ns: int) -> None:
        self.log: list[Struck] = []
        self._by_target: dict[str, list[_Armed]] = defaultdict(list)
        self._timed: list[_Armed] = []
        for number, fault in enumerate(script):
            from_ns = midnight_ns + clock_ns(fault.at) if fault.at else 0
            armed = _Armed(number, fault, from_ns)
            (self._by_target[fault.on] if fault.on else self._timed).append(armed)

    def strike(self, target: str, now_ns: int) -> list[tuple[Fault, Struck]]:
        """Something happened that faults wait for: those that strike, each with its line."""
        if target not in self._by_target:
            return []
        armed = (one for one in self._by_target[target] if one.strikes(now_ns))
        return [(one.fault, self._write(one, now_ns)) for one in armed]

    def due(self, now_ns: int) -> list[tuple[Fault, Struck]]:
        """The faults whose time has come by itself."""
        if not self._timed:
            return []
        ready = [one for one in self._timed if one.from_ns <= now_ns]
        self._timed = [one for one in self._timed if one.from_ns > now_ns]
        return [(one.fault, self._write(one, now_ns)) for one in ready]

    def _write(self, one: _Armed, now_ns: int) -> Struck:
        if one.line is not None and one.fault.for_s:
            one.line.count += 1
            return one.line
        fault = one.fault
        one.line = Struck(one.number, fault.what, fault.on, show_clock(now_ns))
        self.log.append(one.line)
        return one.line
