"""Opens a session's control socket; trading does not depend on it."""

import logging
from collections.abc import Callable

from rustro_kernel.config import Config
from rustro_kernel.control.listening import Listening
from rustro_kernel.control.places import socket_path
from rustro_kernel.control.server import Server
from rustro_kernel.session.desk import SessionDesk
from rustro_kernel.session.run import Run
from rustro_kernel.session.supervisor import Supervisor

log = logging.getLogger(__name__)


def host(
    cfg: Config,
    desk: SessionDesk,
    run: Run,
    supervisor: Supervisor,
    out: Callable[[str], None],
) -> Server | None:
    """Answer whoever watches or commands from outside, until the run gives its lock back."""
    folder = cfg.state.dir
    try:
        path = socket_path(folder, cfg.account.id)
        server = Server(Listening(path, folder), desk)
    except OSError as exc:
        log.exception("no control socket")
        out(f"No control socket: {exc}. A file EMERGENCY_STOP in {folder} still kills")
        return None
    run.closing = supervisor.stop_threads
    supervisor.thread(server.run, server.stop, name="rustro-control")
    return server
