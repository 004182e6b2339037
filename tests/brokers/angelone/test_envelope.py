"""Whatever bytes come: data, or one of our errors, by the table of facts 2.6."""

import json

import pytest

from rustro_kernel.brokers.angelone.envelope import Reply, data
from rustro_kernel.domain.errors import (
    BrokerAuthRefused,
    BrokerError,
    BrokerMisconfigured,
    BrokerRefused,
    BrokerThrottled,
    BrokerTransient,
)

JSON = "application/json"


def reply(body, status=200, kind=JSON):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, kind, raw)


def error(body, status=200, kind=JSON):
    with pytest.raises(BrokerError) as caught:
        data("quote", reply(body, status, kind))
    return caught.value


@pytest.mark.parametrize(
    "body",
    [
        {"status": True, "message": "SUCCESS", "errorcode": "", "data": {"a": 1}},
        {"success": True, "message": "SUCCESS", "errorCode": "", "data": {"a": 1}},
        {"status": "true", "message": "SUCCESS", "errorcode": "", "data": {"a": 1}},
        {"status": True, "data": {"a": 1}},
    ],
)
def test_both_dialects_and_texts_for_truth_are_success(body):
    assert json.loads(bytes(data("quote", reply(body)))) == {"a": 1}


@pytest.mark.parametrize("nothing", [None, "", "null"])
def test_every_spelling_of_no_data_is_null(nothing):
    assert bytes(data("quote", reply({"status": True, "data": nothing}))) == b"null"
    assert bytes(data("quote", reply({"status": True}))) == b"null"


def failure(code, dialect="status"):
    name = "errorcode" if dialect == "status" else "errorCode"
    return {dialect: False, "message": "words", name: code, "data": None}


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ("AG8001 AG8002 AG8003 AB1010 AB1011 AB8050 AB8051 AB1019 AB1050", BrokerAuthRefused),
        ("AG8004 AG7002 AB1034 AB1005", BrokerMisconfigured),
        ("AB1021", BrokerThrottled),
        ("AB1004 AB2000 AB2001", BrokerTransient),
        ("AB1000 AB1006 AB1007 AB1008 AB1009 AB1013 AB4006 AB4008 AB4036 AB9000", BrokerRefused),
    ],
)
@pytest.mark.parametrize("dialect", ["status", "success"])
def test_the_code_decides_the_class(codes, kind, dialect):
    for code in codes.split():
        found = error(failure(code, dialect))
        assert type(found) is kind
        assert (found.broker_code, found.words) == (code, "words")


@pytest.mark.parametrize(
    ("body", "status", "kind", "expected"),
    [
        (b"Access denied because of exceeding access rate", 403, "text/plain", BrokerThrottled),
        (b"Access denied because of exceeding access rate", 200, "text/plain", BrokerThrottled),
        (b"", 403, "text/plain", BrokerThrottled),
        (b"", 429, JSON, BrokerThrottled),
        (failure("AG7002", "success"), 403, JSON, BrokerMisconfigured),
        (b"", 400, "text/plain", BrokerRefused),
        (b"", 401, "text/plain", BrokerAuthRefused),
        (b"<html>", 404, "text/html", BrokerMisconfigured),
        (b"", 302, "text/html", BrokerMisconfigured),
        (b"<html>502</html>", 502, "text/html", BrokerTransient),
        (b"<html>ok</html>", 200, "text/html", BrokerTransient),
        (b'{"status": true, "data": 1}', 503, JSON, BrokerTransient),
        (b'{"status": true, "data": 1}', 200, "text/html", BrokerTransient),
        (b"", 200, JSON, BrokerTransient),
        (b'{"status": true, "da', 200, JSON, BrokerTransient),
        (b"[]", 200, JSON, BrokerTransient),
        (b"{}", 200, JSON, BrokerTransient),
        (b'{"message": "hm"}', 200, JSON, BrokerTransient),
        (b'{"status": "maybe", "data": 1}', 200, JSON, BrokerTransient),
        (b'{"data":' + b"[" * 100_000, 200, JSON, BrokerTransient),
        ({"status": False, "message": "no", "errorcode": ""}, 200, JSON, BrokerRefused),
        ({"status": "false", "message": "no", "data": "null"}, 200, JSON, BrokerRefused),
        ({"status": False, "message": "Too many requests"}, 200, JSON, BrokerThrottled),
    ],
)  # fmt: skip
def test_status_and_content_type_come_before_the_body(body, status, kind, expected):
    assert type(error(body, status, kind)) is expected


def test_which_errors_leave_a_write_open():
    kinds = BrokerError.__subclasses__()
    assert {k for k in kinds if k.outcome_unknown} == {BrokerThrottled, BrokerTransient}


def test_the_words_are_one_short_line():
    found = error({"status": False, "message": "a\nb\x1b[31m" + "x" * 500, "errorcode": "AB1007"})
    assert "\n" not in str(found)
    assert "\x1b" not in str(found)
    assert len(found.words) <= 200


def test_secrets_are_taken_out_of_the_words():
    body = {"status": False, "message": "bad pin 1234", "errorcode": "AB1007"}
    with pytest.raises(BrokerRefused, match=r"bad pin \*\*\*"):
        data("login", reply(body), lambda text: text.replace("1234", "***"))
