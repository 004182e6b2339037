"""The records cannot be written: nothing new is begun that nobody could look up later.

Exits and cancellations go on; the session lets them pass without waiting for the disk.
"""

from rustro_kernel.engine.inputs import DiskChanged
from rustro_kernel.engine.world import World

HALT = "DISK_REFUSES"


def on_disk(world: World, changed: DiskChanged) -> None:
    """Stop entries while the disk refuses, and tell a person; when it works again, go on."""
    if changed.problem:
        world.halt(HALT, f"the records cannot be written: {changed.problem}")
        world.alert("critical", f"no entries: the records cannot be written: {changed.problem}")
    else:
        world.unhalt(HALT)
        world.alert("info", "the records are written again")
