"""Every driver's session answers on its socket, whatever its notebook is doing."""

import asyncio
import os
import stat

import pytest

from rustro_kernel.control.client import Client
from rustro_kernel.control.places import socket_path
from rustro_kernel.domain.errors import NotRunning
from tests.session.waiting import until


async def asked(call):
    """Ask on another thread, as another process would."""
    return await asyncio.to_thread(call)


async def test_a_paced_session_says_how_it_is_and_takes_commands(make, tmp_path):
    session = make(**{"sim.speed": 20})
    await session.start()
    await until(lambda: session.view.state == "WAITING")
    path = socket_path(tmp_path / "state", "main")
    assert path == tmp_path / "state" / "main.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with Client(path) as client:
        status = client.status()  # blocks the notebook's loop
        assert (status.session_id, status.state, status.pid) == (session.id, "WAITING", os.getpid())
        assert status.folder == str(tmp_path / "run")
        reply = client.send("pause", id="c-1")
        assert reply.accepted
        assert client.send("pause", id="c-1") == reply
        assert client.send("pause").text == "already paused"
        assert "PAUSED" in client.status().overlays
        view = client.view()
        assert view is not None
        assert client.view(view.input) is None or session.view.input > view.input
        events = client.events().events
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert events == tuple(session.events)[: len(events)]
        assert client.why() == session.why()
        assert client.send("stop").accepted
    result = await session.run()
    assert result.reason.startswith("stopped")
    assert not path.exists()
    with pytest.raises(NotRunning):
        Client(path).status()
