import pytest
from hypothesis import given, strategies as st

from rustro_kernel.pages.amounts import (
    amount,
    duration,
    grouped,
    number,
    percent,
    rs,
    rs_short,
    rupees,
    tone,
)


@pytest.mark.parametrize(
    ("whole", "shown"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1,000"),
        (99_999, "99,999"),
        (100_000, "1,00,000"),
        (1_234_567, "12,34,567"),
        (123_456_789, "12,34,56,789"),
        (-100_000, "\u22121,00,000"),
    ],
)
def test_digits_stand_in_indian_groups(whole, shown):
    assert grouped(whole) == shown


@given(st.integers(-(10**15), 10**15))
def test_an_amount_keeps_every_paisa(paise):
    shown = amount(paise).replace(",", "").replace("\u2212", "-")
    whole, part = shown.lstrip("-").split(".")
    assert (int(whole) * 100 + int(part)) * (-1 if shown.startswith("-") else 1) == paise


def test_rupees_say_that_they_are_rupees():
    assert rs(10_234_550) == "Rs\u00a01,02,345.50"
    assert rs(-5) == "\u2212Rs\u00a00.05"
    assert rs(700, signed=True) == "+Rs\u00a07.00"
    assert rupees(0.0, signed=True) == "Rs\u00a00.00"
    assert rs(None) == rupees(None) == "\u2013"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (12_500, "12,500"),
        (250_000, "2.5\u00a0L"),
        (-150_000, "\u22121.5\u00a0L"),
        (2e7, "2\u00a0Cr"),
    ],
)
def test_an_axis_counts_in_lakh_and_crore(value, shown):
    assert rs_short(value) == shown


def test_a_figure_that_rounds_to_nothing_has_no_sign():
    assert number(-0.001) == number(0.001, signed=True) == "0.00"
    assert number(-12345.678, 1) == "\u221212,345.7"
    assert number(float("nan")) == percent(None) == "\u2013"
    assert percent(12.5, 1, signed=True) == "+12.5\u00a0%"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(9, "9 s"), (570.7, "9 min 31 s"), (7500, "2 h 05 min"), (None, "\u2013")],
)
def test_a_duration_reads_as_one(seconds, shown):
    assert duration(seconds).replace("\u00a0", " ") == shown


def test_gains_and_losses_have_their_colour_and_nothing_has_none():
    assert [tone(v) for v in (1, -1, 0, None, float("nan"))] == ["up", "down", "", "", ""]
