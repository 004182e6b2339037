"""One session per kernel: Run All twice must not make two engines."""

from typing import Protocol

from rustro_kernel.domain.errors import AlreadyRunning


class Named(Protocol):
    """What can hold the slot."""

    @property
    def id(self) -> str:
        """The session id."""


_held: list[Named] = []


def claim(session: Named) -> None:
    """Take this process's only place.

    Raises:
        AlreadyRunning: If another session has it.
    """
    if _held and _held[0] is not session:
        raise AlreadyRunning("this kernel", f"session {_held[0].id or '(starting)'}")
    _held[:] = [session]


def free(session: Named) -> None:
    """Give the place back, if this session has it."""
    if session in _held:
        _held.clear()


def running() -> Named | None:
    """The session of this kernel, if one runs."""
    return _held[0] if _held else None
