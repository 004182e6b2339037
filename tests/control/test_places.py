import os
import socket
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from rustro_kernel.control import places
from rustro_kernel.control.places import LIMIT, make_private, socket_path, sockets


@pytest.fixture
def short(monkeypatch):
    """Short paths begin in a folder of the test, which has a short path itself."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        monkeypatch.setattr(places, "SHORT", folder)
        yield folder


def bound(path):
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.bind(str(path))
    return closing(link)


def deep(tmp_path, bytes_of_path: int, account: str):
    """A state folder whose socket's path has so many bytes."""
    missing = bytes_of_path - len(f"{tmp_path}//{account}.sock")
    return tmp_path / ("d" * missing)


def test_the_socket_is_in_the_state_folder_as_long_as_the_system_allows(tmp_path):
    state = deep(tmp_path, LIMIT, "main")
    state.mkdir()
    path = socket_path(state, "main")
    assert path == state / "main.sock"
    with bound(path):
        assert sockets(state) == [path]


def test_over_the_limit_it_is_a_short_path_that_everybody_finds(tmp_path, short, monkeypatch):
    state = deep(tmp_path, LIMIT + 1, "main")
    state.mkdir()
    path = socket_path(state, "main")
    monkeypatch.chdir(tmp_path)
    link = tmp_path / "link"
    link.symlink_to(state)
    assert {socket_path(p, "main") for p in (state, link / ".", state.relative_to(tmp_path))} == {
        path
    }
    assert path.parent.parent == short
    assert len(os.fsencode(path)) <= LIMIT
    assert socket_path(state / "other", "main") != path
    make_private(path.parent)
    with bound(path):
        assert sockets(state) == [path]


def test_a_folder_of_everybodys_is_refused(short):
    folder = short / "theirs"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(PermissionError, match="not a folder of ours alone"):
        make_private(folder)
    folder.rmdir()
    folder.symlink_to(short)
    with pytest.raises(PermissionError):
        make_private(folder)
    folder.unlink()
    make_private(folder)
    make_private(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_what_is_no_socket_is_not_listed(tmp_path):
    (tmp_path / "main.sock").write_text("")
    assert sockets(tmp_path) == []
    assert sockets(tmp_path / "none") == []
