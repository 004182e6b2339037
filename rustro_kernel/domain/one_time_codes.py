"""One-time codes (RFC 6238): six digits of a seed and a time, each for 30 seconds.

Not pyotp's: from 2.12 on it refuses a seed of 16 characters for its length, and there are accounts
that have one.
"""

import base64
import hmac

STEP_S = 30
DIGITS = 6
SHORTEST = 16
"""Characters of a seed; a code, which people take for the seed, has six."""
ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def key_of(seed: str) -> bytes:
    """The key behind a base32 seed, as people copy it: in groups, in small letters, unpadded.

    Raises:
        ValueError: Says what is wrong, and nothing of the seed.
    """
    text = "".join(seed.split()).upper().rstrip("=")
    if set(text) - ALPHABET:
        raise ValueError("it holds characters other than A to Z and 2 to 7")
    if len(text) < SHORTEST:
        raise ValueError(f"it has {len(text)} characters, a seed has {SHORTEST} or more")
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError:
        raise ValueError(f"it has {len(text)} characters: some are missing, or too many") from None


def code_at(key: bytes, time_s: int) -> str:
    """The code of a moment, in seconds since the epoch."""
    digest = hmac.digest(key, (time_s // STEP_S).to_bytes(8), "sha1")
    start = digest[-1] & 0xF
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)
