"""Every error rustro raises on purpose.

The tree, with the code of each::

    RustroError                R000
    |- BadUsage                R100   exit 2: the caller asked for something impossible
    |  |- BadConfig            R101   unknown key, value out of range, broken file
    |  |- BadData              R102   a data file that cannot be used
    |  |- NotATradingDay       R103   the market is closed on that date
    |  |- OutsideRules         R104   the market rules do not know that date
    |  |- StrategyRaised       R105   a strategy failed in the middle of a backtest
    |  `- NothingRecorded      R106   no session has begun, so there is nothing to read
    |- Refused                 R200   exit 3: possible, but not allowed now
    |  |- AlreadyRunning       R201   another session holds the account or the state folder
    |  |- LiveRefused          R202   live mode without what it needs
    |  |- UnverifiedRule       R203   a market rule nobody has confirmed
    |  |- EmergencyStopFound   R204   the file EMERGENCY_STOP lies in the state folder
    |  |- NotRunning           R205   no session that could be asked or told
    |  `- NotPromoted          R206   a parameter set that the gate does not let through
    |- DamagedRecord           R300   a stored record that does not check
    |  `- ReplayDiffers        R301   the inputs, fed again, gave other events
    |- BadIndicatorInput       R400   arrays an indicator cannot work on
    |- SessionFailed           R500   the running session cannot go on
    |- NoAnswer                R501   a running session does not answer, or not to this
    |- JobFailed               R502   work in a process of its own has no result
    |- BrokerError             R600   the broker did not do what it was asked
    |  |- BrokerAuthRefused    R601   AUTH: token or one-time code refused; log in again
    |  |- BrokerMisconfigured  R602   CONFIG: key, PIN, IP or address is wrong; stop
    |  |- BrokerThrottled      R603   THROTTLE: too many requests; back off
    |  |- BrokerTransient      R604   TRANSIENT: no readable answer; retry a read, look up a write
    |  `- BrokerRefused        R605   BUSINESS: the broker says no; never retried
    `- AlertFailed             R700   a channel did not deliver an alert

An error keeps its facts as attributes and says what, which and received what in one sentence.
"""

from typing import ClassVar


class RustroError(Exception):
    """Base of every deliberate failure; `code` is stable, `exit_code` is what the CLI returns."""

    code: ClassVar[str] = "R000"
    exit_code: ClassVar[int] = 1

    def __reduce__(self) -> tuple[object, ...]:
        """Errors of worker processes arrive whole, whatever their constructors want by name."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    kind: type[RustroError], args: tuple[object, ...], facts: dict[str, object]
) -> RustroError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(facts)
    return error


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


class Refused(RustroError):
    """Possible in principle, but not allowed now."""

    code = "R200"
    exit_code = 3


class AlreadyRunning(Refused):
    """Another session holds the account or the state folder."""

    code = "R201"

    def __init__(self, what: str, holder: str) -> None:
        super().__init__(what, holder)
        self.what, self.holder = what, holder

    def __str__(self) -> str:
        return f"{self.what} is already in use by {self.holder}"


class LiveRefused(Refused):
    """Live mode lacks something it must have."""

    code = "R202"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"live mode refused: {self.reason}"


class UnverifiedRule(Refused):
    """A market rule is marked unverified and the user has not confirmed it."""

    code = "R203"

    def __init__(self, what: str, date: str) -> None:
        super().__init__(what, date)
        self.what, self.date = what, date

    def __str__(self) -> str:
        return f"{self.what} of {self.date} is unverified; confirm it in the rules override file"


class EmergencyStopFound(Refused):
    """Somebody stopped everything by a file, and nobody has taken it away."""

    code = "R204"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        why = f" ({self.reason})" if self.reason else ""
        return f"{self.path} stops everything{why}; delete that file to start again"


class NotRunning(Refused):
    """There is no session to talk to."""

    code = "R205"

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where

    def __str__(self) -> str:
        return f"no session runs on {self.where}"


class NotPromoted(Refused):
    """A parameter set that the gate does not let through; `reasons` are its sentences."""

    code = "R206"

    def __init__(self, strategy: str, reasons: tuple[str, ...]) -> None:
        super().__init__(strategy, reasons)
        self.strategy, self.reasons = strategy, reasons

    def __str__(self) -> str:
        return f"{self.strategy} is not promoted: {'; '.join(self.reasons)}"


class DamagedRecord(RustroError):
    """A stored record does not check."""

    code = "R300"

    def __init__(self, file: str, record: int, problem: str) -> None:
        super().__init__(file, record, problem)
        self.file, self.record, self.problem = file, record, problem

    def __str__(self) -> str:
        return f"{self.file}, record {self.record}: {self.problem}"


class ReplayDiffers(DamagedRecord):
    """Feeding the recorded inputs again gave another event."""

    code = "R301"


class BadIndicatorInput(RustroError):
    """Arrays or parameters an indicator cannot work on."""

    code = "R400"

    def __init__(self, indicator: str, problem: str) -> None:
        super().__init__(indicator, problem)
        self.indicator, self.problem = indicator, problem

    def __str__(self) -> str:
        return f"{self.indicator}: {self.problem}"


class SessionFailed(RustroError):
    """The running session cannot go on."""

    code = "R500"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the session stopped: {self.reason}"


class NoAnswer(RustroError):
    """The session was asked over its socket and gave no answer that can be used."""

    code = "R501"

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(where, problem)
        self.where, self.problem = where, problem

    def __str__(self) -> str:
        return f"no answer from {self.where}: {self.problem}"


class JobFailed(RustroError):
    """Work in a process of its own was cancelled, or its process is gone."""

    code = "R502"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the job has no result: {self.reason}"


class BrokerError(RustroError):
    """The broker did not do what it was asked.

    `route` is what was asked, `broker_code` and `words` are the broker's own. An error whose
    `outcome_unknown` is true leaves open whether a write took effect: look it up, never repeat it.
    """

    code = "R600"
    outcome_unknown: ClassVar[bool] = False
    verdict: ClassVar[str] = "failed"

    def __init__(self, route: str, words: str, broker_code: str = "") -> None:
        super().__init__(route, words, broker_code)
        self.route, self.words, self.broker_code = route, words, broker_code

    def __str__(self) -> str:
        said = " ".join(part for part in (self.broker_code, self.words) if part)
        return f"{self.route} {self.verdict}: {said or 'no reason given'}"


class BrokerAuthRefused(BrokerError):
    """The broker refuses the token or the one-time code."""

    code = "R601"
    verdict = "needs a new login"


class BrokerMisconfigured(BrokerError):
    """What only the user can put right: key, PIN, registered IP, address."""

    code = "R602"
    exit_code = 2
    verdict = "is set up wrongly"


class BrokerThrottled(BrokerError):
    """Too many requests; the outcome of a write is unknown."""

    code = "R603"
    outcome_unknown = True
    verdict = "was throttled"


class BrokerTransient(BrokerError):
    """No readable answer; the outcome of a write is unknown."""

    code = "R604"
    outcome_unknown = True
    verdict = "got no readable answer"


class BrokerRefused(BrokerError):
    """The broker says no, with its own code and words."""

    code = "R605"
    verdict = "was refused"


class AlertFailed(RustroError):
    """A channel did not deliver an alert."""

    code = "R700"

    def __init__(self, channel: str, reason: str) -> None:
        super().__init__(channel, reason)
        self.channel, self.reason = channel, reason

    def __str__(self) -> str:
        return f"channel {self.channel} did not deliver: {self.reason}"
