"""Answers of the REST side: two JSON dialects, plain text, nothing at all."""

from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

JSON, TEXT, HTML = "application/json", "text/plain", "text/html"
TOO_FAST = b"Access denied because of exceeding access rate"
BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an answer travels, for the faults: late, never, not at all, or cut at a byte."""

    delay_s: float = 0.0
    is_held: bool = False
    is_dropped: bool = False
    cut: int | None = None


ORDINARY = Delivery()


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    body: bytes = b""
    status: int = 200
    content_type: str = JSON
    delivery: Delivery = field(default=ORDINARY)


class Refusal(NamedTuple):
    """Why a request or an order is refused: the broker's code and words."""

    code: str
    message: str


def answer(result: object) -> Reply:
    """Dialect A: a refusal with `status` false, anything else as data."""
    return failure(*result) if isinstance(result, Refusal) else success(result)


def success(data: object) -> Reply:
    """Dialect A, all well."""
    answer = {"status": True, "message": "SUCCESS", "errorcode": "", "data": data}
    return Reply(msgspec.json.encode(answer))


def failure(code: str, message: str) -> Reply:
    """Dialect A: the order system's refusal."""
    answer = {"status": False, "message": message, "errorcode": code, "data": None}
    return Reply(msgspec.json.encode(answer))


def gateway(code: str, message: str) -> Reply:
    """Dialect B: the gateway's refusal."""
    answer = {"success": False, "message": message, "errorCode": code, "data": ""}
    return Reply(msgspec.json.encode(answer))


def too_fast() -> Reply:
    """What a rate limit answers: no JSON."""
    return Reply(TOO_FAST, 403, TEXT)


def bad_gateway() -> Reply:
    """What an outage answers: HTML."""
    return Reply(BAD_GATEWAY, 502, HTML)
