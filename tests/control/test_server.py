"""Whoever connects, and whatever he says, the next one is answered."""

import json
import logging
import os
import socket
from concurrent.futures import Future
from contextlib import ExitStack

import pytest

from rustro_kernel.control.client import Client
from rustro_kernel.control.messages import LINE_BYTES, Reply
from rustro_kernel.control.peers import is_trusted
from rustro_kernel.control.places import socket_path
from rustro_kernel.domain.errors import NoAnswer
from tests.control.serving import FakeDesk, Raw, serving
from tests.session.waiting import until_blocking

VIEW = b'{"id":"v","ask":"view","after_input":5}\n'
VIEWED = b'{"id":"v","ok":true,"error":"","data":null}\n'


@pytest.fixture
def desk():
    return FakeDesk()


def is_served(folder) -> bool:
    with Client(socket_path(folder, "main"), 20) as client:
        return client.status().session_id == "s-1"


def test_one_line_is_one_answer_in_order(tmp_path, desk):
    with serving(tmp_path, desk), Raw(tmp_path) as raw:
        raw.say(VIEW + b'{"id":"w","ask":"why"}\n{"id":"s","ask":"st')
        assert raw.hear() == VIEWED
        assert raw.hear() == b'{"id":"w","ok":true,"error":"","data":"because of 1"}\n'
        raw.say(b'atus"}\n')
        assert json.loads(raw.hear())["data"]["session_id"] == "s-1"


@pytest.mark.parametrize(
    ("line", "name", "says"),
    [
        (b"\n", "", "not understood"),
        (b"\xff\x00 garbage\n", "", "not understood"),
        (b'{"id":"x","ask":"fly"}\n', "x", "Invalid value 'fly'"),
        (b'{"id":"x","ask":"send"}\n', "x", "missing required field `name`"),
        (b'{"id":"x","ask":"send","name":"set","args":{"key":3}}\n', "x", "Expected `str`"),
        (b'{"ask":"send","name":"kill"}\n', "", "missing required field `id`"),
        (b'{"id":"","ask":"send","name":"kill"}\n', "", "length >= 1"),
        (b"[1]\n", "", "Expected `object`"),
        (b'{"id":"x","ask":"why","at":"bad"}\n', "x", "no time of day"),
        (b'{"id":"x","ask":"why","at":"broken"}\n', "x", "see its log"),
        (b"[" * 60_000 + b"\n", "", ""),
        (b'{"id":' + b"[" * 60_000 + b"\n", "", "recursion"),
    ],
)
def test_what_cannot_be_answered_is_told_so_and_the_talk_goes_on(tmp_path, desk, line, name, says):
    with serving(tmp_path, desk), Raw(tmp_path) as raw:
        raw.say(line)
        answer = json.loads(raw.hear())
        assert (answer["id"], answer["ok"]) == (name, False)
        assert says in answer["error"]
        raw.say(VIEW)
        assert raw.hear() == VIEWED
    assert desk.commands == []


def test_a_line_without_an_end_is_refused_and_the_connection_closed(tmp_path, desk):
    with serving(tmp_path, desk), Raw(tmp_path) as raw:
        raw.say(b"x" * (LINE_BYTES + 1))
        assert b"at most 65536 bytes" in raw.hear()
        assert raw.hear() == b""
        assert is_served(tmp_path)


def test_a_half_line_holds_up_nobody_and_is_given_up(tmp_path, desk):
    with serving(tmp_path, desk, idle_s=0.2), Raw(tmp_path) as half:
        half.say(b'{"id":')
        assert is_served(tmp_path)
        assert half.hear() == b""


def test_who_does_not_read_is_given_up(tmp_path, desk):
    desk.why = lambda at: "x" * 4_000_000
    with serving(tmp_path, desk, write_s=0.2) as server, Raw(tmp_path) as deaf:
        deaf.say(b'{"id":"w","ask":"why"}\n')
        until_blocking(lambda: server._busy)
        assert is_served(tmp_path)
        until_blocking(lambda: not server._clients)


def test_who_goes_in_the_middle_of_an_answer_harms_nobody(tmp_path, desk):
    desk.held["flatten"] = Future()
    with serving(tmp_path, desk):
        with Raw(tmp_path) as raw:
            raw.say(b'{"id":"f","ask":"send","name":"flatten"}\n')
            until_blocking(lambda: desk.commands)
        desk.held["flatten"].set_result(Reply("f", accepted=True, text=""))
        assert is_served(tmp_path)


