"""The broker did not do what it was asked."""

from typing import ClassVar

from rustro_kernel.domain.errors.base import RustroError


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
