"""A client waits for a bounded time, and says what it met."""

import socket
from contextlib import contextmanager
from threading import Thread

import pytest

from rustro_kernel.control import client as module
from rustro_kernel.control.client import Client
from rustro_kernel.control.finding import find, holders, listening
from rustro_kernel.control.listening import Listening
from rustro_kernel.control.messages import read_page
from rustro_kernel.control.places import socket_path
from rustro_kernel.domain.errors import NoAnswer, NotRunning
from tests.control.serving import FakeDesk, serving


@contextmanager
def saying(folder, *answers: bytes):
    """Takes a connection for each answer, reads a line, says it and closes."""
    made = Listening(socket_path(folder, "main"), folder)
    made.socket.setblocking(True)

    def serve() -> None:
        for said in answers:
            link, _ = made.socket.accept()
            with link, link.makefile("rb") as lines:
                lines.readline()
                link.sendall(said)

    thread = Thread(target=serve)
    thread.start()
    with Client(made.path, 5) as client:
        yield client
    thread.join()
    made.close()


def test_a_connection_that_breaks_between_two_requests_is_opened_again(tmp_path):
    desk = FakeDesk()
    with Client(socket_path(tmp_path, "main"), 20) as client:
        with serving(tmp_path, desk):
            client.status()
            client.status()
            assert client.connections == 1
        with pytest.raises(NotRunning):
            client.status()
        with serving(tmp_path, desk):
            assert client.view() == desk.picture
            assert client.connections == 2


def test_a_command_that_is_repeated_keeps_its_id(tmp_path):
    answer = b'{"id":"c-1","ok":true,"data":{"id":"c-1","accepted":true,"text":"yes"}}\n'
    with saying(tmp_path, answer, answer) as client:
        assert client.send("pause", id="c-1").text == "yes"
        assert client.send("pause", id="c-1").text == "yes"  # over a second connection
        assert client.connections == 2


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (b"", "the connection was closed"),
        (b'{"id":', "the connection was closed"),
        (b"nonsense\n", "malformed"),
        (b'{"id":"other","ok":true}\n', "it answers something else"),
        (b'{"id":"other","ok":false,"error":"not today"}\n', "not today"),
        (b"x" * 4097, "more than 4096 bytes"),
    ],
)
def test_what_is_no_answer_is_said(tmp_path, monkeypatch, said, problem):
    monkeypatch.setattr(module, "ANSWER_BYTES", 4096)
    with saying(tmp_path, said) as client, pytest.raises(NoAnswer, match=problem):
        client.status()


def test_one_that_listens_and_never_answers_is_waited_for_so_long(tmp_path):
    made = Listening(socket_path(tmp_path, "main"), tmp_path)  # as a stopped process does
    assert find(tmp_path) == made.path
    with Client(made.path, 0.05) as client, pytest.raises(NoAnswer, match=r"none within 0\.05 s"):
        client.status()
    made.close()


def test_a_socket_that_was_left_behind_is_nobody(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
        left.bind(str(socket_path(tmp_path, "main")))
    assert listening(tmp_path) == []
    assert holders(tmp_path) == {}
    with pytest.raises(NotRunning):
        find(tmp_path)


def test_an_event_of_another_version_is_no_page():
    event = b'{"seq":1,"input":1,"ts":1,"type":"New","cause":null,"key":null,"data":{}}'
    page = b'{"session_id":"s","started_ns":1,"events":[%s],"is_whole":true}'
    with pytest.raises(ValueError, match="no event is called 'New'"):
        read_page(page % event)
