"""Sets of a sweep on a dask cluster: one client call, the same outcomes.

Each worker is sent the days once and keeps them warm; a task is some sets. Workers need rustro of
the same version, nothing else: a strategy of one's own travels by value.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.research.sweep.crew import Stop, lost, packed, parts, played
from rustro_kernel.research.sweep.outcome import Outcome
from rustro_kernel.research.sweep.sweeper import Numbered, Sweeper

TASKS_A_THREAD = 8
AT_MOST = 64
"""Sets in one task."""
CONNECT_S = 5


def there(
    scheduler: object, sweeper: Sweeper, sets: Sequence[Numbered], is_stopped: Stop
) -> Generator[list[Outcome], None, None]:
    """What came of sets, as they are done, on the workers of a scheduler.

    Args:
        scheduler: An address such as tcp://127.0.0.1:8786, or a distributed.Client.
        sweeper: What every worker is to have.
        sets: The sets with their places.
        is_stopped: Asked between two answers.

    Raises:
        BadUsage: If `distributed` is not installed or nobody answers at the address.
    """
    with _client(scheduler) as (client, as_completed):
        threads = sum(client.nthreads().values())
        if not threads:
            raise BadUsage("the cluster has no workers")
        size = max(1, min(AT_MOST, len(sets) // (threads * TASKS_A_THREAD)))
        payload = client.scatter(packed(sweeper), broadcast=True)
        tasks = {
            client.submit(played, payload, part, pure=False): part for part in parts(sets, size)
        }
        for done in as_completed(list(tasks), loop=client.loop):
            yield _answer(done, tasks[done])
            if is_stopped():
                client.cancel(list(tasks))
                return


def _answer(done: Any, part: Sequence[Numbered]) -> list[Outcome]:  # noqa: ANN401
    try:
        found: list[Outcome] = done.result()
    except Exception as exc:  # noqa: BLE001 - a set that fails is listed, the others go on
        return lost(part, f"{type(exc).__name__}: {exc}")
    return found


@contextmanager
def _client(scheduler: object) -> Iterator[tuple[Any, Any]]:
    """The client of a scheduler; one that was handed in stays open."""
    try:
        from distributed import Client, as_completed
    except ImportError as exc:
        raise BadUsage("a cluster needs the extra: pip install 'rustro[cluster]'") from exc
    if isinstance(scheduler, Client):
        yield scheduler, as_completed
        return
    try:
        client = Client(scheduler, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as exc:
        raise BadUsage(f"no scheduler answers at {scheduler}: {exc}") from exc
    try:
        yield client, as_completed
    finally:
        client.close()
