"""A process that holds the broker's secrets leaves no picture of its memory behind."""

import resource


def leave_no_core() -> None:
    """No core file from now on, nor of processes it starts."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
