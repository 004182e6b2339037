"""A real kernel for the tests that are about one."""

import pytest

from tests.session.kernels import ThisInterpreter


@pytest.fixture
def kernel():
    """Manager and client of a kernel that is ready."""
    manager = ThisInterpreter(shutdown_wait_time=60)  # Jupyter's 5 s are short on a busy machine
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)
