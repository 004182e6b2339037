"""The caller asked for something that cannot be done; exit code 2."""

from rustro_kernel.domain.errors.base import RustroError


class BadUsage(RustroError):
    """The caller asked for something that cannot be done."""

    code = "R100"
    exit_code = 2


class BadConfig(BadUsage):
    """A configuration that does not validate.

    `faults` are sentences about every wrong key, where more than one was looked at.
    """

    code = "R101"

    def __init__(
        self, key: str, problem: str, *, where: str = "", faults: tuple[str, ...] = ()
    ) -> None:
        super().__init__(key, problem, where)
        self.key, self.problem, self.where = key, problem, where
        self.faults = faults or (str(self),)

    def __str__(self) -> str:
        place = f" (in {self.where})" if self.where else ""
        return f"{self.key}: {self.problem}{place}"


class BadData(BadUsage):
    """A market data file that cannot be used."""

    code = "R102"

    def __init__(self, source: str, problem: str) -> None:
        super().__init__(source, problem)
        self.source, self.problem = source, problem

    def __str__(self) -> str:
        return f"{self.source}: {self.problem}"


class NotATradingDay(BadUsage):
    """The exchange is closed on the date asked for."""

    code = "R103"

    def __init__(self, date: str, reason: str, next_day: str) -> None:
        super().__init__(date, reason, next_day)
        self.date, self.reason, self.next_day = date, reason, next_day

    def __str__(self) -> str:
        return f"{self.date} is no trading day ({self.reason}); the next one is {self.next_day}"


class OutsideRules(BadUsage):
    """The dated market rules have no answer for that date."""

    code = "R104"

    def __init__(self, what: str, date: str, known: str) -> None:
        super().__init__(what, date, known)
        self.what, self.date, self.known = what, date, known

    def __str__(self) -> str:
        return f"{self.what} is not known for {self.date}; the market rules cover {self.known}"


class StrategyRaised(BadUsage):
    """A strategy failed in the middle of a backtest."""

    code = "R105"

    def __init__(self, strategy: str, date: str, problem: str) -> None:
        super().__init__(strategy, date, problem)
        self.strategy, self.date, self.problem = strategy, date, problem

    def __str__(self) -> str:
        return f"the strategy {self.strategy} raised on {self.date} in {self.problem}"


class NothingRecorded(BadUsage):
    """There is no run to read: no session has begun."""

    code = "R106"

    def __str__(self) -> str:
        return "no session has begun, so there is nothing to read"
