"""Signed tokens of the broker's shape: header.claims.signature, HS512."""

import base64
import hashlib
import hmac

import msgspec


def signed(claims: dict[str, object], secret: bytes) -> str:
    """A token with these claims."""
    parts = (msgspec.json.encode({"alg": "HS512"}), msgspec.json.encode(claims))
    body = ".".join(_text(part) for part in parts)
    return f"{body}.{_text(hmac.new(secret, body.encode(), hashlib.sha512).digest())}"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