def test_one_client_too_many_takes_the_place_of_the_one_that_was_silent_longest(tmp_path, desk):
    desk.held["stop"] = Future()
    with serving(tmp_path, desk, most_clients=3) as server:
        raws = [Raw(tmp_path) for _ in range(3)]
        for raw in raws[1:]:  # the first one says nothing
            raw.say(VIEW)
            assert raw.hear() == VIEWED
        raws[1].say(b'{"id":"s","ask":"send","name":"stop"}\n')
        until_blocking(lambda: desk.commands)
        assert is_served(tmp_path)
        assert raws[0].hear() == b""
        raws[2].say(VIEW)
        assert raws[2].hear() == VIEWED
        assert len(server._clients) <= 3
        desk.held["stop"].set_result(Reply("s", accepted=True, text="done"))
        assert b"done" in raws[1].hear()
        for raw in raws:
            raw.close()


def test_where_all_wait_for_an_answer_one_more_is_refused_in_words(tmp_path, desk):
    desk.held["stop"] = Future()
    with serving(tmp_path, desk, most_clients=1), Raw(tmp_path) as raw:
        raw.say(b'{"id":"s","ask":"send","name":"stop"}\n')
        until_blocking(lambda: desk.commands)
        with pytest.raises(NoAnswer, match="too many clients"):
            is_served(tmp_path)
        desk.held["stop"].set_result(Reply("s", accepted=True, text="done"))
        raw.hear()


def test_a_hundred_clients_at_once_are_all_answered_or_told(tmp_path, desk):
    with serving(tmp_path, desk):
        raws = [Raw(tmp_path) for _ in range(60)]
        for raw in raws:
            raw.say(VIEW)
        heard = [raw.hear() for raw in raws]
        for raw in raws:
            raw.close()
        assert set(heard) <= {VIEWED, b""}
        assert heard.count(VIEWED) >= 32
        assert is_served(tmp_path)


def test_only_ourselves_and_root_are_trusted_where_the_system_tells_who_it_is():
    assert [is_trusted(uid, 1000) for uid in (1000, 0, 1001, None)] == [True, True, False, True]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_is_refused_even_where_the_file_would_let_him_in(tmp_path, desk):
    with serving(tmp_path, desk):
        path = socket_path(tmp_path, "main")
        path.chmod(0o666)
        folders = [p for p in (tmp_path, *tmp_path.parents) if p.stat().st_mode & 0o005 != 0o005]
        modes = [(p, p.stat().st_mode) for p in folders]
        for p, mode in modes:
            p.chmod(mode | 0o005)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
                with Raw(tmp_path) as raw:
                    raw.say(VIEW)
                    code = 0 if b"another user's" in raw.hear() and raw.hear() == b"" else 2
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        for p, mode in modes:
            p.chmod(mode)
        assert is_served(tmp_path)


def test_at_the_end_answers_under_way_are_given_and_the_file_is_gone(tmp_path, desk):
    desk.held["stop"] = Future()
    with ExitStack() as stack:
        with serving(tmp_path, desk) as server:
            raw = stack.enter_context(Raw(tmp_path))
            raw.say(b'{"id":"s","ask":"send","name":"stop"}\n')
            until_blocking(lambda: server._busy and desk.commands)
            server.stop()
            desk.held["stop"].set_result(Reply("s", accepted=False, text="the session has ended"))
        assert b"the session has ended" in raw.hear()
    assert not socket_path(tmp_path, "main").exists()


def test_a_server_that_fails_says_so_and_leaves_nothing(tmp_path, desk, monkeypatch, caplog):
    async def failing(*_: object, **__: object) -> None:
        raise OSError("no more descriptors")

    monkeypatch.setattr("asyncio.start_unix_server", failing)
    with serving(tmp_path, desk), caplog.at_level(logging.ERROR):
        until_blocking(lambda: "the control socket is closed" in caplog.text)
    assert not socket_path(tmp_path, "main").exists()


def test_its_descriptors_are_all_that_a_child_must_let_go_of(tmp_path, desk):
    with serving(tmp_path, desk) as server, Raw(tmp_path) as raw:
        raw.say(VIEW)
        raw.hear()
        found = server.descriptors()
        assert len(set(found)) == len(found)
        with ExitStack() as stack:
            sockets = [stack.enter_context(socket.socket(fileno=os.dup(fd))) for fd in found[1:]]
            names = [link.getsockname() for link in sockets if link.family == socket.AF_UNIX]
        path = str(socket_path(tmp_path, "main"))
        assert names.count(path) == 2  # who listens and who talks
