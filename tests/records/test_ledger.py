from hashlib import sha256

import pytest
from hypothesis import given as example, strategies as st

from rustro_kernel.domain.errors import DamagedRecord, SessionFailed
from rustro_kernel.engine.events import REGISTRY
from rustro_kernel.engine.events.startup import BrokerClientReady, LogInitialized
from rustro_kernel.engine.turn import Event
from rustro_kernel.records.chain import Chain
from rustro_kernel.records.files import DiskFile
from rustro_kernel.records.ledger import Ledger, decode_event, read_events, read_slim
from tests.records.make import bar, crashed_run
from tests.records.strategies import TEXT, values

FIRST = Event(1, 7, 1638243900000000000, "LogInitialized", None, None, LogInitialized("s-1"))
SECOND = Event(2, 7, 1638243900000000000, "BrokerClientReady", 1, "k", BrokerClientReady("paper"))


def events() -> st.SearchStrategy:
    def of(name):
        plain = st.integers(1, 2**62)
        maybe = st.none() | plain
        key = st.none() | TEXT
        return st.builds(
            Event, plain, plain, plain, st.just(name), maybe, key, values(REGISTRY[name])
        )

    return st.sampled_from(sorted(REGISTRY)).flatmap(of)


def test_a_line_has_its_fields_in_order_and_the_hash_last():
    body = (
        b'{"seq":1,"input":7,"ts":1638243900000000000,"type":"LogInitialized",'
        b'"cause":null,"key":null,"data":{"session_id":"s-1"}'
    )
    digest = sha256(b"0" * 64 + body).hexdigest()
    assert Chain().line(FIRST) == body + b',"hash":"' + digest.encode() + b'"}'


def test_each_line_is_hashed_with_the_hash_before_it():
    chain = Chain()
    first, second = chain.line(FIRST), chain.line(SECOND)
    before, body = first[-66:-2], second.split(b',"hash"')[0]
    assert second.endswith(sha256(before + body).hexdigest().encode() + b'"}')


@example(events())
def test_every_registered_event_comes_back_as_it_was_written(event):
    line = Chain().line(event)
    assert decode_event(line) == event
    assert Chain().line(decode_event(line)) == line


def test_nothing_reaches_the_file_before_flush(tmp_path):
    ledger = Ledger(DiskFile(tmp_path / "events.jsonl"))
    ledger.append(FIRST)
    assert (tmp_path / "events.jsonl").read_bytes() == b""
    ledger.flush()
    ledger.append(SECOND)
    ledger.close()
    assert list(read_events(tmp_path)) == [FIRST, SECOND]
    assert (ledger.seq, ledger.input) == (2, 7)


def test_an_event_that_is_not_the_next_one_is_refused(tmp_path):
    ledger = Ledger(DiskFile(tmp_path / "events.jsonl"))
    with pytest.raises(SessionFailed, match="event 2 of input 7 cannot follow event 0"):
        ledger.append(SECOND)


def test_a_reader_in_a_hurry_sees_number_input_time_and_type(tmp_path):
    crashed_run(tmp_path)
    assert [e.type for e in read_slim(tmp_path)] == [e.type for e in read_events(tmp_path)]


def test_a_line_of_an_unknown_event_is_named(tmp_path):
    chain = Chain()
    lines = [chain.line(FIRST), chain.line(Event(2, 7, 1, "NoSuchThing", None, None, bar()))]
    (tmp_path / "events.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(DamagedRecord, match=r"events.jsonl, record 2: .*NoSuchThing"):
        list(read_events(tmp_path))
