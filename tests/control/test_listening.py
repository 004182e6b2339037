import os
import socket
import stat

import pytest

from rustro_kernel.control import places
from rustro_kernel.control.listening import Listening
from rustro_kernel.control.places import LIMIT, socket_path


def connects(path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        return link.connect_ex(str(path)) == 0


def test_the_file_is_for_its_owner_alone_from_the_moment_it_can_be_connected_to(
    tmp_path, monkeypatch
):
    path, modes = tmp_path / "main.sock", []
    listen = socket.socket.listen

    def seen(link, backlog):
        modes.append(stat.S_IMODE(path.stat().st_mode))
        assert not connects(path)
        listen(link, backlog)

    monkeypatch.setattr(socket.socket, "listen", seen)
    before = os.umask(0)
    try:
        made = Listening(path, tmp_path)
    finally:
        os.umask(before)
    assert modes == [0o600]
    assert connects(path)
    made.close()
    assert not path.exists()


def test_what_a_killed_process_left_is_replaced(tmp_path):
    path = tmp_path / "main.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
        left.bind(str(path))
    assert not connects(path)
    made = Listening(path, tmp_path)
    assert connects(path)
    made.close()


def test_a_file_of_another_kind_is_left_alone(tmp_path):
    path = tmp_path / "main.sock"
    path.write_text("mine")
    with pytest.raises(OSError, match="in use"):
        Listening(path, tmp_path)
    assert path.read_text() == "mine"


def test_the_socket_of_who_came_after_is_not_taken_away(tmp_path):
    path = tmp_path / "main.sock"
    first = Listening(path, tmp_path)
    second = Listening(path, tmp_path)
    first.close()
    assert connects(path)
    second.close()
    second.close()


def test_outside_the_state_folder_it_lies_in_a_private_one(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "SHORT", tmp_path)
    state = tmp_path / ("d" * LIMIT)
    path = socket_path(state, "main")
    made = Listening(path, state)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert connects(path)
    made.close()
    path.parent.chmod(0o755)
    with pytest.raises(PermissionError):
        Listening(path, state)
