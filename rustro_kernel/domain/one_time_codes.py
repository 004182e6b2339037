"""One-time codes (RFC 6238) of a seed as people copy it: pyotp's, and what is wrong with a seed."""

import base64

import pyotp

STEP_S = 30
"""Seconds that a code lasts."""
SHORTEST = 16
"""Characters of a seed; a code, which people take for the seed, has six."""
KEY_BYTES = 20
"""Short keys are filled up to this, see `codes_of`."""
ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def codes_of(seed: str) -> pyotp.TOTP:
    """The codes of a base32 seed: in groups or not, in any case, padded or not.

    pyotp refuses the 80 bits of 16 characters since 2.12, and there are accounts that have no more.
    HMAC fills a key with zeros (RFC 2104), so that a key that is filled already gives its codes.

    Raises:
        ValueError: Says what is wrong, and nothing of the seed.
    """
    filled = _key(seed).ljust(KEY_BYTES, b"\0")
    return pyotp.TOTP(base64.b32encode(filled).decode(), interval=STEP_S)


def _key(seed: str) -> bytes:
    text = "".join(seed.split()).upper().rstrip("=")
    if set(text) - ALPHABET:
        raise ValueError("it holds characters other than A to Z and 2 to 7")
    if len(text) < SHORTEST:
        raise ValueError(f"it has {len(text)} characters, a seed has {SHORTEST} or more")
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError:
        raise ValueError(f"it has {len(text)} characters: some are missing, or too many") from None
