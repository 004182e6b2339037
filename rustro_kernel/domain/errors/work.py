"""Something that was at work and could not go on."""

from rustro_kernel.domain.errors.base import RustroError


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


class AlertFailed(RustroError):
    """A channel did not deliver an alert."""

    code = "R700"

    def __init__(self, channel: str, reason: str) -> None:
        super().__init__(channel, reason)
        self.channel, self.reason = channel, reason

    def __str__(self) -> str:
        return f"channel {self.channel} did not deliver: {self.reason}"
