"""Codes as the RFC and a library make them, and seeds as brokers give them out."""

import base64
import hmac

import pytest
from hypothesis import given, strategies as st

from rustro_kernel.domain.one_time_codes import codes_of

RFC = b"12345678901234567890"
SEED = base64.b32encode(RFC).decode()


@pytest.mark.parametrize(
    ("at_s", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(at_s, code):
    assert codes_of(SEED).at(at_s) == code


@given(st.binary(min_size=10, max_size=40), st.integers(0, 10**11))
def test_a_key_of_any_length_gives_the_codes_of_the_rfc(key, at_s):
    digest = hmac.digest(key, (at_s // 30).to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0xF
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    assert codes_of(base64.b32encode(key).decode()).at(at_s) == f"{number % 10**6:06}"


@pytest.mark.parametrize("characters", [16, 26, 32])
def test_a_seed_is_understood_however_it_was_copied(characters):
    bare = SEED[:characters]
    padded = bare + "=" * (-characters % 8)
    grouped = " ".join(bare[at : at + 4] for at in range(0, characters, 4)).lower()
    copies = (bare, padded, grouped, f" {padded}\n")
    assert len({codes_of(copy).at(59) for copy in copies}) == 1


@pytest.mark.parametrize(
    ("seed", "problem"),
    [
        ("1" + SEED[1:], "it holds characters other than A to Z and 2 to 7"),
        (SEED[:8] + "=" + SEED[8:], "it holds characters other than A to Z and 2 to 7"),
        (SEED[:-1] + "é", "it holds characters other than A to Z and 2 to 7"),
        ("", "it has 0 characters, a seed has 16 or more"),
        ("234567", "it has 6 characters, a seed has 16 or more"),
        (SEED[:17], "it has 17 characters: some are missing, or too many"),
    ],
)
def test_a_wrong_seed_is_told_its_fault_and_not_repeated(seed, problem):
    with pytest.raises(ValueError, match=r"^it ") as refused:
        codes_of(seed)
    assert str(refused.value) == problem
