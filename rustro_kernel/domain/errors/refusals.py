"""Possible in principle, but not allowed now; exit code 3."""

from rustro_kernel.domain.errors.base import RustroError


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
