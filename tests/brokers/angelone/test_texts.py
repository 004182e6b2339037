import pytest
from hypothesis import given, strategies as st

from rustro_kernel.brokers.angelone.codec import Mode, decode
from rustro_kernel.brokers.angelone.subscriptions import Action, requests
from rustro_kernel.brokers.angelone.texts import Pong, StreamError, UnknownText, read_text
from rustro_kernel.domain.errors import BadData
from tests.brokers.angelone.frames import TS, ltp_frame


def test_a_request_is_the_documented_text():
    assert requests(Action.SUBSCRIBE, ["NFO:45678", "NSE:99926000", "NFO:45679"], Mode.SNAP) == [
        '{"correlationID":"rb00000001","action":1,"params":{"mode":3,"tokenList":['
        '{"exchangeType":2,"tokens":["45678","45679"]},'
        '{"exchangeType":1,"tokens":["99926000"]}]}}'
    ]


def test_many_instruments_go_in_numbered_batches_each_once():
    keys = [f"NFO:{n}" for n in range(450)] * 2
    texts = requests(Action.UNSUBSCRIBE, keys, Mode.LTP, first=7)
    assert [text[:45] for text in texts] == [
        '{"correlationID":"rb00000007","action":0,"par',
        '{"correlationID":"rb00000008","action":0,"par',
        '{"correlationID":"rb00000009","action":0,"par',
    ]
    assert sum(text.count('"') for text in texts) == 450 * 2 + 3 * 16


def test_an_instrument_the_stream_cannot_address_is_refused():
    with pytest.raises(BadData):
        requests(Action.SUBSCRIBE, ["LSE:1"], Mode.SNAP)


def test_a_pong_is_a_pong():
    assert read_text("pong") == Pong()


def test_an_error_keeps_its_code_and_request():
    text = (
        '{"correlationID":"rb00000001","errorCode":"E1002",'
        '"errorMessage":"Invalid Request. Subscription Limit Exceeded"}'
    )
    assert read_text(text) == StreamError(
        "E1002", "Invalid Request. Subscription Limit Exceeded", "rb00000001"
    )


def test_a_tick_in_the_official_clients_words_is_a_packet():
    text = (
        '{"subscription_mode":1,"exchange_type":1,"token":"3045","sequence_number":7,'
        f'"exchange_timestamp":{TS},"last_traded_price":97850}}'
    )
    packet, frame = read_text(text), decode(ltp_frame())
    assert (packet.address, packet.ltp, packet.exch_ms, packet.sequence) == (
        frame.address, frame.ltp, frame.exch_ms, frame.sequence,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "null", "{", '{"a":1}', '{"tk":"1","ltp":5}', "\ud800", "[" * 100_000,
        '{"errorCode":5}', '{"last_traded_price":"x","token":"1"}',
        '{"exchange_type":9,"token":"1","exchange_timestamp":1,"last_traded_price":1}',
    ],
)  # fmt: skip
def test_other_texts_are_kept_as_unknown(text):
    assert read_text(text) == UnknownText(text[:300])


@given(st.text())
def test_no_text_raises(text):
    read_text(text)
