"""What is held at the broker before a session starts: ours by a session that was left, or not."""

from pathlib import Path

import pytest

from rustro_kernel.brokers.angelone.book_rows import Held
from rustro_kernel.brokers.angelone.order_rows import OrderRow
from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.orders import OrderStatus
from rustro_kernel.records import layout
from rustro_kernel.records.recorder import Recorder
from rustro_kernel.session.live.checks import Verdict
from rustro_kernel.session.live.doctor_positions import judged
from rustro_kernel.session.sessions_book import Entry
from rustro_kernel.session.unfinished import left_by, unfinished
from tests.make import CALL, in_position

TODAY = "2021-11-30"
KEY = InstrumentKey(CALL)


def held(net, key=KEY):
    return Held(key, "CALL", "CARRYFORWARD", net, net, 0, 0, 0, 0)


def row(tag, filled=0, status=OrderStatus.OPEN, side="BUY"):
    return OrderRow(
        "1", status, "open", tag, instrument=KEY, symbol="CALL", side=side, filled=filled
    )


@pytest.fixture
def left(tmp_path):
    """A session that died in a position, and the tag of its entry."""
    was = in_position()
    recorder = Recorder(tmp_path)
    for item in was.inputs:
        recorder.take(item)
    for n in range(1, len(was.inputs) + 1):
        recorder.state(n, [event for event in was.events if event.input == n])
    recorder.close()
    return Entry("s-1", "live", TODAY, folder=str(tmp_path)), was.orders[0][1].tag


def test_a_session_that_was_ready_and_not_shut_down_is_unfinished(left):
    entry, tag = left
    assert unfinished([entry], "live", TODAY) == entry
    assert unfinished([entry], "paper", TODAY) is None
    assert unfinished([entry], "live", "2021-12-01") is None
    assert unfinished([entry, Entry("s-2", "live", TODAY)], "live", TODAY) is None
    assert left_by(entry).tags == (tag,)
    assert left_by(entry).units == {CALL: 150}


def test_a_torn_last_line_hides_nothing_before_it(left):
    entry, tag = left
    with (Path(entry.folder) / layout.EVENTS).open("ab") as file:
        file.write(b'{"seq":')
    assert unfinished([entry], "live", TODAY) == entry
    assert left_by(entry).tags == (tag,)


def test_what_our_tags_have_filled_will_be_taken_over(left):
    entry, tag = left
    check = judged([held(150)], [row(tag, 150, OrderStatus.COMPLETE)], entry)
    assert (check.verdict, check.text) == (
        Verdict.OK, "1 positions and 0 living orders of session s-1 will be taken over",
    )  # fmt: skip
    assert judged([held(75)], [row(tag, 75)], entry).verdict is Verdict.OK


def test_what_is_not_ours_is_named(left):
    entry, tag = left
    check = judged([held(200)], [row(tag, 150), row("theirs")], entry)
    assert check.verdict is Verdict.WARN
    assert check.text.endswith("never touched by it: +50 CALL, order 1 CALL")
    assert judged([held(-150)], [], None).text.endswith("-150 CALL")


def test_a_flat_account_is_fine():
    assert judged([], [row("x", 5, OrderStatus.COMPLETE)], None).verdict is Verdict.OK
