"""Stored records that do not check."""

from rustro_kernel.domain.errors.base import RustroError


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
