"""Whatever research writes into a folder, it writes into a new one."""

from pathlib import Path

from rustro_kernel.domain.errors import BadUsage


def unused(folder: str | Path, what: str) -> Path:
    """A folder that is not there yet or is empty, for `what`.

    Raises:
        BadUsage: If there is something already.
    """
    place = Path(folder)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise BadUsage(f"{place} holds something already; {what} is saved in a new folder")
    return place
